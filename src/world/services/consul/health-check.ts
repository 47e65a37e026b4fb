// One health check: what an agent asks a service, how often, and what it takes the answers to mean (Consul, agent/checks).
// The first comes at a random time within the interval, each later one an interval after the last one's end.

import {
  type Address,
  type CheckDefinition,
  type CheckStatus,
  type HttpRequest,
  RefusedError,
} from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import { Forward } from '../forward.ts'

export class HealthCheck {
  /** Until the first answers say otherwise. */
  status: CheckStatus = 'critical'
  /** Since when it has this status. */
  since: Nanos
  #successes = 0
  #failures = 0
  #timer: { cancel(): void } | undefined
  #asking: Forward | undefined

  constructor(
    readonly context: ServiceContext,
    readonly target: Address,
    readonly definition: CheckDefinition,
    readonly changed: (status: CheckStatus) => void,
  ) {
    const { interval } = definition
    this.since = context.now()
    this.#after(context.random('checks').integer(Math.max(1, interval)))
  }

  stop(): void {
    this.#timer?.cancel()
    this.#asking?.cancel()
  }

  #after(delay: Nanos): void {
    this.#timer = this.context.process.after(delay, () => this.#check())
  }

  #check(): void {
    if (this.definition.type === 'http') this.#get()
    else this.#connect()
  }

  #get(): void {
    const { context, definition, target } = this
    const message: HttpRequest = { kind: 'http', method: 'GET', path: definition.path }
    const terms = { timeout: definition.timeout }
    this.#asking = new Forward(context.process, context.processOf(target), message, terms, {
      answered: () => this.#concluded('passing'),
      failed: (error) =>
        this.#concluded(error instanceof RefusedError && error.status === 429 ? 'warning' : 'critical'),
    })
  }

  /** The kernel takes connections as long as the process is there, whatever that does. */
  #connect(): void {
    const { context, definition, target } = this
    const process = context.processOf(target)
    const reaches = context.process.world.network.reaches(context.host, process.host)
    if (reaches) this.#concluded(process.up ? 'passing' : 'critical')
    else this.#timer = context.process.after(definition.timeout, () => this.#concluded('critical'))
  }

  #concluded(found: CheckStatus): void {
    const { interval, successBeforePassing, failuresBeforeCritical } = this.definition
    this.#asking = undefined
    this.#successes = found === 'critical' ? 0 : this.#successes + 1
    this.#failures = found === 'critical' ? this.#failures + 1 : 0
    this.#after(interval)
    const enough =
      found === 'critical' ? this.#failures > failuresBeforeCritical : this.#successes > successBeforePassing
    if (!enough || found === this.status) return
    this.status = found
    this.since = this.context.now()
    this.changed(found)
  }
}
