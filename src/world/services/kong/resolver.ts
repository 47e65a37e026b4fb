// How Kong learns who serves a name: it asks Consul over DNS, and keeps the answer for its time to live (Kong, resty/dns and
// runloop/balancer/targets). With a time to live it is renewed in the background, and an old answer counts while Consul
// cannot be asked; without, each request waits for an answer of its own time, all that wait for the same one. That there is
// nobody is an answer too, and kept long. Left out: weights of SRV records, the number of records that an answer holds.

import type { HealthServiceReply, HealthServiceRequest } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import { Forward } from '../forward.ts'
import { RENEWAL_LAG } from './parameters.ts'

export interface ResolverTerms {
  readonly dnsTtl: Nanos
  readonly dnsStaleTtl: Nanos
  readonly dnsNotFoundTtl: Nanos
  readonly dnsErrorTtl: Nanos
  readonly dnsTimeout: Nanos
  readonly dnsTries: number
}

export class Resolver {
  /** Up to when what is known counts. */
  #until: Nanos = -1
  /** Since when the last good answer is old; undefined: there was none. */
  #staleFrom: Nanos | undefined
  #asking = false
  #waiting: (() => void)[] = []
  #renewal: { cancel(): void } | undefined

  constructor(
    readonly context: ServiceContext,
    readonly terms: ResolverTerms,
    readonly servers: readonly Process[],
    readonly service: string,
    /** Told who serves, whenever that is known anew. */
    readonly found: (processes: readonly Process[]) => void,
    readonly asked: () => void,
  ) {}

  begin(): void {
    this.#ask(0)
  }

  /** Calls `then` when it is known who serves: at once, or after a question. */
  whenKnown(then: () => void): void {
    const now = this.context.now()
    const known = now < this.#until || (this.terms.dnsTtl > 0 && this.#staleFrom !== undefined)
    if (known) {
      then()
      return
    }
    this.#waiting.push(then)
    if (!this.#asking) this.#ask(0)
  }

  #ask(tries: number): void {
    const { context, terms, servers, service } = this
    this.#asking = true
    this.asked()
    const message: HealthServiceRequest = {
      kind: 'consul.health',
      service,
      only: 'not-critical',
      consistency: 'stale',
      bytes: 60,
    }
    const server = servers[tries % servers.length]!
    new Forward(
      context.process,
      server,
      message,
      { timeout: terms.dnsTimeout },
      {
        answered: (reply) => this.#answered(reply as HealthServiceReply),
        failed: () => {
          if (tries + 1 < terms.dnsTries) this.#ask(tries + 1)
          else this.#failed()
        },
      },
    )
  }

  #answered({ instances }: HealthServiceReply): void {
    const { context, terms } = this
    const ttl = instances.length === 0 ? terms.dnsNotFoundTtl : terms.dnsTtl
    this.#until = context.now() + ttl
    this.#staleFrom = instances.length === 0 ? undefined : this.#until
    this.found(instances.map(({ address }) => context.processOf(address)))
    this.#conclude(ttl + RENEWAL_LAG)
  }

  /** Consul cannot be asked: what is known counts for a while. */
  #failed(): void {
    const { context, terms } = this
    const now = context.now()
    const stale =
      terms.dnsTtl > 0 && this.#staleFrom !== undefined && now < this.#staleFrom + terms.dnsStaleTtl
    this.#until = now + terms.dnsErrorTtl
    if (!stale) {
      this.#staleFrom = undefined
      this.found([])
    }
    this.#conclude(terms.dnsErrorTtl)
  }

  #conclude(renewAfter: Nanos): void {
    const waiting = this.#waiting
    this.#asking = false
    this.#waiting = []
    for (const then of waiting) then()
    this.#renewal?.cancel()
    if (this.terms.dnsTtl > 0)
      this.#renewal = this.context.process.after(renewAfter, () => {
        if (!this.#asking) this.#ask(0)
      })
  }
}
