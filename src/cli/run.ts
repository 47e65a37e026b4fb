// `rehearsal run`: runs scenarios, says what was found, and leaves a result file and a page for each.
// Ctrl-C ends the process at once, but for files under way: a run is one stretch of work that no handler could enter.

import { join } from 'node:path'
import { quote, ScenarioError } from '../errors.ts'
import { runExperiment } from '../experiment/experiment.ts'
import { StoppedError } from '../experiment/stopped.ts'
import { foreignFailure } from '../modules/failure.ts'
import { safeFileName } from '../report/file-name.ts'
import { createProgress } from '../report/progress.ts'
import { renderTerminal } from '../report/terminal.ts'
import { canonicalJson } from '../results/canonical.ts'
import { hash } from '../results/hash.ts'
import { RESULT_SCHEMA, type Result } from '../results/result.ts'
import { writeResult } from '../results/write.ts'
import { DeterminismError } from '../run/replication.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { parseQuantity } from '../units.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { openEventLoop } from './event-loop.ts'
import { EXIT, Exit } from './exit.ts'
import { refuseUnwritable, unbroken } from './files.ts'
import { claimTexts } from './ledger.ts'
import { forAll, openScenario, SCENARIO_OPTIONS } from './open.ts'
import { provenance } from './provenance.ts'
import { writeHtml } from './report.ts'
import { type Ended, exitCodeOf, shortfall, summary, verdictOf } from './summary.ts'
import type { Terminal } from './terminal.ts'
import { validate } from './validate.ts'

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  out: {
    type: 'text',
    value: 'FOLDER',
    meaning: 'where results go: FOLDER/NAME/result.json and report.html',
    default: 'reports',
  },
  html: { type: 'flag', meaning: 'do not write the page', default: true },
  json: { type: 'flag', meaning: 'print the result file instead of a summary; for one scenario' },
  quiet: { type: 'flag', meaning: 'print what went wrong and nothing else' },
  'time-limit': {
    type: 'text',
    value: 'DURATION',
    meaning: 'give up after so much real time in all, such as 10min',
  },
  verify: { type: 'flag', meaning: 'run every seed twice and compare fingerprints' },
  checked: { type: 'flag', meaning: 'freeze messages as they are sent, so that shared state shows' },
} as const

type RunOptions = OptionValues<typeof OPTIONS>

/** A scenario to be run, and where its result goes. */
interface Planned {
  readonly path: string
  readonly file: ScenarioFile
  readonly folder: string
}

export const run = defineCommand({
  words: [{ name: 'scenario', meaning: 'scenario files (YAML)', required: true, many: true }],
  options: OPTIONS,
  examples: [
    ['run scenarios/ollamamax/mcp-setup.yaml', 'one scenario'],
    ['run a.yaml --seeds 20 --set workload.timeout=30s', 'other seeds, another value'],
    ['run scenarios/*/*.yaml --no-html --time-limit 1h', 'all of them, on a schedule'],
  ],
  async run({ words, options }, terminal) {
    const stopAt = performance.now() + timeLimitOf(options['time-limit'])
    const planned = await plan(words, options)
    const ended: Ended[] = []
    for (const each of planned) {
      if (planned.length > 1 && ended.length > 0 && speaks(options)) terminal.print('')
      try {
        ended.push(await runOne(each, options, stopAt, terminal))
      } catch (error) {
        throw stopped(error, each, planned.length - ended.length - 1)
      }
    }
    if (planned.length > 1 && speaks(options)) terminal.print(`\n${summary(ended)}`)
    return exitCodeOf(ended)
  },
})

const speaks = ({ json, quiet }: RunOptions): boolean => !json && !quiet

/** Everything that can be refused is refused before the first scenario runs. */
async function plan(paths: readonly string[], options: RunOptions): Promise<readonly Planned[]> {
  if (options.json && options.quiet)
    throw new ScenarioError('--json and --quiet are both given; expected one of them')
  if (options.json && paths.length > 1)
    throw new ScenarioError([
      {
        message: `--json prints one result, and ${paths.length} scenarios are given`,
        hint: 'run one at a time, or read FOLDER/NAME/result.json of each',
      },
    ])
  const planned = await forAll(paths, async (path) => {
    const file = await openScenario(path, options)
    validate(file)
    return { path, file, folder: join(options.out, safeFileName(file.name)) }
  })
  refuseSharedFolders(planned)
  for (const { folder } of planned) refuseUnwritable(folder)
  return planned
}

function refuseSharedFolders(planned: readonly Planned[]): void {
  const first = new Map<string, Planned>()
  const mistakes = planned.flatMap((each) => {
    const other = first.get(each.folder)
    if (!other) first.set(each.folder, each)
    return other
      ? [
          {
            message: `${quote(other.path, 200)} and ${quote(each.path, 200)} would both write ${quote(each.folder, 200)}`,
            hint:
              other.path === each.path
                ? 'name it once'
                : 'give them different names, or run them with different --out',
          },
        ]
      : []
  })
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
}

async function runOne(
  { file, folder }: Planned,
  options: RunOptions,
  stopAt: number,
  terminal: Terminal,
): Promise<Ended> {
  const result = await resultOf(file, options, stopAt, terminal)
  const path = join(folder, 'result.json')
  await unbroken(() => writeResult(path, result))
  const page = options.html ? await writeHtml(result, folder) : undefined
  const ended = { name: file.name, verdict: verdictOf(result), path }
  if (options.json) terminal.write(canonicalJson(result))
  else if (options.quiet) {
    if (ended.verdict !== 'pass') terminal.complain(shortfall(ended, result))
  } else {
    terminal.print(renderTerminal(result, terminal))
    for (const written of page === undefined ? [path] : [path, page]) terminal.print(`wrote ${written}`)
  }
  return ended
}

async function resultOf(
  file: ScenarioFile,
  options: RunOptions,
  stopAt: number,
  terminal: Terminal,
): Promise<Result> {
  const { rewrite, columns } = terminal
  const progress =
    rewrite && !options.quiet
      ? createProgress({ write: rewrite, now: () => performance.now(), columns, label: file.name })
      : undefined
  const late = () => performance.now() > stopAt
  const loop = openEventLoop()
  const begun = performance.now()
  progress?.update(0, file.variants.length * file.seeds.length)
  try {
    const { events, ...found } = await runExperiment(file, {
      checked: options.checked,
      verify: options.verify,
      openTrace: openTraceFile,
      claimTexts: claimTexts(),
      interrupted: late,
      idle: loop.idle,
      progress(done, total) {
        // A run may be too short to ask by itself whether it is late.
        if (done < total && late())
          throw new StoppedError(`stopped by the time limit after ${done} of ${total} runs`)
        progress?.update(done, total)
      },
    })
    const { name, title, description, resolved } = file
    return {
      schema: RESULT_SCHEMA,
      scenario: { name, title, description, hash: hash(resolved), resolved },
      ...found,
      provenance: provenance((performance.now() - begun) / 1000, events),
    }
  } catch (error) {
    throw foreignFailure(error, file)
  } finally {
    loop.close()
    progress?.clear()
  }
}

/** What ended a run before its end, in words; other errors as they are. */
function stopped(error: unknown, { file }: Planned, left: number): unknown {
  const unwritten = `\n  nothing of it is written${left === 0 ? '' : `; ${left} more not run`}`
  if (error instanceof StoppedError) return new Exit(EXIT.limit, `${file.name}: ${error.message}${unwritten}`)
  if (error instanceof DeterminismError)
    return new Exit(EXIT.determinism, `${file.name}: determinism violated: ${error.message}${unwritten}`)
  return error
}

/** Milliseconds. */
function timeLimitOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  const limit = parseQuantity(text, 'ns')
  if (limit !== undefined && limit > 0) return limit / 1e6
  const hint = /^\d+$/.test(text) && Number(text) > 0 ? { hint: `did you mean ${text}s?` } : {}
  throw new ScenarioError([
    {
      message: `invalid --time-limit: ${quote(text)}; expected a duration with its unit, such as 30s, 10min or 2h`,
      ...hint,
    },
  ])
}
