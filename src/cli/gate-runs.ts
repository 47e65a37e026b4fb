// The runs of a gate, scenario by scenario, each judged when it has run: what ends it early leaves what was judged.

import type { Threads } from '../campaign/threads.ts'
import { brokenOff, scenarioVerdict, untold } from '../gate/scenario-verdict.ts'
import type { ScenarioVerdict, Stopped } from '../gate/verdict.ts'
import { ForeignError } from '../modules/foreign-error.ts'
import { EXIT, Exit } from './exit.ts'
import { nameOf, type Planned } from './gate-plan.ts'
import type { Revision } from './revision.ts'
import { singleResult } from './single-result.ts'
import type { Terminal } from './terminal.ts'

export interface RunTerms {
  readonly options: {
    readonly 'allow-modules': boolean
    readonly verify: boolean
    readonly quiet: boolean
    readonly explain: boolean
    readonly base: string | undefined
    readonly set: readonly string[]
  }
  readonly threads: Threads
  /** Milliseconds of `performance.now()`. */
  readonly stopAt: number
  readonly terminal: Terminal
  /** How far the other revision is. */
  readonly say: (text: string) => void
}

export interface Judged {
  readonly planned: readonly Planned[]
  /** Of the first of them, or of all. */
  readonly verdicts: readonly ScenarioVerdict[]
  /** What ended it, with the exit code that it is. */
  readonly stopped: (Stopped & { readonly code: number; readonly message: string }) | null
}

/**
 * Throws what a scenario's runs throw, but for limits and violations of determinism, which end it, and for what a module throws, of which
 * its scenario fails.
 */
export async function judgeAll(
  planned: readonly Planned[],
  terms: RunTerms,
  revision?: Revision,
): Promise<Judged> {
  const verdicts: ScenarioVerdict[] = []
  try {
    for (const each of planned) verdicts.push(await judgeOne(each, terms, revision))
  } catch (error) {
    if (!(error instanceof Exit)) throw error
    const left = planned.slice(verdicts.length).map(nameOf)
    const why = error.code === EXIT.determinism ? error.message.split('\n')[0]! : 'stopped by the time limit'
    const message = `${error.message}; ${verdicts.length} of ${planned.length} scenarios are judged`
    return { planned, verdicts, stopped: { why, left, code: error.code, message } }
  }
  return { planned, verdicts, stopped: null }
}

async function judgeOne(each: Planned, terms: RunTerms, revision?: Revision): Promise<ScenarioVerdict> {
  const { options, threads, stopAt, terminal } = terms
  if (each.kind === 'untold') return each.verdict
  if (performance.now() > stopAt) throw new Exit(EXIT.limit, 'stopped by the time limit')
  const { about, opened, path } = each
  const held = each.held === 'revision' ? revision!.held(path, opened.opened, options, stopAt) : each.held
  if ('missing' in held) return untold(about, held.missing, held.measure)
  const single = { options: PLAIN, verify: options.verify, quiet: options.quiet, stopAt, threads }
  try {
    const result = await singleResult(opened, single, terminal)
    return scenarioVerdict(about, held.baseline, held.measure, result)
  } catch (error) {
    if (error instanceof ForeignError) return brokenOff(about, held.measure, error.message)
    throw error
  }
}

/** The baseline's seeds are run, neither more nor less. */
const PLAIN = { jobs: undefined, 'time-limit': undefined, precision: [], 'most-seeds': '200' }
