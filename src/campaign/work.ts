// What a worker does, wherever it is: one job of a source it has opened, and what came of it as plain data.

import { type Mistake, ScenarioError } from '../errors.ts'
import type { Job, RunTerms } from '../experiment/job.ts'
import { StoppedError } from '../experiment/stopped.ts'
import { foreignFailure } from '../modules/failure.ts'
import { ForeignError } from '../modules/foreign-error.ts'
import { DeterminismError, type RunRecord, replicateAsync } from '../run/replication.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { openEventLoop } from './event-loop.ts'
import { openKept, type Source } from './source.ts'

/** An error as it passes between threads and machines: its class is in its name. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly mistakes?: readonly Mistake[]
}

export type Outcome = { readonly record: RunRecord } | { readonly failure: Failure }

/** Runs one job; what a run throws is in the outcome. */
export async function work(source: Source, job: Job, terms: RunTerms): Promise<Outcome> {
  let file: ScenarioFile | undefined
  const loop = openEventLoop()
  try {
    file = await opened(source)
    const { scenario } = file.variants[job.variant]!
    const record = await replicateAsync(scenario, {
      ...terms,
      seed: job.seed,
      messages: job.messages,
      openTrace: openTraceFile,
      modules: file.modules,
      idle: loop.idle,
    })
    return { record }
  } catch (error) {
    return { failure: failureOf(file ? foreignFailure(error, file) : error) }
  } finally {
    loop.close()
  }
}

/** The source that was opened last: a worker gets many jobs of one. */
let last: { readonly key: string; readonly file: Promise<ScenarioFile> } | undefined

function opened(source: Source): Promise<ScenarioFile> {
  const key = JSON.stringify(source)
  if (last?.key !== key) last = { key, file: openKept(source) }
  return last.file
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message, stack } = error
  const mistakes = error instanceof ScenarioError ? { mistakes: error.mistakes } : {}
  return { name, message, ...(stack === undefined ? {} : { stack }), ...mistakes }
}

const KNOWN = [DeterminismError, ForeignError, StoppedError] as const

/** The error again, of its own class where anyone tells it by that. */
export function errorOf({ name, message, stack, mistakes }: Failure): Error {
  if (mistakes) return new ScenarioError(mistakes)
  const Known = KNOWN.find((each) => each.name === name)
  const error = Known ? new Known(message) : new Error(message)
  if (!Known) error.name = name
  if (stack !== undefined) error.stack = stack
  return error
}
