// What an experiment asks to be run: jobs, in any order and as many at once as the runner likes. What comes of them is the same.

import type { RunRecord } from '../run/replication.ts'

export interface Job {
  /** Its place among the scenario's variants. */
  readonly variant: number
  readonly seed: string
  /** A second run of the same, whose fingerprint must agree. */
  readonly again: boolean
  /** Its messages are kept: it is the first of its variant. */
  readonly messages: boolean
}

/** What is the same for all jobs. */
export interface RunTerms {
  /** Bins of the time series. */
  readonly bins: number
  /** Freeze messages as they are sent. */
  readonly checked: boolean
}

/**
 * Runs every job and hands each record over, with the place of its job, as soon as it is there. Throws what a run throws, or
 * what `done` throws; jobs that have not begun are then left.
 */
export type Runner = (
  jobs: readonly Job[],
  terms: RunTerms,
  done: (job: number, record: RunRecord) => void,
) => Promise<void>
