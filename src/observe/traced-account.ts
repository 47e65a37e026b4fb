// An account that keeps, beside its sums, the steps of which they are made, in their order: which part, where, for how long. Its
// sums are those of a plain account to the nanosecond.
// Left out: the order of parts that somebody booked in one sum without saying where; they follow one another as a request
// usually goes through them.

import {
  Account,
  COMPUTE,
  CORE,
  IDLE,
  MAILBOX,
  NETWORK,
  QUEUE,
  QUORUM,
  RETRY,
  SERVICE,
  type Where,
} from '../env/account.ts'
import type { Nanos } from '../units.ts'

export interface Step {
  readonly part: number
  readonly duration: Nanos
  /** The process, `ollama.3`; undefined: nobody said. */
  readonly place: string | undefined
  /** The part of the scenario that it is an instance of: `ollama`. */
  readonly of: string | undefined
  /** What was handled: a kind of message, `timer`, `compute`. */
  readonly what: string | undefined
}

/** How a request goes through what is booked in one sum. */
const USUAL_ORDER = [MAILBOX, QUEUE, CORE, COMPUTE, SERVICE, NETWORK, QUORUM, RETRY, IDLE]

export class TracedAccount extends Account {
  readonly steps: Step[] = []

  override add(part: number, duration: Nanos, where?: Where): void {
    super.add(part, duration)
    if (duration !== 0) this.steps.push(stepOf(part, duration, where))
  }

  override addAll(other: Account, where?: Where): void {
    super.addAll(other)
    for (const step of stepsOf(other)) this.steps.push(step.place === undefined ? placed(step, where) : step)
  }

  override addGained(other: Account, before: Account | undefined, excess: Nanos): void {
    const own = [...this.parts]
    super.addGained(other, before, excess)
    const gained = this.parts.map((duration, part) => duration - own[part]!)
    const since = before instanceof TracedAccount ? before.steps.length : 0
    // What is taken off a part is what came first of it: so the last steps are kept.
    const kept: Step[] = []
    for (const step of stepsOf(other).slice(since).reverse()) {
      const duration = Math.min(step.duration, gained[step.part]!)
      gained[step.part]! -= duration
      if (duration !== 0) kept.push({ ...step, duration })
    }
    this.steps.push(...kept.reverse())
  }

  override fresh(): Account {
    return new TracedAccount()
  }

  override clear(): void {
    super.clear()
    this.steps.length = 0
  }
}

const stepOf = (part: number, duration: Nanos, where: Where | undefined): Step => ({
  part,
  duration,
  place: where?.process.name,
  of: where?.process.part,
  what: where?.label,
})

const placed = ({ part, duration }: Step, where: Where | undefined): Step => stepOf(part, duration, where)

const stepsOf = (account: Account): readonly Step[] =>
  account instanceof TracedAccount
    ? account.steps
    : USUAL_ORDER.flatMap((part) => {
        const duration = account.parts[part]!
        return duration === 0 ? [] : [stepOf(part, duration, undefined)]
      })
