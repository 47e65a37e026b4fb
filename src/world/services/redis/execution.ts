// How messages of commands are carried out: one after the other, each command as far as this server is the one to answer it
// and nothing has to be waited for.

import type { RedisValue } from '../../../env/index.ts'
import type { Counter } from '../../../observe/counter.ts'
import type { Nanos } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import { Blocked } from './blocked.ts'
import { type ServerSide, whole } from './commands/command.ts'
import { attempted, type Invocation } from './commands/registry.ts'
import type { Exchange, Executor } from './exchange.ts'
import type { Group, Roles } from './group.ts'
import { CommandError, type Keyspace } from './keyspace.ts'
import type { ForwardMessage } from './messages.ts'
import type { RedisValues } from './parameters.ts'
import type { Replication } from './replication.ts'
import type { Store } from './store.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Thread } from './thread.ts'

/** The bus's framing of a published message. */
const FORWARD_BYTES = 16
const ABORTED: RedisValue = { error: 'EXECABORT Transaction discarded because of previous errors.' }
const UNBLOCKED: RedisValue = {
  error: 'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
}

const isError = (value: RedisValue): boolean =>
  typeof value === 'object' && value !== null && 'error' in value

export class Execution implements Executor, ServerSide, Roles {
  /** The servers that this is one of. */
  group: Group | undefined
  /** Something was written in this turn of the loop. */
  written = false
  readonly #context: ServiceContext
  readonly #values: RedisValues
  readonly #store: Store
  readonly #replication: Replication
  readonly #subscriptions: Subscriptions
  readonly #blocked: Blocked
  readonly #commands: Counter
  readonly #errors: Counter
  #finished: Exchange[] = []
  /** Keys that were written to while somebody waited for something to take. */
  readonly #ready = new Set<string>()
  /** Those who wait, for something to take or for replicas. */
  readonly #pending = new Map<Envelope, Exchange>()
  /** Wait until writes are resumed; undefined: they are not paused. */
  #paused: Exchange[] | undefined

  constructor(
    context: ServiceContext,
    thread: Thread,
    values: RedisValues,
    store: Store,
    replication: Replication,
    subscriptions: Subscriptions,
  ) {
    this.#context = context
    this.#values = values
    this.#store = store
    this.#replication = replication
    this.#subscriptions = subscriptions
    this.#blocked = new Blocked(thread)
    this.#commands = context.counter('commands')
    this.#errors = context.counter('errors')
  }

  costOf({ invocations, atomic }: Exchange): Nanos {
    const { messageCost, commandCost } = this.#values
    let cost = messageCost + (atomic ? 2 * commandCost : 0)
    for (const invocation of invocations) cost += this.weigh(invocation)
    return Math.round(cost)
  }

  /** Time of the thread for a command. */
  weigh(invocation: Invocation): Nanos {
    const { commandCost, elementCost } = this.#values
    const { commands, elements } = invocation.weight(this.#store.db, this.now())
    const more = invocation.ofServer?.elements?.(this, invocation.args) ?? 0
    return commands * commandCost + (elements + more) * elementCost
  }

  carryOut(exchange: Exchange): void {
    if (this.#paused && exchange.writes) this.#paused.push(exchange)
    else if (exchange.atomic && this.#aborts(exchange)) this.#finished.push(exchange)
    else this.#proceed(exchange)
  }

  /** A master's write has been carried out here. */
  applied(): void {
    this.#commands.add(this.now())
    this.written = true
  }

  /** Takes those that are to be replied to. */
  takeFinished(): readonly Exchange[] {
    const finished = this.#finished
    this.#finished = []
    return finished
  }

  abandon(request: Envelope): void {
    this.#pending.get(request)?.pending?.cancel()
    this.#pending.delete(request)
  }

  get db(): Keyspace {
    return this.#store.db
  }

  now(): Nanos {
    return this.#context.now()
  }

  receivers(channel: string): number {
    return this.#subscriptions.receivers(channel)
  }

  publish(channel: string, message: string): number {
    if (this.group?.forwards) {
      const bytes = channel.length + message.length + FORWARD_BYTES
      const forward: ForwardMessage = { kind: 'redis.forward', channel, message, bytes }
      this.group.broadcast(forward)
    }
    return this.#subscriptions.publish(channel, message)
  }

  subscribe(caller: Process, name: string, pattern: boolean): number {
    return this.#subscriptions.subscribe(caller, name, pattern)
  }

  unsubscribe(caller: Process, name: string | undefined, pattern: boolean) {
    return this.#subscriptions.unsubscribe(caller, name, pattern)
  }

  having(): number {
    return this.#replication.followers.having(this.#replication.offset)
  }

  role(): RedisValue {
    return this.group?.routing.role() ?? ['master', this.#replication.offset, []]
  }

  slots(): RedisValue {
    if (!this.#values.cluster) throw new CommandError('ERR This instance has cluster support disabled')
    return this.group!.routing.slots()
  }

  demoted(): void {
    for (const { exchange } of this.#blocked.all()) this.#go(exchange, UNBLOCKED, false)
  }

  pauseWrites(): void {
    this.#paused ??= []
  }

  resumeWrites(): void {
    const paused = this.#paused ?? []
    this.#paused = undefined
    for (const exchange of paused) if (exchange.wanted) this.carryOut(exchange)
  }

  /** A transaction with something that cannot be done is not begun. */
  #aborts({ invocations, readonly, values }: Exchange): boolean {
    const routing = this.group?.routing
    const now = this.now()
    const crossed = routing?.crosses(invocations.flatMap(({ keys }) => keys))
    const errors = invocations.map((invocation): RedisValue | undefined =>
      invocation.error
        ? { error: invocation.error.message }
        : (crossed ?? routing?.refusal(invocation, readonly, now)),
    )
    if (errors.every((error) => error === undefined)) return false
    values.push(...errors.map((error) => error ?? ABORTED))
    this.#commands.add(now, invocations.length)
    this.#errors.add(now, invocations.length)
    return true
  }

  /** Carries out its commands, as far as none has to wait. */
  #proceed(exchange: Exchange): void {
    for (let next = exchange.next; next; next = exchange.next) {
      const value = this.#execute(exchange, next)
      if (exchange.pending) {
        this.#pending.set(exchange.request, exchange)
        return
      }
      exchange.values.push(value)
      if (!exchange.atomic) this.#serve()
    }
    this.#finished.push(exchange)
    this.#serve()
  }

  /** What a command gives, unless it waits. */
  #execute(exchange: Exchange, invocation: Invocation): RedisValue {
    const now = this.now()
    const { ofServer, args } = invocation
    this.#commands.add(now)
    const answer = (): RedisValue =>
      ofServer!.waits ? this.#wait(exchange, args) : ofServer!.answer(this, args, exchange.caller)
    const value =
      this.group?.routing.refusal(invocation, exchange.readonly, now) ??
      (ofServer ? attempted(answer) : this.#run(exchange, invocation, now))
    if (isError(value)) this.#errors.add(now)
    return value
  }

  #run(exchange: Exchange, invocation: Invocation, now: Nanos): RedisValue {
    const { db } = this.#store
    db.hides = this.#replication.master !== undefined
    const { changes } = db
    const value = this.#store.run(invocation, now)
    if (db.changes !== changes && invocation.writes) this.#log(exchange, invocation, now)
    const patience = value === null && !exchange.atomic ? invocation.patience : undefined
    if (patience !== undefined)
      this.#blocked.add(exchange, invocation, patience, () => this.#go(exchange, null, false))
    return value
  }

  #log(exchange: Exchange, invocation: Invocation, now: Nanos): void {
    this.written = true
    this.#store.log(invocation, now)
    this.#replication.append(invocation, now)
    exchange.offset = this.#replication.offset
    if (this.#blocked.size > 0) for (const key of invocation.keys) this.#ready.add(key)
  }

  /** WAIT: as many replicas as wanted, or as there are when the time is over. */
  #wait(exchange: Exchange, [replicas, milliseconds]: readonly string[]): RedisValue {
    const wanted = whole(replicas!)
    const time = whole(milliseconds!, 'ERR timeout is not an integer or out of range')
    if (time < 0) throw new CommandError('ERR timeout is negative')
    const { followers, offset, master } = this.#replication
    if (master) throw new CommandError('ERR WAIT cannot be used with replica instances.')
    const having = this.having()
    if (having >= wanted || exchange.atomic) return having
    const patience = time === 0 ? Number.POSITIVE_INFINITY : time * 1e6
    followers.wait(exchange, offset, wanted, patience, (count) => this.#go(exchange, count, true))
    this.#replication.askForAcks()
    return null
  }

  /** A caller that waited has its answer, and goes on. */
  #go(exchange: Exchange, value: RedisValue, forPeers: boolean): void {
    exchange.pending?.cancel()
    this.#pending.delete(exchange.request)
    exchange.answered(value, forPeers)
    this.#proceed(exchange)
  }

  /** Gives what has been pushed to those who wait for it, first come first served. */
  #serve(): void {
    for (const key of this.#ready) {
      this.#ready.delete(key)
      for (const { exchange, invocation, left } of this.#blocked.at(key)) {
        if (left) {
          this.abandon(exchange.request)
          continue
        }
        const { db } = this.#store
        const { changes } = db
        const now = this.now()
        const value = invocation.run(db, now)
        if (value === null) break
        // A value of another type is not what it waits for.
        if (isError(value)) continue
        if (db.changes !== changes) this.#log(exchange, invocation, now)
        this.#go(exchange, value, false)
      }
    }
  }
}
