// nginx as a reverse proxy: a worker process that passes requests to a group of servers, tries another where that is
// allowed, and answers 502 where none is in service and 504 where none answered in time. A streamed answer is passed on
// from its head; its parts after that are taken to come within the time limit of each other.
// A server whose process has ended refuses the connection at once; one whose host is down, or cut off, does not take it. In
// both cases the request was not sent, and may go to another server whatever it asks. Left out: keep-alive to the servers,
// buffering, caches, limits of tries and rates.

import { type HttpRequest, isIdempotent, type Message, RETRY, RefusedError } from '../../../env/index.ts'
import { ScenarioError } from '../../../errors.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { Attempt, type Attempter } from '../attempt.ts'
import { metrics, type NginxValues, parameters } from './parameters.ts'
import { Peer, Upstream } from './upstream.ts'

export const nginx = defineService({
  name: 'nginx',
  meaning: 'nginx as a reverse proxy: balancing, passive health checks, time limits',
  parameters,
  metrics,
  create: (context, values) => new Nginx(context, values),
})

class Nginx implements Service {
  readonly #requests = new Map<Envelope, Proxied>()
  readonly upstream: Upstream
  readonly retries
  readonly ejections
  readonly failed
  readonly #closed
  readonly #connections
  readonly #passed

  constructor(
    readonly context: ServiceContext,
    readonly values: NginxValues,
  ) {
    const { upstreams, weights, policy, maxFails, failTimeout } = values
    if (weights && weights.length !== upstreams.length)
      throw new ScenarioError(
        `invalid weights: ${weights.length} of them; expected one for each of the ${upstreams.length} upstreams`,
      )
    const peers = upstreams.map((address, i) => new Peer(address, weights?.[i] ?? 1))
    this.upstream = new Upstream(peers, { policy, maxFails, failTimeout }, context.random('balancing'))
    this.retries = context.counter('retries')
    this.ejections = context.counter('ejections')
    this.failed = context.counter('failed')
    this.#closed = context.counter('closed')
    this.#passed = new Map(peers.map((peer) => [peer, context.counter('requests', peer.address.name)]))
    this.#connections = context.level('connections', 'count', 'lower', 'requests in hand at')
    this.#observe()
  }

  cost(): Nanos {
    return this.values.cost
  }

  handle(request: Envelope): void {
    const proxied = new Proxied(this, request)
    if (2 * (this.#requests.size + 1) > this.values.workerConnections) {
      proxied.failWith(500, `${this.values.workerConnections} worker_connections are not enough`)
      return
    }
    this.#requests.set(request, proxied)
    this.#observe()
    proxied.pass()
  }

  abandon(request: Envelope): void {
    const proxied = this.#requests.get(request)
    if (!proxied) return
    this.#closed.add(this.context.now())
    proxied.close()
    this.end(request)
  }

  crash(): void {
    this.#connections.set(this.context.now(), 0)
  }

  /** A request is passed to a server. */
  passing(peer: Peer): void {
    this.#passed.get(peer)!.add(this.context.now())
  }

  /** A request is in hand no more. */
  end(request: Envelope): void {
    this.#requests.delete(request)
    this.#observe()
  }

  #observe(): void {
    this.#connections.set(this.context.now(), this.#requests.size)
  }
}

/** A request in hand: which server has it, and what becomes of it. */
class Proxied implements Attempter {
  readonly #tried = new Set<Peer>()
  #peer!: Peer
  #attempt!: Attempt
  #begun = false

  constructor(
    readonly proxy: Nginx,
    readonly request: Envelope,
  ) {}

  /** To a server that has not had it yet. */
  pass(): void {
    const { context, values, upstream } = this.proxy
    const peer = upstream.choose(this.#tried, context.now(), this.#key())
    if (!peer) {
      this.#endWith(502, 'no live upstreams')
      return
    }
    this.#peer = peer
    this.#tried.add(peer)
    this.proxy.passing(peer)
    const server = context.processOf(peer.address)
    this.#attempt = new Attempt(context.process, server, this.request.message, values, this)
  }

  begun(): void {
    this.#begun = true
    this.request.head()
  }

  answered(message: Message): void {
    this.#release(false)
    this.#end(() => this.request.reply(message))
  }

  /** The server gave no answer, whether another may be tried or not. */
  failed(why: 'error' | 'timeout', text: string): void {
    this.#release(true)
    if (this.#mayTryAnother(why)) this.#retry()
    else this.#endWith(why === 'timeout' ? 504 : 502, text)
  }

  /** An answer that says no is an answer, and passed on, unless it is a case for another server. */
  refused(error: Error): void {
    const why = error instanceof RefusedError ? `http_${error.status}` : ''
    if (this.#mayTryAnother(why)) {
      this.#release(why !== 'http_403' && why !== 'http_404')
      this.#retry()
    } else {
      this.#release(false)
      this.#end(() => this.request.refuse(error))
    }
  }

  /** The client has gone. */
  close(): void {
    this.#attempt.close()
    this.#release(false)
  }

  failWith(status: number, text: string): void {
    const { proxy, request } = this
    proxy.failed.add(proxy.context.now())
    request.refuse(new RefusedError(status, `${proxy.context.name}: ${text}`))
  }

  /** What the policies that hash do hash. */
  #key(): string {
    const { policy, hashKey } = this.proxy.values
    if (policy === 'ip_hash') return this.request.from.host.name
    if (policy !== 'hash') return ''
    return String((this.request.message as unknown as Readonly<Record<string, unknown>>)[hashKey] ?? '')
  }

  #mayTryAnother(why: string): boolean {
    const { values, upstream } = this.proxy
    const cases: readonly string[] = values.nextUpstream
    const repeatable = !this.#attempt.sent || this.#isIdempotent() || cases.includes('non_idempotent')
    return !this.#begun && cases.includes(why) && repeatable && this.#tried.size < upstream.peers.length
  }

  #isIdempotent(): boolean {
    const { message } = this.request
    return message.kind === 'http'
      ? isIdempotent((message as HttpRequest).method)
      : this.proxy.values.idempotent.includes(message.kind)
  }

  #retry(): void {
    this.request.book(RETRY)
    this.proxy.retries.add(this.proxy.context.now())
    this.pass()
  }

  #release(failed: boolean): void {
    const { upstream, ejections, context } = this.proxy
    if (upstream.release(this.#peer, failed, context.now())) ejections.add(context.now())
  }

  #endWith(status: number, text: string): void {
    this.request.book(RETRY)
    this.proxy.end(this.request)
    this.failWith(status, text)
  }

  #end(answer: () => void): void {
    this.request.bookAll(this.#attempt.account)
    this.proxy.end(this.request)
    answer()
  }
}
