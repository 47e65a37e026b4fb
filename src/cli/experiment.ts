// Runs all of a scenario as the options say: on how many threads, how precisely, going on from what was left, and for how long.

import { renameSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { type Campaign, campaignOf } from '../campaign/campaign.ts'
import { openEventLoop } from '../campaign/event-loop.ts'
import { isOf, openLocal } from '../campaign/local.ts'
import { type Kept, RecordsFile, readRecords } from '../campaign/records.ts'
import { Threads } from '../campaign/threads.ts'
import { quote, ScenarioError } from '../errors.ts'
import { foreignModules } from '../experiment/determinism.ts'
import { binsOf, type ExperimentTerms, jobsOf, runExperiment } from '../experiment/experiment.ts'
import { inProcess } from '../experiment/in-process.ts'
import type { Runner, RunTerms } from '../experiment/job.ts'
import type { Precision } from '../experiment/precision.ts'
import { refuseStopped, StoppedError } from '../experiment/stopped.ts'
import { foreignFailure } from '../modules/failure.ts'
import { createProgress } from '../report/progress.ts'
import { hash } from '../results/hash.ts'
import { RESULT_SCHEMA, type Result } from '../results/result.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { parseQuantity } from '../units.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import type { OptionValues } from './command.ts'
import { EXIT } from './exit.ts'
import { claimTexts } from './ledger.ts'
import type { Opened } from './open.ts'
import { provenance } from './provenance.ts'
import type { Terminal } from './terminal.ts'

/** What all commands take that run experiments. */
export const EXPERIMENT_OPTIONS = {
  jobs: {
    type: 'text',
    value: 'COUNT',
    meaning: 'threads to run on; without it, one a core. What is found is the same',
  },
  'time-limit': {
    type: 'text',
    value: 'DURATION',
    meaning: 'give up after so much real time in all, such as 10min',
  },
  precision: {
    type: 'texts',
    value: 'SHARE',
    meaning:
      'add seeds until figures are so precise: 2%, or latency.p95=2% for one metric; may be given several times',
  },
  'most-seeds': {
    type: 'text',
    value: 'COUNT',
    meaning: 'seeds that --precision adds up to',
    default: '200',
  },
} as const

export type ExperimentOptions = OptionValues<typeof EXPERIMENT_OPTIONS>

export interface CommandTerms {
  readonly options: ExperimentOptions
  readonly checked: boolean
  readonly verify: boolean
  readonly threads: Threads
  /** No line that says how far it is. */
  readonly quiet: boolean
  /** Milliseconds of `performance.now()`. */
  readonly stopAt: number
  /** Where records are kept while it runs. */
  readonly records: string
  /** Go on from what is kept there; `never`: it is a part of something larger, which cannot. */
  readonly resume: boolean | 'never'
}

/** Throws what an experiment throws. */
export function runScenario(opened: Opened, terms: CommandTerms, terminal: Terminal): Promise<Result> {
  const { opened: file } = opened
  const { checked, verify, options } = terms
  const began = performance.now()
  const precision = precisionOf(file, options)
  return onThisMachine(opened, terms, terminal, (runner, progress) =>
    resultFrom(file, runner, { checked, verify, precision, began, progress }),
  )
}

interface ResultTerms extends Pick<ExperimentTerms, 'checked' | 'verify' | 'precision' | 'progress'> {
  /** Milliseconds of `performance.now()`. */
  readonly began: number
}

/** The result file of all that the runner runs. */
export async function resultFrom(
  file: ScenarioFile,
  runner: Runner,
  { began, ...terms }: ResultTerms,
): Promise<Result> {
  const { events, ...found } = await runExperiment(file, {
    ...terms,
    openTrace: openTraceFile,
    runner,
    claimTexts: claimTexts(),
  })
  const { name, title, description, resolved } = file
  return {
    schema: RESULT_SCHEMA,
    scenario: { name, title, description, hash: hash(resolved), resolved },
    ...found,
    provenance: provenance((performance.now() - began) / 1000, events),
  }
}

export type Shard = readonly [i: number, n: number]

/** Runs one part of the jobs and leaves its records in a file; how many. Throws what an experiment throws. */
export async function runShard(
  opened: Opened,
  [i, n]: Shard,
  path: string,
  terms: CommandTerms,
  terminal: Terminal,
): Promise<number> {
  const { opened: file, source } = opened
  const runTerms = termsOf(file, terms.checked)
  const jobs = jobsOf(file, terms.verify).filter((_, place) => place % n === i - 1)
  const beside = `${path}.tmp-${process.pid}`
  const records = RecordsFile.begin(beside, campaignOf(file, source, runTerms), [i, n])
  let done = 0
  try {
    await onThisMachine(opened, terms, terminal, (runner, progress) =>
      runner(jobs, runTerms, (job, record) => {
        refuseStopped(record, file.variants[jobs[job]!.variant]!.name)
        records.add(jobs[job]!, record)
        progress(++done, jobs.length)
      }),
    )
    records.close()
    renameSync(beside, path)
  } catch (error) {
    records.remove()
    throw error
  }
  return jobs.length
}

/** How the jobs of a scenario are run. */
export const termsOf = (file: ScenarioFile, checked: boolean): RunTerms => ({
  bins: binsOf(file),
  checked: checked || foreignModules(file).length > 0,
})

/** Does it with a runner of this machine, its limits and its signals. */
async function onThisMachine<T>(
  { opened: file, source }: Opened,
  terms: CommandTerms,
  terminal: Terminal,
  act: (runner: Runner, progress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const { stopAt, threads } = terms
  const shown = progressOf(file, terms, terminal)
  const late = () => performance.now() > stopAt
  const loop = openEventLoop()
  const limit = new AbortController()
  const timer = Number.isFinite(stopAt)
    ? setTimeout(() => limit.abort(), Math.min(LONGEST_TIMER, Math.max(0, stopAt - performance.now())))
    : undefined
  let [done, total] = [0, file.variants.length * file.seeds.length]
  const tooLate = () => new StoppedError(`stopped by the time limit after ${done} of ${total} runs`)
  const interruption = () => {
    shown?.clear()
    if (terms.resume === 'never') rmSync(terms.records, { force: true })
    const mend = terms.resume === 'never' ? '' : '; --resume goes on from there'
    terminal.complain(`interrupted after ${done} of ${total} runs${mend}`)
    process.exit(EXIT.interrupted)
  }
  let campaign: Campaign | undefined
  const campaignNow = (): Campaign => {
    campaign ??= campaignOf(file, source, termsOf(file, terms.checked))
    return campaign
  }
  const local = openLocal({
    here: inProcess(file, { openTrace: openTraceFile, interrupted: late, idle: loop.idle }),
    threads,
    now: () => performance.now(),
    path: terms.records,
    campaign: campaignNow,
    kept: terms.resume === true ? keptAt(terms.records, campaignNow, terminal) : undefined,
    signal: limit.signal,
    // Code of theirs may never come to its end, and this thread could then do nothing about it.
    apart: Threads.possible && Number.isFinite(stopAt) && foreignModules(file).length > 0,
    keeping: () => void process.on('SIGINT', interruption),
  })
  let whole = false
  try {
    const found = await act(local.run, (runs, of) => {
      ;[done, total] = [runs, of]
      // A run may be too short to ask by itself whether it is late.
      if (runs < of && late()) throw tooLate()
      shown?.update(runs, of)
    })
    whole = true
    return found
  } catch (error) {
    throw limit.signal.aborted && (error as Error).name === 'AbortError'
      ? tooLate()
      : foreignFailure(error, file)
  } finally {
    clearTimeout(timer)
    process.off('SIGINT', interruption)
    local.close(whole)
    loop.close()
    shown?.clear()
  }
}

/** Timers count milliseconds in 31 bits. */
const LONGEST_TIMER = 2 ** 31 - 1

function progressOf(file: ScenarioFile, { quiet }: CommandTerms, { rewrite, columns }: Terminal) {
  if (!rewrite || quiet) return undefined
  const progress = createProgress({ write: rewrite, now: () => performance.now(), columns, label: file.name })
  progress.update(0, file.variants.length * file.seeds.length)
  return progress
}

/** What was left there, if it is of this scenario and build. */
function keptAt(path: string, campaign: () => Campaign, terminal: Terminal): Kept | undefined {
  const kept = readRecords(path)
  if (!kept) return undefined
  if (isOf(kept, campaign())) return kept
  terminal.complain(
    `${quote(path, 200)} has runs of another scenario, of other options or of another build; they are run again`,
  )
  return undefined
}

/** The threads of a command; they are closed at its end. */
export function threadsOf(text: string | undefined): Threads {
  if (text === undefined) return new Threads(availableParallelism())
  const count = Number(text)
  if (/^\d+$/.test(text) && count >= 1 && count <= 1024) return new Threads(count)
  throw new ScenarioError(`invalid --jobs: ${quote(text)}; expected a whole number from 1 to 1024`)
}

const METRIC_SHARE = /^(?:([^=]+)=)?([^=]+)$/

function precisionOf(file: ScenarioFile, options: ExperimentOptions): Precision | undefined {
  if (options.precision.length === 0) return undefined
  const most = Number(options['most-seeds'])
  if (!/^\d+$/.test(options['most-seeds']) || most < 2)
    throw new ScenarioError(
      `invalid --most-seeds: ${quote(options['most-seeds'])}; expected a whole number from 2 on`,
    )
  const shares = options.precision.map((text) => {
    const [, metric, share] = METRIC_SHARE.exec(text) ?? []
    const value = share === undefined ? undefined : parseQuantity(share, 'ratio')
    if (value !== undefined && value > 0) return { metric, value }
    throw new ScenarioError([
      {
        message: `invalid --precision: ${quote(text)}; expected a share, such as 2% or latency.p95=2%`,
        ...(/^[\d.]+$/.test(text) ? { hint: `did you mean ${text}%?` } : {}),
      },
    ])
  })
  return {
    most,
    targets: shares.flatMap(({ metric, value }) =>
      (metric ? [metric] : expected(file)).map((name) => ({ metric: name, share: value })),
    ),
  }
}

/** What the scenario asks about, or the mean latency. */
function expected({ variants }: ScenarioFile): readonly string[] {
  const metrics = variants.flatMap(({ scenario }) => scenario.expect.map(({ metric }) => metric))
  return metrics.length === 0 ? ['latency.mean'] : [...new Set(metrics)]
}

/** When to stop, in milliseconds of `performance.now()`. */
export function stopAtOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  const limit = parseQuantity(text, 'ns')
  if (limit !== undefined && limit > 0) return performance.now() + limit / 1e6
  const hint = /^\d+$/.test(text) && Number(text) > 0 ? { hint: `did you mean ${text}s?` } : {}
  throw new ScenarioError([
    {
      message: `invalid --time-limit: ${quote(text)}; expected a duration with its unit, such as 30s, 10min or 2h`,
      ...hint,
    },
  ])
}
