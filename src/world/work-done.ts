// The work that jobs have got from the cores of a host, counted from the jobs themselves, so that it can be held against
// the time for which the cores were busy. Their owners are told when they come and go, where anyone wants to know.

import type { Simulation } from '../kernel/simulation.ts'
import type { Nanos } from '../units.ts'
import type { CpuGroup, CpuJob } from './cpu-group.ts'

export class WorkDone {
  /** Of jobs that have ended, in nanoseconds of one core of nominal speed. */
  #ended = 0
  /** Jobs that have come to their end: each may be off by rounding. */
  jobs = 0

  constructor(readonly simulation: Simulation) {}

  /** A job has come. */
  begin({ owner }: CpuJob): void {
    if (owner !== undefined && owner.load !== undefined) owner.load.begin(this.simulation.now)
  }

  /** A job has got all its work. */
  end(job: CpuJob): void {
    this.#ended += job.work
    this.jobs++
    this.#gone(job)
  }

  /** A job is taken off with `left` to do. */
  take(job: CpuJob, left: number): void {
    this.#ended += job.work - left
    this.#gone(job)
  }

  /** Of all jobs so far; `running` and `standing` are those that have not ended. */
  total(now: Nanos, running: readonly CpuGroup[], standing: Iterable<readonly CpuJob[]>): number {
    let sum = this.#ended
    for (const { heap, done, updatedAt, rate } of running) {
      const got = done + (now - updatedAt) * rate
      for (const job of heap) sum += job.work - Math.max(0, job.finish - got)
    }
    for (const jobs of standing) for (const job of jobs) sum += job.work - job.left
    return sum
  }

  #gone({ owner }: CpuJob): void {
    if (owner !== undefined && owner.load !== undefined) owner.load.end(this.simulation.now)
  }
}
