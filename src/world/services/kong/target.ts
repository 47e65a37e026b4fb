// A target of an upstream and what is known of its health: counters that thresholds turn into healthy and unhealthy
// (lua-resty-healthcheck). A threshold of 0 never turns anything.

import type { Process } from '../../process.ts'

export type Sign = 'success' | 'http-failure' | 'tcp-failure' | 'timeout'

export interface Thresholds {
  readonly successes: number
  readonly httpFailures: number
  readonly tcpFailures: number
  readonly timeouts: number
}

export class Target {
  connections = 0
  healthy = true
  /** When it was chosen last, in choices. */
  chosen = 0
  #successes = 0
  #httpFailures = 0
  #tcpFailures = 0
  #timeouts = 0

  constructor(
    readonly process: Process,
    readonly weight: number,
  ) {}

  /** One more sign. True if it became unhealthy by it. */
  saw(sign: Sign, { successes, httpFailures, tcpFailures, timeouts }: Thresholds): boolean {
    if (sign === 'success') {
      this.#httpFailures = 0
      this.#tcpFailures = 0
      this.#timeouts = 0
      this.#successes++
      if (successes > 0 && this.#successes >= successes) this.healthy = true
      return false
    }
    this.#successes = 0
    const failed =
      sign === 'http-failure'
        ? reaches(++this.#httpFailures, httpFailures)
        : sign === 'tcp-failure'
          ? reaches(++this.#tcpFailures, tcpFailures)
          : reaches(++this.#timeouts, timeouts)
    const became = failed && this.healthy
    if (became) this.healthy = false
    return became
  }
}

const reaches = (count: number, threshold: number): boolean => threshold > 0 && count >= threshold
