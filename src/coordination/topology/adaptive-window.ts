// What is measured of the running topology: each agent counts what it sees itself, the leader adds up. Only tasks that were
// submitted in the present epoch count; what fails outside the swarm, unseen by any agent, is seen by its coming again.

import type { Nanos } from '../../units.ts'
import type { Figures } from './optimiser-scores.ts'
import type { SwarmTask } from './topology.ts'

/** Of one agent since its last report. */
export interface Counts {
  /** Over what time. */
  readonly span: Nanos
  /** Tasks that came for the first time. */
  readonly arrivals: number
  /** Tasks that came again: an attempt before had failed. */
  readonly repeats: number
  readonly done: number
  readonly failed: number
  /** Sum over those done. */
  readonly latency: Nanos
  /** Parts, and core time, of the tasks that came for the first time. */
  readonly parts: number
  readonly service: Nanos
  /** Core time of the parts computed here. */
  readonly computed: Nanos
}

export class Window {
  #since: Nanos
  #arrivals = 0
  #repeats = 0
  #done = 0
  #failed = 0
  #latency = 0
  #parts = 0
  #service = 0
  #computed = 0

  constructor(now: Nanos) {
    this.#since = now
  }

  came({ attempt, parts, service }: SwarmTask): void {
    if (attempt > 1) {
      this.#repeats++
      return
    }
    this.#arrivals++
    this.#parts += parts
    this.#service += service
  }

  /** It came to the wrong agent; whoever has it counts it. That an attempt had failed before is still so. */
  went({ attempt, parts, service }: SwarmTask): void {
    if (attempt > 1) return
    this.#arrivals--
    this.#parts -= parts
    this.#service -= service
  }

  done(latency: Nanos): void {
    this.#done++
    this.#latency += latency
  }

  failed(): void {
    this.#failed++
  }

  computed(service: Nanos): void {
    this.#computed += service
  }

  counts(now: Nanos): Counts {
    return {
      span: now - this.#since,
      arrivals: this.#arrivals,
      repeats: this.#repeats,
      done: this.#done,
      failed: this.#failed,
      latency: this.#latency,
      parts: this.#parts,
      service: this.#service,
      computed: this.#computed,
    }
  }
}

/** What all who reported have seen together. */
export interface Observed {
  /** New tasks per second, of how many parts and how much core time in the mean; undefined where none came. */
  readonly workload:
    | { readonly arrivals: number; readonly parts: number; readonly service: Nanos }
    | undefined
  readonly figures: Figures
}

/** undefined: nobody has seen a task end, so nothing can be said. */
export function observedIn(reports: readonly Counts[], agents: number): Observed | undefined {
  const counted = reports.filter(({ span }) => span > 0)
  const sum = (of: (counts: Counts) => number): number => counted.reduce((total, each) => total + of(each), 0)
  const rate = (of: (counts: Counts) => number): number => sum((each) => of(each) / (each.span / 1e9))
  const done = sum((each) => each.done)
  const lost = sum(({ failed, repeats }) => Math.max(failed, repeats))
  if (done + lost === 0) return undefined
  const arrivals = rate((each) => each.arrivals)
  const tasks = sum((each) => each.arrivals)
  return {
    workload:
      tasks > 0
        ? {
            arrivals,
            parts: sum(({ parts }) => parts) / tasks,
            service: sum(({ service }) => service) / tasks,
          }
        : undefined,
    figures: {
      latency: done > 0 ? sum(({ latency }) => latency) / done : Infinity,
      throughput: rate((each) => each.done),
      success: done / (done + lost),
      utilisation: rate(({ computed }) => computed / 1e9) / agents,
    },
  }
}
