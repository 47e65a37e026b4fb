// A request in hand: its plugins, the search for who serves it, its tries, and where its time went.

import { isIdempotent, type Message, QUEUE, RETRY, RefusedError } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { ServiceContext } from '../../service.ts'
import { Attempt, type Attempter } from '../attempt.ts'
import { asHttp } from './router.ts'
import type { Sign, Target } from './target.ts'
import type { Upstream } from './upstream.ts'

/** Whose request it is. */
export interface Gateway {
  readonly context: ServiceContext
  retried(): void
  /** The request is in hand no more; `upstream`: how long the target took that answered. */
  ended(request: Envelope, upstream: Nanos | undefined): void
  /** Kong answers by itself. */
  failed(request: Envelope, status: number, text: string): void
}

/** [S] Kong: healthchecks.passive.unhealthy.http_statuses */
const UNHEALTHY_STATUSES = [429, 500, 503]

export class Proxied implements Attempter {
  readonly #failed = new Set<Target>()
  #target: Target | undefined
  #attempt: Attempt | undefined
  #sentAt: Nanos = 0
  #tries = 0
  #begun = false
  #closed = false

  constructor(
    readonly gateway: Gateway,
    readonly request: Envelope,
    readonly upstream: Upstream,
  ) {}

  begin(): void {
    this.upstream.whenKnown(() => {
      if (this.#closed) return
      this.request.book(QUEUE)
      // Consul's answer is for all who wait for it: what is passed on goes back to its own request.
      this.gateway.context.process.as(this.request.logged, () => this.#pass())
    })
  }

  /** The client has gone. */
  close(): void {
    this.#closed = true
    this.#attempt?.close()
    if (this.#target) this.#target.connections--
  }

  begun(): void {
    this.#begun = true
    this.request.head()
  }

  answered(message: Message): void {
    this.#release('success')
    this.#end(() => this.request.reply(message))
  }

  refused(error: Error): void {
    const bad = error instanceof RefusedError && UNHEALTHY_STATUSES.includes(error.status)
    this.#release(bad ? 'http-failure' : undefined)
    this.#end(() => this.request.refuse(error))
  }

  failed(why: 'error' | 'timeout', text: string): void {
    const target = this.#target!
    const repeatable = !this.#attempt!.sent || isIdempotent(asHttp(this.request.message).method)
    this.#failed.add(target)
    this.#release(why === 'timeout' ? 'timeout' : 'tcp-failure')
    this.request.book(RETRY)
    if (!this.#begun && repeatable && this.#tries <= this.upstream.service.retries) {
      this.gateway.retried()
      this.#pass()
    } else {
      this.gateway.ended(this.request, undefined)
      if (why === 'timeout')
        this.gateway.failed(this.request, 504, `the upstream server is timing out (${text})`)
      else
        this.gateway.failed(
          this.request,
          502,
          `an invalid response was received from the upstream server (${text})`,
        )
    }
  }

  #pass(): void {
    const { gateway, upstream, request } = this
    const { process } = gateway.context
    const key = identityOf(request, upstream.service.hashOn)
    const target = upstream.balancer.choose(key, this.#failed)
    if (!target) {
      gateway.ended(request, undefined)
      gateway.failed(request, 503, 'failure to get a peer from the ring-balancer')
      return
    }
    this.#target = target
    this.#tries++
    this.#sentAt = gateway.context.now()
    this.#attempt = new Attempt(process, target.process, request.message, upstream.service, this)
  }

  #release(sign: Sign | undefined): void {
    const target = this.#target!
    target.connections--
    this.#target = undefined
    this.upstream.saw(target, sign)
  }

  #end(answer: () => void): void {
    this.request.bookAll(this.#attempt!.account)
    this.gateway.ended(this.request, this.gateway.context.now() - this.#sentAt)
    answer()
  }
}

/** By what requests are told apart. */
export function identityOf(request: Envelope, by: 'consumer' | 'ip' | 'service' | 'path'): string {
  const { consumer, path } = asHttp(request.message)
  if (by === 'service') return ''
  if (by === 'path') return path
  return by === 'consumer' && consumer !== undefined ? `consumer ${consumer}` : `ip ${request.from.host.name}`
}
