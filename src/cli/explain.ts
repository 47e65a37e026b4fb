// `rehearsal explain`: why B is slower, or faster, than A.

import { join } from 'node:path'
import { openEventLoop } from '../campaign/event-loop.ts'
import { ScenarioError } from '../errors.ts'
import { refuseStopped, StoppedError } from '../experiment/stopped.ts'
import { type Data, decisive } from '../explain/configuration.ts'
import { type Explained, type Explanation, explanationOf } from '../explain/explanation.ts'
import { metricOf, runSide, type SideTerms } from '../explain/side.ts'
import { foreignFailure } from '../modules/failure.ts'
import { waterfall } from '../report/charts/waterfall.ts'
import { safeFileName } from '../report/file-name.ts'
import { renderSvg } from '../report/svg.ts'
import { renderExplanation } from '../report/terminal/explanation.ts'
import { canonicalJson } from '../results/canonical.ts'
import { DeterminismError } from '../run/replication.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT, Exit } from './exit.ts'
import { EXPERIMENT_OPTIONS, stopAtOf } from './experiment.ts'
import { metricAsked, type OpenedSide, openData, sidesOf } from './explain-sides.ts'
import { refuseUnwritable, unbroken, writeWhole } from './files.ts'
import { SCENARIO_OPTIONS } from './open.ts'
import type { Terminal } from './terminal.ts'
import { validate } from './validate.ts'

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  'set-b': {
    type: 'texts',
    value: 'PATH=VALUE',
    meaning: 'override a value in B alone; without a second file, B is A with this',
  },
  a: { type: 'text', value: 'VARIANT', meaning: 'which variant is A, such as mode=sequential' },
  b: { type: 'text', value: 'VARIANT', meaning: 'which variant is B' },
  metric: {
    type: 'text',
    value: 'METRIC',
    meaning:
      'whose difference is laid to the changes; latency.mean (the default where there are requests), .p50, .p95 and .p99 are also taken apart by cause',
  },
  'time-limit': EXPERIMENT_OPTIONS['time-limit'],
  out: {
    type: 'text',
    value: 'FOLDER',
    meaning: 'where it goes: FOLDER/NAME/explanation.json and explanation.svg',
    default: 'reports',
  },
  json: { type: 'flag', meaning: 'print what was found as JSON' },
} as const

type ExplainOptions = OptionValues<typeof OPTIONS>

export const explain = defineCommand({
  words: [
    { name: 'A', meaning: 'a scenario (YAML), or a result.json, whose scenario is run anew', required: true },
    { name: 'B', meaning: 'the other; left out: A with --set-b, or another variant of A, by --a and --b' },
  ],
  options: OPTIONS,
  examples: [
    ['explain fast.yaml slow.yaml', 'why the second is slower'],
    ['explain fleet.yaml --set-b services.redis.service=2ms', 'what one change does, and how'],
    ['explain fleet.yaml --a mode=sequential --b mode=concurrent', 'two variants of one'],
  ],
  epilogue:
    'Both sides are run with the seeds of A. Ends in 0 where the difference is explained or there is none, 3 where it cannot be told, 5 at the time limit.',
  async run({ words, options }, terminal) {
    const opened = await sidesOf(words[0]!, words[1], options)
    const [left] = opened
    const folder = join(options.out, safeFileName(left.name))
    refuseUnwritable(folder)
    const found = await explained(opened, options, terminal)
    const titles = { a: opened[0].title, b: opened[1].title, notes: found.notes }
    const json = canonicalJson({ schema: 'rehearsal/explanation/1', titles, ...jsonOf(found.explanation) })
    const drawing = waterfall(found.explanation.slowest)
    const svg = drawing && (await renderSvg(drawing)).svg
    const written = ['json', ...(svg ? ['svg'] : [])].map((ending) => join(folder, `explanation.${ending}`))
    await unbroken(() => {
      writeWhole(written[0]!, json)
      if (svg) writeWhole(written[1]!, svg)
    })
    if (options.json) terminal.write(json)
    else {
      terminal.print(renderExplanation(found.explanation, titles, terminal))
      for (const each of written) terminal.print(`wrote ${each}`)
    }
    return exitCode(found.explanation)
  },
})

interface Found {
  readonly explanation: Explanation
  readonly notes: readonly string[]
}

async function explained(
  [a, b]: readonly [OpenedSide, OpenedSide],
  options: ExplainOptions,
  terminal: Terminal,
): Promise<Found> {
  const metric = metricAsked([a, b], options.metric)
  const stopAt = stopAtOf(options['time-limit'])
  const loop = openEventLoop()
  const progress = progressOf(options, terminal)
  const { seeds } = a
  const run = async (data: Data, watched: boolean): Promise<Explained> => {
    const file = await openData(a.file, data, { ...options, set: [] }, seeds)
    const { modules } = file
    const interrupted = () => performance.now() > stopAt
    const terms: SideTerms = {
      checked: false,
      openTrace: openTraceFile,
      modules,
      idle: loop.idle,
      interrupted,
    }
    const { scenario } = file.variants[0]!
    try {
      progress.next()
      const side = await runSide(scenario, seeds, terms, watched)
      for (const record of side.records) refuseStopped(record, file.name)
      return { scenario, data, side, terms }
    } catch (error) {
      throw foreignFailure(error, file)
    }
  }
  const named = (data: Data): Data => ({ name: a.name, ...decisive(data) })
  const laboratory = {
    valid: async (data: Data) => {
      try {
        validate(await openData(a.file, named(data), { ...options, set: [] }, seeds))
        return true
      } catch (error) {
        if (error instanceof ScenarioError) return false
        throw error
      }
    },
    figure: async (data: Data) => {
      try {
        return metricOf((await run(named(data), false)).side, metric)
      } catch (error) {
        // Between the two sides there may be one that never comes to its end.
        if (error instanceof StoppedError && performance.now() <= stopAt) return null
        throw error
      }
    },
  }
  try {
    const [left, right] = [await run(named(a.data), true), await run(named(b.data), true)]
    const explanation = await explanationOf(left, right, { seeds, metric, laboratory })
    return { explanation, notes: [...otherBuild(a, left), ...otherBuild(b, right)] }
  } catch (error) {
    if (error instanceof StoppedError) throw new Exit(EXIT.limit, (error as Error).message)
    if (error instanceof DeterminismError)
      throw new Exit(EXIT.determinism, `determinism violated: ${(error as Error).message}`)
    throw error
  } finally {
    progress.clear()
    loop.close()
  }
}

/** A result whose runs this build does not repeat. */
function otherBuild({ result }: OpenedSide, { side }: Explained): readonly string[] {
  const other =
    result && side.records.some(({ seed, fingerprint }) => result.variant.fingerprints[seed] !== fingerprint)
  return other
    ? [
        `${result.path} has figures of other events than its scenario has now: of another build, or another trace`,
      ]
    : []
}

function progressOf({ json }: ExplainOptions, { rewrite }: Terminal) {
  let done = 0
  return {
    next: () => (json ? undefined : rewrite?.(`\rrun of scenario ${++done} …`)),
    clear: () => (json || done === 0 ? undefined : rewrite?.('\r\u001b[K')),
  }
}

/** Values that are left out are not there in JSON either. */
const jsonOf = (explanation: Explanation): object => JSON.parse(JSON.stringify(explanation)) as object

function exitCode({ same, a, b, attribution }: Explanation): number {
  if (same) return EXIT.pass
  if (a === null || b === null) return EXIT.inconclusive
  if (a === b) return EXIT.pass
  const told = attribution?.effects.some(({ explains }) => explains !== null && explains !== 0)
  return told ? EXIT.pass : EXIT.inconclusive
}
