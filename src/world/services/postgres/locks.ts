// Row locks: one holder a row, those who wait served in the order of their coming. Whoever waits, waits for one lock, so who
// waits for whom is a set of chains, and a deadlock is a chain that comes back to where it began.
// Left out: shared locks, locks on tables and pages; reads need none.

import { Line, Place } from '../line.ts'

/** A transaction as its locks know it. */
export abstract class LockOwner extends Place {
  /** What it waits for. */
  waitsFor: Lock | undefined
  readonly locks: Lock[] = []

  /** It has the lock that it waited for. */
  abstract granted(): void
}

class Lock {
  readonly waiting = new Line<LockOwner>()

  constructor(
    readonly key: string,
    public holder: LockOwner,
  ) {}
}

export class LockTable {
  readonly #locks = new Map<string, Lock>()
  /** Owners that wait. */
  waiting = 0

  /** Whether the owner has the lock now; or else it waits for it. */
  take(owner: LockOwner, key: string): boolean {
    const lock = this.#locks.get(key)
    if (!lock) {
      const taken = new Lock(key, owner)
      this.#locks.set(key, taken)
      owner.locks.push(taken)
      return true
    }
    if (lock.holder === owner) return true
    lock.waiting.push(owner)
    owner.waitsFor = lock
    this.waiting++
    return false
  }

  /** The transaction has ended: what it waits for, it does not get, and what it has goes to those next in line. */
  end(owner: LockOwner): void {
    if (owner.waitsFor) {
      owner.waitsFor.waiting.remove(owner)
      this.#waitsNoMore(owner)
    }
    const granted: LockOwner[] = []
    for (const lock of owner.locks) {
      const next = lock.waiting.takeFirst()
      if (!next) {
        this.#locks.delete(lock.key)
        continue
      }
      lock.holder = next
      next.locks.push(lock)
      this.#waitsNoMore(next)
      granted.push(next)
    }
    owner.locks.length = 0
    for (const next of granted) next.granted()
  }

  /** Whether the owner waits, over others that wait, for itself. */
  deadlocked(owner: LockOwner): boolean {
    let steps = this.waiting
    for (let lock = owner.waitsFor; lock && steps > 0; lock = lock.holder.waitsFor, steps--)
      if (lock.holder === owner) return true
    return false
  }

  #waitsNoMore(owner: LockOwner): void {
    owner.waitsFor = undefined
    this.waiting--
  }
}
