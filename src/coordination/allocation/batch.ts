// A batch of a task distributor, its tasks, and where each of them is.

import { Deferred, type JobRequest, type Timer } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'

/** Tasks that are assigned together. */
export class Batch {
  readonly tasks: TaskAtHand[] = []
  timer: Timer | undefined
  closedAt: Nanos = 0
  /** All its tasks are placed, or refused. */
  assigned = false
  /** Placed and not ended. */
  underWay = 0
  /** Time worked by each agent. */
  readonly worked: Float64Array

  constructor(agents: number) {
    this.worked = new Float64Array(agents)
  }
}

/** Where a task is, and what was expected of it there. */
export interface Placement {
  readonly agent: number
  readonly expected: number
  readonly batch: Batch
}

export class TaskAtHand {
  /** The agent it goes to; undefined: there is none for it. */
  assigned = new Deferred<number | undefined>()
  placement: Placement | undefined
  readonly tried = new Set<number>()
  /** Nobody waits for it any more. */
  gone = false
  readonly needs: readonly string[]

  constructor(
    readonly job: JobRequest,
    readonly arrivedAt: Nanos,
  ) {
    this.needs = job.capability === undefined ? [] : [job.capability]
  }

  get type(): string {
    return this.job.capability ?? ''
  }
}
