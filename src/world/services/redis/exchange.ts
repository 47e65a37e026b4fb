// One message of commands in hand, from its coming to its reply.

import {
  Account,
  COMPUTE,
  QUEUE,
  QUORUM,
  type RedisReply,
  type RedisRequest,
  type RedisValue,
} from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { Process } from '../../process.ts'
import { Invocation } from './commands/registry.ts'
import type { ThreadItem } from './thread.ts'

/** Who carries out exchanges. */
export interface Executor {
  costOf(exchange: Exchange): Nanos
  carryOut(exchange: Exchange): void
}

/** What a command waits for that is not answered at once. */
export interface Pending {
  /** It waits no more, and nothing comes of it. */
  cancel(): void
}

export class Exchange implements ThreadItem {
  readonly invocations: readonly Invocation[]
  readonly atomic: boolean
  readonly readonly: boolean
  /** Of the commands that are done. */
  readonly values: RedisValue[] = []
  /** What the next command waits for. */
  pending: Pending | undefined
  /** The write that it has made last; 0: none. */
  offset = 0
  readonly #executor: Executor

  constructor(
    executor: Executor,
    readonly request: Envelope,
  ) {
    const { commands = [], atomic, readonly } = request.message as Partial<RedisRequest>
    this.#executor = executor
    this.invocations = commands.map((command) => new Invocation(command))
    this.atomic = atomic ?? false
    this.readonly = readonly ?? false
  }

  get caller(): Process {
    return this.request.from
  }

  get wanted(): boolean {
    return !this.request.abandoned
  }

  /** The command whose turn it is; `undefined`: all are done. */
  get next(): Invocation | undefined {
    return this.invocations[this.values.length]
  }

  get writes(): boolean {
    return this.invocations.some(({ writes }) => writes)
  }

  cost(): Nanos {
    return this.#executor.costOf(this)
  }

  run(): void {
    this.#executor.carryOut(this)
  }

  kept(cost: Nanos, elapsed: Nanos): void {
    const account = new Account()
    const computing = Math.min(elapsed, Math.round(cost / this.request.to.host.cpu.speed))
    account.add(COMPUTE, computing)
    account.add(QUEUE, elapsed - computing)
    this.request.bookAll(account)
  }

  /** The command that waited has its answer; the time since was spent waiting for peers, or for something to take. */
  answered(value: RedisValue, forPeers: boolean): void {
    this.pending = undefined
    this.request.book(forPeers ? QUORUM : QUEUE)
    this.values.push(value)
  }

  reply(): void {
    const reply: RedisReply = { kind: 'redis.reply', values: this.values }
    this.request.reply(reply)
  }
}
