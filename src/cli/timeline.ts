// `rehearsal timeline`: one run, and what every process did in it, as a trace for Perfetto.

import { join } from 'node:path'
import { openEventLoop } from '../campaign/event-loop.ts'
import { quote, ScenarioError } from '../errors.ts'
import { foreignFailure } from '../modules/failure.ts'
import { Timeline } from '../observe/timeline.ts'
import { counted } from '../report/figures.ts'
import { safeFileName } from '../report/file-name.ts'
import { replicateAsync } from '../run/replication.ts'
import { parseQuantity } from '../units.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { refuseUnwritable, unbroken, writePieces } from './files.ts'
import { openScenario, SCENARIO_OPTIONS, variantOf } from './open.ts'
import { validate } from './validate.ts'

export const timeline = defineCommand({
  words: [{ name: 'scenario', meaning: 'a scenario file (YAML)', required: true }],
  options: {
    ...SCENARIO_OPTIONS,
    variant: { type: 'text', value: 'NAME', meaning: 'of this variant; by default the first' },
    from: { type: 'text', value: 'TIME', meaning: 'nothing that ended before this virtual time' },
    until: { type: 'text', value: 'TIME', meaning: 'nothing that began after this virtual time' },
    out: {
      type: 'text',
      value: 'FOLDER',
      meaning: 'where it goes: FOLDER/NAME/timeline.json',
      default: 'reports',
    },
  },
  examples: [['timeline scenario.yaml --seed 7 --from 20s --until 40s', 'twenty seconds of seed 7']],
  async run({ words: [path], options }, terminal) {
    const [from, until] = [timeOf('from', options.from), timeOf('until', options.until)]
    const file = await openScenario(path!, options)
    validate(file)
    const { scenario } = variantOf(file, options.variant)
    const folder = join(options.out, safeFileName(file.name))
    refuseUnwritable(folder)
    const taken = new Timeline(from ?? 0, until)
    const [seed] = file.seeds
    const { modules } = file
    const common = { seed: seed!, bins: 2, checked: false, openTrace: openTraceFile, modules }
    const loop = openEventLoop()
    const { faults, ended } = await replicateAsync(scenario, { ...common, timeline: taken, idle: loop.idle })
      .catch((error: unknown) => {
        throw foreignFailure(error, file)
      })
      .finally(loop.close)
    const lanes = new Map<string, ReturnType<Timeline['lane']>>()
    for (const { at, until, kind, target, detail } of faults) {
      const lane = lanes.get(kind) ?? taken.lane('faults', kind)
      lanes.set(kind, lane)
      taken.span(lane, 'fault', `${kind} ${target}`, at, until ?? ended, { detail })
    }
    const written = join(folder, 'timeline.json')
    await unbroken(() => writePieces(written, taken.pieces()))
    terminal.print(`wrote ${written}: ${counted(taken.events, 'event')} of seed ${quote(seed!)}`)
    if (taken.dropped > 0)
      terminal.complain(
        `${counted(taken.dropped, 'event')} more did not fit; choose less with --from and --until`,
      )
    terminal.print('open it in https://ui.perfetto.dev or chrome://tracing; nothing is sent anywhere')
    return EXIT.pass
  },
})

function timeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = parseQuantity(text, 'ns')
  if (time !== undefined && time >= 0) return time
  throw new ScenarioError([
    { message: `invalid --${option}: ${quote(text)}; expected a virtual time with its unit, such as 20s` },
  ])
}
