// A target of an upstream and what is known of its health: counters that thresholds turn into healthy and unhealthy, as
// lua-resty-healthcheck does. What has a threshold of 0 is not counted at all: where successes have, none of them takes
// failures back, and those add up however far apart they are.

import type { Nanos } from '../../../units.ts'
import type { Process } from '../../process.ts'

export type Sign = 'success' | 'http-failure' | 'tcp-failure' | 'timeout'

export interface Thresholds {
  readonly successes: number
  readonly httpFailures: number
  readonly tcpFailures: number
  readonly timeouts: number
}

const THRESHOLD = {
  success: 'successes',
  'http-failure': 'httpFailures',
  'tcp-failure': 'tcpFailures',
  timeout: 'timeouts',
} as const

export class Target {
  connections = 0
  healthy = true
  /** When it was chosen last, in choices. */
  chosen = 0
  /** Since when requests that are passed to it fail, without one that did not; and when the last one did. */
  failsSince: Nanos | undefined
  failedAt: Nanos = 0
  readonly #counts = new Map<Sign, number>()

  constructor(
    readonly process: Process,
    readonly weight: number,
  ) {}

  /** One more sign. True if it became unhealthy by it. */
  saw(sign: Sign, thresholds: Thresholds): boolean {
    const threshold = thresholds[THRESHOLD[sign]]
    if (threshold === 0) return false
    const count = (this.#counts.get(sign) ?? 0) + 1
    // A success takes back all failures, a failure the successes.
    if (sign === 'success') this.#counts.clear()
    else this.#counts.delete('success')
    this.#counts.set(sign, count)
    if (count < threshold) return false
    const became = sign !== 'success' && this.healthy
    this.healthy = sign === 'success'
    return became
  }
}
