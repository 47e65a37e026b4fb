// The replicas of a master: what each has been sent and has said that it has, and the callers of WAIT.

import type { Timer } from '../../../env/index.ts'
import { type Nanos, seconds } from '../../../units.ts'
import type { Process } from '../../process.ts'
import type { Exchange, Pending } from './exchange.ts'
import type { Thread } from './thread.ts'

/** [S] redis.conf: repl-timeout 60. A replica that says nothing for so long is sent nothing until it asks again. */
const SILENCE = seconds(60)

export class Follower {
  /** The replica has this much; it says so when it asks to follow, and now and then. */
  acked: number
  ackedAt: Nanos
  /** Is to be told that it follows, though there be nothing to send. */
  fresh = true

  constructor(
    readonly process: Process,
    /** All writes up to here have been sent. */
    public sentTo: number,
    now: Nanos,
  ) {
    this.acked = sentTo
    this.ackedAt = now
  }
}

export class Followers {
  readonly #thread: Thread
  readonly #followers = new Map<Process, Follower>()
  /** Callers of WAIT; a later one waits for no smaller an offset. */
  readonly #waits = new Set<WaitCall>()

  constructor(thread: Thread) {
    this.#thread = thread
  }

  get all(): Iterable<Follower> {
    return this.#followers.values()
  }

  get count(): number {
    return this.#followers.size
  }

  add(follower: Follower): void {
    this.#followers.set(follower.process, follower)
  }

  /** A replica says how far it is; who waited for that goes on. */
  acked(process: Process, offset: number, now: Nanos): void {
    const follower = this.#followers.get(process)
    if (!follower) return
    follower.acked = Math.max(follower.acked, offset)
    follower.ackedAt = now
    let most = 0
    for (const { acked } of this.#followers.values()) most = Math.max(most, acked)
    for (const call of this.#waits) {
      if (call.offset > most) return
      const count = this.having(call.offset)
      if (count >= call.replicas) call.end(count)
    }
  }

  /** How many have said that they have all writes up to an offset. */
  having(offset: number): number {
    let count = 0
    for (const { acked } of this.#followers.values()) if (acked >= offset) count++
    return count
  }

  /** How many have been heard of within a time. */
  heardWithin(time: Nanos, now: Nanos): number {
    let count = 0
    for (const { ackedAt } of this.#followers.values()) if (now - ackedAt <= time) count++
    return count
  }

  /** The one that is furthest. */
  get best(): Follower | undefined {
    let best: Follower | undefined
    for (const each of this.#followers.values()) if (!best || each.acked > best.acked) best = each
    return best
  }

  /** Forgets those that have long said nothing. */
  forgetSilent(now: Nanos): void {
    for (const { process, ackedAt } of this.#followers.values())
      if (now - ackedAt > SILENCE) this.#followers.delete(process)
  }

  /** What a replica has been sent; `undefined`: it does not follow. */
  sentBy(process: Process): number | undefined {
    return this.#followers.get(process)?.sentTo
  }

  /** The lowest offset that all have been sent. */
  sentTo(offset: number): number {
    let least = offset
    for (const { sentTo } of this.#followers.values()) least = Math.min(least, sentTo)
    return least
  }

  /** The caller waits until so many have what was written; `ended` is told how many have. */
  wait(
    exchange: Exchange,
    offset: number,
    replicas: number,
    patience: Nanos,
    ended: (count: number) => void,
  ): void {
    const call = new WaitCall(this.#waits, offset, replicas, ended)
    if (patience !== Number.POSITIVE_INFINITY)
      call.timer = this.#thread.after(patience, () => {
        if (exchange.pending === call) call.end(this.having(offset))
      })
    exchange.pending = call
    this.#waits.add(call)
  }

  /** What a replica has said that it has. */
  ackedBy(process: Process): number | undefined {
    return this.#followers.get(process)?.acked
  }

  /** There are none any more; who waits for them waits in vain. */
  clear(): void {
    for (const call of [...this.#waits]) call.end(this.having(call.offset))
    this.#followers.clear()
  }
}

class WaitCall implements Pending {
  timer: Timer | undefined

  constructor(
    readonly among: Set<WaitCall>,
    readonly offset: number,
    readonly replicas: number,
    readonly ended: (count: number) => void,
  ) {}

  end(count: number): void {
    this.cancel()
    this.ended(count)
  }

  cancel(): void {
    this.timer?.cancel()
    this.among.delete(this)
  }
}
