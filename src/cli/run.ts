// `rehearsal run`: runs scenarios, says what was found, and leaves a result file and a page for each.
// Ctrl-C ends the process at once, but for files under way: a run is one stretch of work that no handler could enter.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Threads } from '../campaign/threads.ts'
import { quote, ScenarioError } from '../errors.ts'
import { StoppedError } from '../experiment/stopped.ts'
import { counted } from '../report/figures.ts'
import { safeFileName } from '../report/file-name.ts'
import { renderTerminal } from '../report/terminal.ts'
import { canonicalJson } from '../results/canonical.ts'
import { readResult } from '../results/read.ts'
import type { Result } from '../results/result.ts'
import { writeResult } from '../results/write.ts'
import { DeterminismError } from '../run/replication.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT, Exit } from './exit.ts'
import {
  type CommandTerms,
  EXPERIMENT_OPTIONS,
  runScenario,
  runShard,
  type Shard,
  stopAtOf,
  threadsOf,
} from './experiment.ts'
import { refuseUnwritable, unbroken } from './files.ts'
import { BASELINE_OPTION, heldAgainst, heldText, type OpenedBaseline, openBaseline } from './held.ts'
import { forAll, type Opened, openForRuns, SCENARIO_OPTIONS } from './open.ts'
import { type Ended, exitCodeOf, shortfall, summary, verdictOf } from './summary.ts'
import type { Terminal } from './terminal.ts'
import { validate } from './validate.ts'

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  out: {
    type: 'text',
    value: 'FOLDER',
    meaning: 'where results go: FOLDER/NAME/result.json and report.html; of several, FOLDER/index.html too',
    default: 'reports',
  },
  html: { type: 'flag', meaning: 'do not write the page', default: true },
  json: { type: 'flag', meaning: 'print the result file instead of a summary; for one scenario' },
  baseline: BASELINE_OPTION,
  quiet: { type: 'flag', meaning: 'print what went wrong and nothing else' },
  ...EXPERIMENT_OPTIONS,
  resume: { type: 'flag', meaning: 'go on where an earlier run of the same was stopped' },
  shard: {
    type: 'text',
    value: 'I/N',
    meaning: 'run only the I-th of N parts; `rehearsal merge` puts the parts together',
  },
  verify: { type: 'flag', meaning: 'run every seed twice and compare fingerprints' },
  checked: { type: 'flag', meaning: 'freeze messages as they are sent, so that shared state shows' },
} as const

type RunOptions = OptionValues<typeof OPTIONS>

/** A scenario to be run, and where its result goes. */
interface Planned extends Opened {
  readonly path: string
  readonly folder: string
  /** What its result is held against on its page. */
  readonly baseline: OpenedBaseline | undefined
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
    const stopAt = stopAtOf(options['time-limit'])
    const shard = shardOf(options)
    const threads = threadsOf(options.jobs)
    const planned = await plan(words, options)
    const ended: Ended[] = []
    try {
      for (const each of planned) {
        if (planned.length > 1 && ended.length > 0 && speaks(options)) terminal.print('')
        const terms = commandTerms(each, options, stopAt, threads, shard)
        try {
          if (shard) await runPart(each, shard, terms, terminal)
          else ended.push(await runOne(each, options, terms, terminal))
        } catch (error) {
          throw stopped(error, each, planned.length - planned.indexOf(each) - 1)
        }
      }
    } finally {
      await threads.close()
    }
    if (shard) return EXIT.pass
    if (planned.length > 1 && speaks(options)) terminal.print(`\n${summary(ended)}`)
    if (planned.length > 1 && options.html) await leaveSuite(options, terminal)
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
    const opened = await openForRuns(path, options)
    validate(opened.opened)
    const { name } = opened.opened
    const baseline = options.baseline === undefined ? undefined : openBaseline(options.baseline, name)
    return { ...opened, path, folder: join(options.out, safeFileName(name)), baseline }
  })
  refuseSharedFolders(planned)
  for (const { folder } of planned) refuseUnwritable(folder)
  if (planned.length > 1 && options.html) (await import('./suite.ts')).refuseForeignPage(options.out)
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

const commandTerms = (
  { folder }: Planned,
  options: RunOptions,
  stopAt: number,
  threads: Threads,
  shard: Shard | undefined,
): CommandTerms => ({
  options,
  threads,
  stopAt,
  checked: options.checked,
  verify: options.verify,
  quiet: options.quiet,
  // Parts of one experiment may run beside one another.
  records: join(folder, `runs${shard ? `-${shard.join('-of-')}` : ''}.ndjson`),
  resume: options.resume,
})

/** `2/5`: the second of five parts. */
function shardOf({ shard, precision, json }: RunOptions): Shard | undefined {
  if (shard === undefined) return undefined
  const [, i, n] = /^(\d{1,4})\/(\d{1,4})$/.exec(shard)?.map(Number) ?? []
  if (!i || !n || i > n)
    throw new ScenarioError(
      `invalid --shard: ${quote(shard)}; expected which part of how many, such as 1/4 to 4/4`,
    )
  if (precision.length > 0)
    throw new ScenarioError(
      '--shard and --precision are both given; a part does not know how precise the whole is',
    )
  if (json) throw new ScenarioError('--shard and --json are both given; a part has no result')
  return [i, n]
}

async function runPart(
  planned: Planned,
  shard: Shard,
  terms: CommandTerms,
  terminal: Terminal,
): Promise<void> {
  const [i, n] = shard
  const path = join(planned.folder, `shard-${i}-of-${n}.ndjson`)
  const runs = await runShard(planned, shard, path, terms, terminal)
  if (!terms.quiet) terminal.print(`wrote ${path}: ${counted(runs, 'run')}`)
}

async function runOne(
  planned: Planned,
  options: RunOptions,
  terms: CommandTerms,
  terminal: Terminal,
): Promise<Ended> {
  const { folder, baseline } = planned
  return leave(await runScenario(planned, terms, terminal), folder, options, terminal, baseline)
}

/** Leaves a result file and a page, and says what was found. */
export async function leave(
  result: Result,
  folder: string,
  options: Pick<RunOptions, 'html' | 'json' | 'quiet'>,
  terminal: Terminal,
  baseline?: OpenedBaseline,
): Promise<Ended> {
  const path = join(folder, 'result.json')
  await unbroken(() => {
    writeResult(path, result)
    // A page that is left from an earlier run would show its figures as those of this one.
    rmSync(join(folder, 'report.html'), { force: true })
  })
  // The page is of what was written, so that `rehearsal report` makes the same bytes of it.
  const written = options.html ? readResult(path) : result
  const held = baseline && heldAgainst(written, baseline)
  const page = options.html ? await (await import('./report.ts')).writeHtml(written, folder, held) : undefined
  const ended = { name: result.scenario.name, verdict: verdictOf(result), path }
  if (options.json) terminal.write(canonicalJson(result))
  else if (options.quiet) {
    if (ended.verdict !== 'pass') terminal.complain(shortfall(ended, result))
  } else {
    terminal.print(renderTerminal(result, terminal))
    if (held) terminal.print(`\n${heldText(held, terminal.columns)}\n`)
    for (const file of page === undefined ? [path] : [path, page]) terminal.print(`wrote ${file}`)
  }
  return ended
}

/** The page over all results in the folder, those of earlier runs too. */
async function leaveSuite(options: RunOptions, terminal: Terminal): Promise<void> {
  const { writeSuite } = await import('./suite.ts')
  const { suite, path } = await writeSuite(options.out)
  if (!speaks(options)) return
  for (const { folder, reason } of suite.unread) terminal.complain(`${folder || '.'}: ${reason}`)
  terminal.print(`wrote ${path}`)
}

/** What ended a run before its end, in words; other errors as they are. */
function stopped(error: unknown, { opened }: Planned, left: number): unknown {
  const unwritten = `\n  nothing of it is written${left === 0 ? '' : `; ${left} more not run`}`
  if (error instanceof StoppedError)
    return new Exit(EXIT.limit, `${opened.name}: ${error.message}${unwritten}`)
  if (error instanceof DeterminismError)
    return new Exit(EXIT.determinism, `${opened.name}: determinism violated: ${error.message}${unwritten}`)
  return error
}
