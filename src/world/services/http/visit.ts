// A request in a worker: its core time, the time it waits for others, the calls to other services, and where its time went.

import {
  type Account,
  COMPUTE,
  CORE,
  type HttpRequest,
  QUEUE,
  RefusedError,
  SERVICE,
  TimeoutError,
} from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { ServiceContext } from '../../service.ts'
import { Forward } from '../forward.ts'
import { Place } from '../line.ts'
import type { HttpValues } from './parameters.ts'
import type { PathTerms } from './routes.ts'

/** Who is told of its end. */
export interface Server {
  readonly context: ServiceContext
  readonly values: HttpValues
  /** How much longer everything takes than it should. */
  readonly slowness: number
  /** With the reason if it failed. */
  ended(visit: Visit, error: RefusedError | undefined): void
}

export class Visit extends Place {
  readonly account: Account
  serving = false
  #stop: () => void = () => {}
  readonly #calls = new Set<Forward>()

  constructor(
    readonly server: Server,
    readonly request: Envelope,
    readonly terms: PathTerms,
    readonly cameAt: Nanos,
  ) {
    super()
    this.account = server.context.process.world.newAccount()
  }

  get waited(): Nanos {
    return this.account.parts[QUEUE]!
  }

  /** A worker takes it. */
  begin(): void {
    const { context, slowness } = this.server
    const now = context.now()
    this.serving = true
    this.account.add(QUEUE, now - this.cameAt)
    const cost = Math.round(slowness * this.terms.cpu.sample(context.random('cpu')))
    if (cost === 0) this.#wait()
    else this.#stop = context.work(cost, () => this.#computed(now, cost))
  }

  /** Whatever it does, it does no more. */
  stop(): void {
    this.#stop()
    for (const call of this.#calls) call.cancel()
    this.#calls.clear()
  }

  #computed(since: Nanos, cost: Nanos): void {
    const { context } = this.server
    const held = context.now() - since
    const computing = Math.min(held, Math.round(cost / context.host.cpu.speed))
    this.account.add(COMPUTE, computing)
    this.account.add(CORE, held - computing)
    this.#wait()
  }

  #wait(): void {
    const { context, slowness } = this.server
    const time = Math.round(slowness * this.terms.time.sample(context.random('time')))
    this.account.add(SERVICE, time)
    this.#stop = context.later(time, () => this.#ask())
  }

  #ask(): void {
    this.#stop = () => {}
    const { calls = [], callOrder } = this.server.values
    if (calls.length === 0) this.#end()
    else if (callOrder === 'in-turn') this.#askNext(0)
    else this.#askAll()
  }

  #askNext(index: number): void {
    const { calls = [] } = this.server.values
    if (index === calls.length) {
      this.#end()
      return
    }
    this.#call(index, (account) => {
      this.account.addAll(account)
      this.#askNext(index + 1)
    })
  }

  /** The account follows the one that answers last. */
  #askAll(): void {
    const { calls = [] } = this.server.values
    let left = calls.length
    for (const index of calls.keys())
      this.#call(index, (account) => {
        if (--left > 0) return
        this.account.addAll(account)
        this.#end()
      })
  }

  #call(index: number, answered: (account: Account) => void): void {
    const { context, values } = this.server
    const message: HttpRequest = { kind: 'http', method: 'GET', path: values.callPath }
    const callee = context.processOf(values.calls![index]!)
    const terms = { timeout: values.callTimeout }
    const call = new Forward(context.process, callee, message, terms, {
      answered: () => {
        this.#calls.delete(call)
        answered(call.account)
      },
      failed: (error) => {
        this.#calls.delete(call)
        this.account.addAll(call.account)
        this.stop()
        const status = error instanceof TimeoutError ? 504 : 502
        const { message } = error as { message: string }
        this.server.ended(this, new RefusedError(status, `${context.name}: ${message}`))
      },
    })
    this.#calls.add(call)
  }

  #end(): void {
    const { context } = this.server
    const { errors } = this.terms
    const fails = errors > 0 && context.random('errors').uniform() < errors
    this.server.ended(this, fails ? new RefusedError(500, `${context.name}: internal error`) : undefined)
  }
}
