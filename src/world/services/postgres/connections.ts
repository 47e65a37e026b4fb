// Connections, each with a backend process: opened when a caller has none idle, up to a number, and kept for that caller; or
// shared by all callers through a pooler, where transactions wait for one. Left out: what pins a session to a backend in a
// pooler, idle connections that time out, the connections kept free for superusers.

import { QUEUE, RefusedError, type SqlRequest } from '../../../env/index.ts'
import type { Envelope } from '../../envelope.ts'
import type { ServiceContext } from '../../service.ts'
import { Line, Place } from '../line.ts'
import type { PostgresValues } from './parameters.ts'

/** A transaction that waits for a backend of the pool. */
class Waiting extends Place {
  giveUp: () => void = () => {}

  constructor(
    readonly request: Envelope,
    readonly then: () => void,
  ) {
    super()
  }
}

export class Connections {
  readonly #context: ServiceContext
  readonly #values: PostgresValues
  readonly #waiting = new Line<Waiting>()
  readonly #places = new Map<Envelope, Waiting>()
  /** By caller; of a pool, under one name. */
  readonly #idle = new Map<string, number>()
  readonly #backends
  readonly #queue
  readonly #connects
  readonly #refused
  #open = 0
  /** Of the pooler: transactions served or waiting. */
  #clients = 0

  constructor(context: ServiceContext, values: PostgresValues) {
    this.#context = context
    this.#values = values
    this.#backends = context.level('backends', 'count', 'neither', 'connections open at')
    this.#queue = context.queueLevel()
    this.#connects = context.counter('connects')
    this.#refused = context.counter('refused')
    this.#backends.set(context.now(), 0)
    this.#queue.set(context.now(), 0)
  }

  /** Calls `then` once the request has a backend, or refuses it. */
  acquire(request: Envelope, then: () => void): void {
    const { pool, maxConnections } = this.#values
    if (pool && this.#clients === pool.clients) {
      this.refuse(request, 'no more connections allowed (max_client_conn)')
      return
    }
    this.#clients++
    const caller = this.#callerOf(request)
    const idle = this.#idle.get(caller) ?? 0
    if (idle > 0 && !this.#ownConnection(request)) {
      this.#idle.set(caller, idle - 1)
      then()
    } else if (this.#open < (pool?.size ?? maxConnections)) this.#connect(request, then)
    else if (pool) this.#wait(new Waiting(request, then))
    else this.#fail(request, 'sorry, too many clients already')
  }

  /** The request needs its backend no more. */
  release(request: Envelope): void {
    const next = this.#waiting.takeFirst()
    this.#clients--
    if (next) {
      this.#leave(next)
      next.request.book(QUEUE)
      next.then()
    } else if (this.#ownConnection(request)) {
      this.#context.release(this.#values.backendMemory)
      this.#count(-1)
    } else {
      const caller = this.#callerOf(request)
      this.#idle.set(caller, (this.#idle.get(caller) ?? 0) + 1)
    }
  }

  /** The caller has gone: if it waits, it does so no more. */
  abandon(request: Envelope): void {
    const place = this.#places.get(request)
    if (!place) return
    this.#waiting.remove(place)
    this.#leave(place)
    this.#clients--
  }

  crash(): void {
    this.#backends.set(this.#context.now(), 0)
    this.#queue.set(this.#context.now(), 0)
  }

  refuse(request: Envelope, why: string): void {
    this.#refused.add(this.#context.now())
    request.refuse(new RefusedError(503, why))
  }

  #connect(request: Envelope, then: () => void): void {
    const { backendMemory, connectCost } = this.#values
    if (!this.#context.allocate(backendMemory)) {
      this.#fail(request, 'could not fork new process for connection: Cannot allocate memory')
      return
    }
    this.#count(1)
    this.#connects.add(this.#context.now())
    this.#context.work(connectCost, () => {
      request.paid(Math.round(connectCost / this.#context.host.cpu.speed))
      then()
    })
  }

  #wait(place: Waiting): void {
    this.#waiting.push(place)
    this.#places.set(place.request, place)
    this.#queue.set(this.#context.now(), this.#waiting.length)
    place.giveUp = this.#context.later(this.#values.pool!.wait, () => {
      this.#waiting.remove(place)
      this.#leave(place)
      this.#fail(place.request, 'query_wait_timeout')
    })
  }

  /** It stands in line no more. */
  #leave(place: Waiting): void {
    place.giveUp()
    this.#places.delete(place.request)
    this.#queue.set(this.#context.now(), this.#waiting.length)
  }

  #fail(request: Envelope, why: string): void {
    this.#clients--
    this.refuse(request, why)
  }

  #count(by: number): void {
    this.#open += by
    this.#backends.set(this.#context.now(), this.#open)
  }

  #ownConnection({ message }: Envelope): boolean {
    return this.#values.pool === undefined && (message as SqlRequest).connect === true
  }

  #callerOf(request: Envelope): string {
    return this.#values.pool ? 'pool' : request.sender.name
  }
}
