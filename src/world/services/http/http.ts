// A service that answers HTTP: a backend, a front end, Prometheus, Grafana. One thread reads requests and writes answers; so
// many workers serve them, each first on a core, then waiting for others, then asking other services, all the while held.
// Its health path is answered by the thread. Left out: what is asked and answered, streams, a limit of connections; the round
// trips of opening a connection; and a queue of the kernel's before its own, whose overflow would be silence and not 503.

import { type HttpReply, type HttpRequest, RefusedError } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { Line } from '../line.ts'
import { Connections } from './connections.ts'
import { faults, type HttpValues, metrics, parameters, SLOW_FACTOR } from './parameters.ts'
import { Routes } from './routes.ts'
import { type Server, Visit } from './visit.ts'

export const http = defineService({
  name: 'http',
  meaning: 'a service that answers HTTP: workers, service times, errors, a health path, calls to others',
  parameters,
  metrics,
  faults,
  create: (context, values) => new Http(context, values),
})

type Fault = keyof typeof faults

class Http implements Service, Server {
  readonly #routes: Routes
  readonly #connections: Connections
  readonly #line = new Line<Visit>()
  readonly #visits = new Map<Envelope, Visit>()
  readonly #faults = new Map<string, number>()
  readonly #requests
  readonly #errors
  readonly #wait
  readonly #sojourn
  readonly #opened
  readonly #queue
  readonly #utilisation
  #busy = 0

  constructor(
    readonly context: ServiceContext,
    readonly values: HttpValues,
  ) {
    this.#routes = new Routes(values)
    this.#connections = new Connections(values.keepAlive)
    this.#requests = context.counter('requests')
    this.#errors = context.counter('errors')
    this.#wait = context.recording('wait')
    this.#sojourn = context.recording('sojourn')
    this.#opened = context.counter('connections')
    this.#queue = context.queueLevel()
    this.#utilisation = context.utilisationLevel()
    this.#observe()
  }

  get slowness(): number {
    return this.#has('slow') ? SLOW_FACTOR : 1
  }

  cost(request: Envelope): Nanos {
    const { cost, connectCost } = this.values
    const now = this.context.now()
    if (!this.#connections.take(request.sender.name, now)) return cost
    this.#opened.add(now)
    return cost + connectCost
  }

  handle(request: Envelope): void {
    if (this.#has('hang')) return
    const { message } = request
    const { path } = message as HttpRequest
    if (message.kind !== 'http') this.#refuse(request, 404, `answers no ${message.kind}`)
    else if (path === this.values.healthPath) this.#answerHealth(request)
    else this.#serve(request, path)
  }

  abandon(request: Envelope): void {
    const visit = this.#visits.get(request)
    if (!visit) return
    if (visit.serving) {
      visit.stop()
      this.#leave(visit)
    } else {
      this.#visits.delete(request)
      this.#line.remove(visit)
    }
    this.#observe()
  }

  crash(): void {
    const now = this.context.now()
    this.#queue.set(now, 0)
    this.#utilisation.set(now, 0)
  }

  /** Several at a time of one kind are as one. */
  fault(name: Fault): () => void {
    this.#faults.set(name, (this.#faults.get(name) ?? 0) + 1)
    return () => void this.#faults.set(name, this.#faults.get(name)! - 1)
  }

  ended(visit: Visit, error: RefusedError | undefined): void {
    const { request, account, terms, cameAt } = visit
    const now = this.context.now()
    request.bookAll(account)
    this.#leave(visit)
    this.#observe()
    if (this.#has('hang')) return
    this.#sojourn.record(now, now - cameAt)
    const bytes = Math.max(0, Math.round(terms.bytes.sample(this.context.random('bytes'))))
    if (error) this.#fail(request, error)
    else this.#reply(request, { kind: 'http.reply', status: 200, bytes })
  }

  #serve(request: Envelope, path: string): void {
    const now = this.context.now()
    const { workers, backlog } = this.values
    this.#requests.add(now)
    if (this.#has('errors')) {
      this.#refuse(request, 500, 'internal error')
      return
    }
    if (this.#busy === workers && this.#line.length >= backlog) {
      this.#refuse(request, 503, `${backlog} requests wait already`)
      return
    }
    const visit = new Visit(this, request, this.#routes.of(path), now)
    this.#visits.set(request, visit)
    if (this.#busy < workers) {
      this.#busy++
      this.#begin(visit)
    } else this.#line.push(visit)
    this.#observe()
  }

  #begin(visit: Visit): void {
    const { requestMemory } = this.values
    if (requestMemory > 0 && !this.context.allocate(requestMemory)) {
      this.#visits.delete(visit.request)
      this.#next()
      this.#refuse(visit.request, 503, 'out of memory')
      return
    }
    visit.begin()
    this.#wait.record(this.context.now(), visit.waited)
  }

  /** A visit that was served gives back what it held. */
  #leave(visit: Visit): void {
    this.#visits.delete(visit.request)
    this.context.release(this.values.requestMemory)
    this.#next()
  }

  /** A worker is free. */
  #next(): void {
    const visit = this.#line.takeFirst()
    // It goes back to its own request, not to the one that has left.
    if (visit) this.context.process.as(visit.request.logged, () => this.#begin(visit))
    else this.#busy--
  }

  #answerHealth(request: Envelope): void {
    if (this.#has('unhealthy')) this.#refuse(request, 503, 'unhealthy')
    else this.#reply(request, { kind: 'http.reply', status: 200 })
  }

  #reply(request: Envelope, reply: HttpReply): void {
    this.#connections.free(request.sender.name, this.context.now())
    request.reply(reply)
  }

  #refuse(request: Envelope, status: number, text: string): void {
    this.#fail(request, new RefusedError(status, `${this.context.name}: ${text}`))
  }

  #fail(request: Envelope, error: RefusedError): void {
    const now = this.context.now()
    if (error.status >= 500) this.#errors.add(now)
    this.#connections.free(request.sender.name, now)
    request.refuse(error)
  }

  #has(fault: Fault): boolean {
    return (this.#faults.get(fault) ?? 0) > 0
  }

  #observe(): void {
    const now = this.context.now()
    this.#queue.set(now, this.#line.length)
    this.#utilisation.set(now, this.#busy / this.values.workers)
  }
}
