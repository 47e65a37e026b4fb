// Restart policies with Docker's back-off, as moby's restart manager has it (restartmanager/restartmanager.go): the delay
// before a restart begins at 100 ms and doubles each time to 1 min; after a life of 10 s or more it begins anew.
// Only `on-failure` looks at the exit code, and it alone can count its restarts and give up.

import { optional, text } from '../parameters.ts'
import { minutes, ms, type Nanos, seconds } from '../units.ts'

const FIRST_DELAY = ms(100)
const LONGEST_DELAY = minutes(1)
/** Whoever has run so long begins with the first delay again. */
const STEADY = seconds(10)

export const restartParameter = optional(
  text({
    meaning:
      'what its end is followed by, as in Docker: no, on-failure, on-failure:N (at most N times), always or unless-stopped; after a crash of its host it stays down under no. Left out: it comes back with its host, and not by itself',
    pattern: /^(?:no|always|unless-stopped|on-failure(?::[1-9]\d{0,6})?)$/,
  }),
)

export interface RestartPolicy {
  readonly when: 'no' | 'on-failure' | 'always' | 'unless-stopped'
  /** Restarts before it is given up. */
  readonly most: number
}

/** What is written in a scenario, checked: `on-failure:3`. */
export function restartPolicy(written: string): RestartPolicy {
  const [when, most] = written.split(':')
  return {
    when: when as RestartPolicy['when'],
    most: most === undefined ? Number.POSITIVE_INFINITY : Number(most),
  }
}

/** Whether and after what time a container starts again. */
export class Restarts {
  #delay: Nanos = 0
  #count = 0

  constructor(readonly policy: RestartPolicy) {}

  /** The process has ended by itself after `ran` with this code: the delay before it starts again; `undefined`: it does not. */
  after(ran: Nanos, exitCode: number): Nanos | undefined {
    const { when, most } = this.policy
    if (when === 'no') return undefined
    if (ran >= STEADY) this.#delay = 0
    this.#delay = this.#delay === 0 ? FIRST_DELAY : Math.min(2 * this.#delay, LONGEST_DELAY)
    if (when === 'on-failure' && (exitCode === 0 || this.#count >= most)) return undefined
    this.#count++
    return this.#delay
  }

  /** Whether it starts when its host is back; `stopped`: somebody had stopped it. */
  atBoot(stopped: boolean, exitCode: number): boolean {
    const { when, most } = this.policy
    if (when === 'on-failure') return !stopped && exitCode !== 0 && this.#count < most
    return when === 'always' || (when === 'unless-stopped' && !stopped)
  }

  /** Somebody has started it: it begins anew. */
  reset(): void {
    this.#delay = 0
    this.#count = 0
  }
}
