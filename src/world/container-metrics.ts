// What is observed of the containers of a part, all instances together. Nothing is declared that the part's parameters
// cannot bring about, so that a part which says nothing of its container adds nothing to a result.

import type { Counter } from '../observe/counter.ts'
import type { Level } from '../observe/level.ts'
import type { Recorder } from '../observe/recorder.ts'
import type { Recording } from '../observe/recording.ts'
import type { Nanos } from '../units.ts'

/** What the part's parameters can bring about. */
export interface Observed {
  /** It can start late, end by itself or start again. */
  readonly life: boolean
  readonly restarts: boolean
  readonly memory: boolean
  readonly health: boolean
  readonly ports: boolean
}

export class ContainerMetrics {
  readonly #instances: number
  readonly #availability: Level | undefined
  readonly #restarts: Counter | undefined
  readonly #delay: Recording | undefined
  readonly #oomKills: Counter | undefined
  readonly #unhealthy: Counter | undefined
  readonly #toHealthy: Recording | undefined
  readonly #conflicts: Counter | undefined
  #running = 0

  /** @param part the name of the scenario's part @param instances how many there are of it */
  constructor(recorder: Recorder, part: string, instances: number, observed: Observed) {
    const count = (name: string, meaning: string) =>
      recorder.counter(`container.${part}.${name}`, { unit: 'count', better: 'lower', meaning })
    const time = (name: string, meaning: string) =>
      recorder.distribution(`container.${part}.${name}`, { unit: 'ns', better: 'lower', meaning })
    this.#instances = instances
    if (observed.life) {
      this.#availability = recorder.level(
        `container.${part}.availability`,
        { unit: 'ratio', better: 'higher', meaning: `share of the containers of ${part} that run` },
        { series: true },
      )
      this.#availability.set(0, 0)
    }
    if (observed.restarts) {
      this.#restarts = count('restarts', `restarts of ${part} by its policy`)
      this.#delay = time('restart-delay', `delay before restarts of ${part}`)
    }
    if (observed.memory) this.#oomKills = count('oom-kills', `ends of ${part} for want of memory`)
    if (observed.health) {
      this.#unhealthy = count('unhealthy', `times that ${part} became unhealthy`)
      this.#toHealthy = time('time-to-healthy', `time from a start of ${part} until it was healthy`)
    }
    if (observed.ports)
      this.#conflicts = count('port-conflicts', `starts of ${part} on a port that was taken`)
  }

  began(now: Nanos): void {
    this.#runs(now, 1)
  }

  ended(now: Nanos): void {
    this.#runs(now, -1)
  }

  restarts(now: Nanos, delay: Nanos): void {
    this.#restarts?.add(now)
    this.#delay?.record(now, delay)
  }

  oomKilled(now: Nanos): void {
    this.#oomKills?.add(now)
  }

  unhealthy(now: Nanos): void {
    this.#unhealthy?.add(now)
  }

  healthy(now: Nanos, after: Nanos): void {
    this.#toHealthy?.record(now, after)
  }

  portTaken(now: Nanos): void {
    this.#conflicts?.add(now)
  }

  #runs(now: Nanos, by: number): void {
    this.#running += by
    this.#availability?.set(now, this.#running / this.#instances)
  }
}
