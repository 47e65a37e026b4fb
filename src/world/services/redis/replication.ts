// Asynchronous replication. A master numbers its writes, answers, and then sends them on; a replica carries them out in
// their order, each at the time it had at the master, and says once a second, and when asked, how far it is. After a gap,
// and when its master is another, it asks for what it lacks (PSYNC): the master sends it from its backlog or, where that
// does not reach back or their histories have parted, a snapshot of everything, for which it forks.
// Source: redis.io, "Redis replication". Offsets count writes where Redis counts bytes. Left out: replicas of replicas,
// writing and loading the snapshot's file, the limit to a replica's output buffer.

import type { Address } from '../../../env/index.ts'
import type { Counter } from '../../../observe/counter.ts'
import type { Level } from '../../../observe/level.ts'
import { GiB, type Nanos, seconds } from '../../../units.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import { Backlog, type Written } from './backlog.ts'
import type { Invocation } from './commands/registry.ts'
import { Follower, Followers } from './followers.ts'
import { History } from './history.ts'
import type { Keyspace } from './keyspace.ts'
import { type Left, Losses } from './losses.ts'
import type { AckMessage, PsyncMessage, SnapshotMessage, StreamMessage } from './messages.ts'
import type { RedisValues } from './parameters.ts'
import { type Thread, Writing } from './thread.ts'

/** [S] A replica says how far it is once a second. */
const ACK_PERIOD = seconds(1)
/** [G] After so long without an answer it asks to follow again. */
const ASK_AGAIN = seconds(1)

/** The data that is replicated. */
export interface Replicated {
  /** A copy of all of it. */
  copy(): Keyspace
  /** Carries out a master's write. */
  apply(write: Written): void
  /** Everything is now this. */
  adopt(data: Keyspace): void
}

export class Replication {
  readonly followers: Followers
  /** Number of the last write made here. */
  offset = 0
  history: History
  /** Undefined: this is the master. */
  master: Process | undefined
  /** A replica's time is its master's, as far as it has heard. */
  clock: Nanos = 0
  readonly #context: ServiceContext
  readonly #thread: Thread
  readonly #data: Replicated
  readonly #values: RedisValues
  readonly #backlog: Backlog | undefined
  readonly #writing: Writing
  readonly #lag: Level | undefined
  readonly #resyncs: Counter | undefined
  readonly #losses: Losses
  /** Follows its master without a gap. */
  #attached = false
  #askedAt = Number.NEGATIVE_INFINITY
  #ackedAt = Number.NEGATIVE_INFINITY
  #heardAt: Nanos = 0
  /** When it last followed without a gap, as far as it knew. */
  #soundAt = Number.NEGATIVE_INFINITY
  /** The next message to the replicas asks how far they are. */
  #wantsAck = false

  /** @param group whether there are others, masters or replicas */
  constructor(
    context: ServiceContext,
    thread: Thread,
    values: RedisValues,
    data: Replicated,
    group: boolean,
  ) {
    this.#context = context
    this.#thread = thread
    this.#values = values
    this.#data = data
    this.followers = new Followers(thread)
    this.history = new History(`${context.name}#${context.process.epoch}`, undefined)
    this.#losses = new Losses(context)
    this.#writing = new Writing(thread, values.replicationDelay, values.deliveryCost, () => this.#gather())
    if (!group) return
    this.#backlog = new Backlog(values.replicationBacklog)
    this.#resyncs = context.counter('resyncs')
    this.#lag = context.level('lag', 'ns', 'lower', 'how far what it has is behind its master, of')
    this.#lag.set(context.now(), 0)
  }

  /** A write has been made here. */
  append(invocation: Invocation, at: Nanos): void {
    this.offset++
    this.#backlog?.append({ invocation, at })
    if (this.followers.count > 0) this.#writing.request()
    else this.#backlog?.trim(this.offset)
  }

  acknowledge(offset: number): void {
    if (offset === 0) return
    this.#losses.settle()
    this.history.acknowledge(offset)
  }

  /** Asks all replicas to say how far they are. */
  askForAcks(): void {
    this.#wantsAck = true
    if (this.followers.count > 0) this.#writing.request()
  }

  /** This is the master from now on, with what it has. */
  lead(id: string): void {
    this.#losses.count(this.history, this.offset)
    this.history = new History(id, { history: this.history, offset: this.offset })
    this.master = undefined
    this.#attached = false
    this.#lag?.set(this.#context.now(), 0)
  }

  /** A crash has left this. A server without a group goes on from there, come what may. */
  crashed(left: Left): void {
    this.#losses.crashed(left)
    if (!this.#backlog) this.#losses.settle()
  }

  follow(master: Process): void {
    this.#losses.forget()
    this.master = master
    this.followers.clear()
    this.#attached = false
    this.#heardAt = this.#context.now()
    this.#ask()
  }

  /** Now and then. */
  tick(now: Nanos): void {
    if (!this.master) {
      this.followers.forgetSilent(now)
      return
    }
    if (!this.#attached && now - this.#askedAt >= ASK_AGAIN) this.#ask()
    if (this.#attached && now - this.#ackedAt >= ACK_PERIOD) this.#ack()
    // Silence longer than the usual is lag too: nobody knows what the master has written since.
    if (now - this.#heardAt > 2 * ACK_PERIOD) this.#lag?.set(now, now - this.#heardAt)
  }

  /** One who may be the master tells what it has sent here; `undefined`: nothing, as this does not follow it. */
  heard(from: Address, history: History, sentTo: number | undefined, clock: Nanos): void {
    if (from.name !== this.master?.name) return
    this.#heardAt = this.#context.now()
    if (!this.#attached) return
    if (history === this.history && sentTo !== undefined && this.offset >= sentTo) {
      this.clock = clock
      this.#soundAt = this.#heardAt
    } else {
      this.#attached = false
      this.#ask()
    }
  }

  /** How old its data may be. */
  age(now: Nanos): Nanos {
    return now - this.#soundAt
  }

  /** What a replica has been sent; `undefined`: it does not follow. */
  sentTo(replica: Process): number | undefined {
    return this.followers.sentBy(replica)
  }

  /** The process behind a sender. */
  peer(address: Address): Process {
    return this.#context.processOf(address)
  }

  psync(from: Process, { history, offset }: PsyncMessage): void {
    if (this.master) return
    this.#losses.settle()
    const now = this.#context.now()
    const backlog = this.history.continues(history, offset) ? this.#backlog?.since(offset) : undefined
    if (backlog) {
      this.followers.add(new Follower(from, offset, now))
      this.#writing.request()
      return
    }
    const data = this.#data.copy()
    const snapshot: SnapshotMessage = {
      kind: 'redis.snapshot',
      history: this.history,
      offset: this.offset,
      data,
      clock: now,
      bytes: data.bytes,
    }
    const follower = new Follower(from, this.offset, now)
    follower.fresh = false
    this.followers.add(follower)
    this.#thread.compute((data.bytes / GiB) * this.#values.fork, () =>
      this.#context.send(from.address, snapshot),
    )
  }

  stream(from: Address, { history, from: start, writes, wantsAck, clock }: StreamMessage): void {
    if (from.name !== this.master?.name) return
    const now = this.#context.now()
    this.#heardAt = now
    if (!history.continues(this.history, this.offset) || start > this.offset) {
      this.#attached = false
      if (now - this.#askedAt >= ASK_AGAIN) this.#ask()
      return
    }
    this.#attached = true
    this.#soundAt = now
    this.history = history
    for (const write of writes.slice(this.offset - start)) {
      this.#data.apply(write)
      this.offset++
      this.#backlog?.append(write)
    }
    this.#backlog?.trim(this.offset)
    this.clock = clock
    if (writes.length > 0) this.#lag?.set(now, now - writes.at(-1)!.at)
    if (wantsAck) this.#ack()
  }

  snapshot(from: Address, { history, offset, data, clock }: SnapshotMessage): void {
    if (from.name !== this.master?.name) return
    const now = this.#context.now()
    // Whoever was a master learns here where the story went on without it.
    if (history !== this.history) this.#losses.count(this.history, history.leaves(this.history))
    this.#resyncs?.add(now)
    this.#data.adopt(data)
    this.#backlog?.restart(offset)
    this.history = history
    this.offset = offset
    this.clock = clock
    this.#attached = true
    this.#heardAt = now
    this.#soundAt = now
    this.#lag?.set(now, now - clock)
    this.#ack()
  }

  acked(from: Process, { offset }: AckMessage): void {
    if (!this.master) this.followers.acked(from, offset, this.#context.now())
  }

  #ask(): void {
    this.#askedAt = this.#context.now()
    const message: PsyncMessage = {
      kind: 'redis.psync',
      history: this.history,
      offset: this.offset,
      bytes: 80,
    }
    this.#context.send(this.master!.address, message)
  }

  #ack(): void {
    this.#ackedAt = this.#context.now()
    const message: AckMessage = { kind: 'redis.ack', offset: this.offset, bytes: 40 }
    this.#context.send(this.master!.address, message)
  }

  #gather(): (() => void)[] {
    const wantsAck = this.#wantsAck
    this.#wantsAck = false
    const writes: (() => void)[] = []
    for (const follower of this.followers.all)
      if (follower.fresh || follower.sentTo < this.offset || wantsAck)
        writes.push(() => this.#send(follower, wantsAck))
    return writes
  }

  #send(follower: Follower, wantsAck: boolean): void {
    const writes = this.#backlog!.since(follower.sentTo)!
    const message: StreamMessage = {
      kind: 'redis.stream',
      history: this.history,
      from: follower.sentTo,
      writes,
      wantsAck,
      clock: this.#context.now(),
      bytes: writes.reduce((sum, { invocation }) => sum + invocation.bytes, 0),
    }
    follower.fresh = false
    follower.sentTo = this.offset
    this.#backlog!.trim(this.followers.sentTo(this.offset))
    this.#context.send(follower.process.address, message)
  }
}
