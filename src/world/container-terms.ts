// How a container was described.

import type { Distribution } from '../kernel/distributions/distribution.ts'
import type { Nanos } from '../units.ts'
import type { Container } from './container.ts'
import type { HealthTerms } from './container-health.ts'
import type { RestartPolicy } from './container-restart.ts'

export interface ContainerTerms {
  /** Time from docker start until the process runs. */
  readonly start?: Distribution
  /** Bytes that the process takes when it begins. */
  readonly baseMemory?: number
  readonly startsAt?: Nanos
  /** Default true. */
  readonly autostart?: boolean
  /** Left out: it comes back with its host, and not by itself. */
  readonly restart?: RestartPolicy
  readonly exitAfter?: Distribution
  /** Default 1. */
  readonly exitCode?: number
  readonly stopTime?: Distribution
  readonly ports?: readonly number[]
  readonly health?: HealthTerms
  /** What it waits for before its first start; asked when all containers exist. */
  dependsOn?(): readonly Container[]
  /** What its process cannot do without when it begins. */
  needs?(): readonly Container[]
}

/** Those who wait for something to happen once. */
export class Waiting {
  #waiting = new Set<() => void>()

  add(then: () => void): void {
    this.#waiting.add(then)
  }

  remove(then: () => void): void {
    this.#waiting.delete(then)
  }

  /** It has happened. */
  tell(): void {
    if (this.#waiting.size === 0) return
    const told = this.#waiting
    this.#waiting = new Set()
    for (const then of told) then()
  }
}
