// The memory of a host: its size, and who holds how much of it. Two ways to take some: `allocate` asks and may be refused, as
// malloc without overcommitment; `grow` touches what was promised, as Linux lets it, and if that is too much somebody is killed:
// - above an account's own limit: its process, and no other (memory.max of a cgroup);
// - above the host's size: the one of the highest badness, which is what it holds plus oom_score_adj thousandths of the host's
//   memory; -1000 is never killed; of equals the one that is last in line [S] Linux mm/oom_kill.c, oom_badness, oom_evaluate_task.
// Eviction, where the host has a threshold, comes before: every 10 s, while less is free, whoever holds most beyond its
// reservation is ended [S] Kubernetes, node-pressure eviction, for pods of one priority.
// Left out: the page cache and what is reclaimed from it, swap, NUMA, fragmentation.

import type { EventTarget, Simulation } from '../kernel/simulation.ts'
import type { Counter } from '../observe/counter.ts'
import type { Level } from '../observe/level.ts'
import { seconds } from '../units.ts'

/** [S] kubelet's housekeeping interval. */
const EVICTION_INTERVAL = seconds(10)
/** The oom_score_adj of what is never killed. */
const NEVER = -1000

/** Whose memory it is. */
interface Holder {
  readonly up: boolean
  kill(reason: 'out-of-memory' | 'evicted'): void
}

export interface MemoryTerms {
  /** Bytes. */
  readonly limit: number
  /** Where less is free, eviction begins; 0: never. Bytes. */
  readonly evictionThreshold: number
  /** The bytes in use over time. */
  readonly level: Level
  readonly kills: Counter
  readonly evictions: Counter
  /** It is full, and there is nobody to kill. */
  panic(): void
}

const RELIEVE = 0
const EVICT = 1

export class Memory implements EventTarget {
  /** Bytes. */
  used = 0
  readonly #accounts: MemoryAccount[] = []
  #relieving = false
  #evicting = false

  constructor(
    readonly id: number,
    readonly simulation: Simulation,
    readonly terms: MemoryTerms,
  ) {
    terms.level.set(simulation.now, 0)
  }

  /** Bytes. */
  get limit(): number {
    return this.terms.limit
  }

  get free(): number {
    return this.limit - this.used
  }

  /** An account of what one process holds. */
  account(holder: Holder): MemoryAccount {
    const account = new MemoryAccount(this, holder)
    this.#accounts.push(account)
    return account
  }

  /** Everything is given back, as when the host stops. */
  clear(now: number): void {
    for (const account of this.#accounts) account.clear(now)
  }

  /** An account holds so many bytes more. */
  charge(now: number, bytes: number): void {
    this.used += bytes
    this.terms.level.set(now, this.used)
    if (this.free < this.terms.evictionThreshold && !this.#evicting) {
      this.#evicting = true
      const next = (Math.floor(now / EVICTION_INTERVAL) + 1) * EVICTION_INTERVAL
      this.simulation.schedule(next, this, EVICT)
    }
  }

  /** Whoever must go for it is killed at this instant, after what is running now. */
  relieve(): void {
    if (!this.#relieving) this.simulation.schedule(this.simulation.now, this, RELIEVE)
    this.#relieving = true
  }

  fire(kind: number): void {
    if (kind === EVICT) this.#evict()
    else this.#kill()
  }

  #kill(): void {
    this.#relieving = false
    for (const account of this.#accounts) if (account.used > account.limit) this.#outOfMemory(account)
    while (this.used > this.limit) {
      const victim = mostOf(this.#accounts, (account) => account.badness)
      if (!victim) {
        this.terms.panic()
        return
      }
      this.#outOfMemory(victim)
    }
  }

  #outOfMemory(account: MemoryAccount): void {
    if (account.oomScoreAdj === NEVER) return
    if (account.end('out-of-memory')) this.terms.kills.add(this.simulation.now, 1)
  }

  #evict(): void {
    this.#evicting = false
    if (this.free >= this.terms.evictionThreshold) return
    const victim = mostOf(this.#accounts, (account) => account.used - account.reservation)
    if (victim?.end('evicted')) this.terms.evictions.add(this.simulation.now, 1)
  }
}

/** The last of those who have most of something, among those who hold memory and can be killed. */
function mostOf(
  accounts: readonly MemoryAccount[],
  of: (account: MemoryAccount) => number,
): MemoryAccount | undefined {
  let found: MemoryAccount | undefined
  for (const account of accounts) {
    if (account.used === 0 || account.oomScoreAdj === NEVER) continue
    if (!found || of(account) >= of(found)) found = account
  }
  return found
}

/** What one process holds of its host's memory. */
export class MemoryAccount {
  /** Bytes. */
  used = 0
  /** Bytes it may hold; its container's limit. */
  limit = Number.POSITIVE_INFINITY
  /** Bytes it was promised; see eviction. */
  reservation = 0
  /** From -1000, never killed, to 1000; see badness. */
  oomScoreAdj = 0

  constructor(
    readonly memory: Memory,
    readonly holder: Holder,
  ) {}

  /** Bytes that `allocate` would give. */
  get free(): number {
    return Math.max(0, Math.min(this.limit - this.used, this.memory.free))
  }

  /** What the kernel compares when the host is full, in bytes. */
  get badness(): number {
    return this.used + (this.oomScoreAdj / 1000) * this.memory.limit
  }

  /** Takes so many bytes if its limit and the host have room; or else nothing. */
  allocate(now: number, bytes: number): boolean {
    if (bytes > this.limit - this.used || bytes > this.memory.free) return false
    this.#add(now, bytes)
    return true
  }

  /** Takes so many bytes whatever there is; if that is too much, a process is killed for it, this one or another. */
  grow(now: number, bytes: number): void {
    this.#add(now, bytes)
    if (this.used > this.limit || this.memory.free < 0) this.memory.relieve()
  }

  release(now: number, bytes: number): void {
    this.#add(now, -Math.min(bytes, this.used))
  }

  clear(now: number): void {
    this.#add(now, -this.used)
  }

  /** Its process ends; whether it ran. */
  end(reason: 'out-of-memory' | 'evicted'): boolean {
    const { up } = this.holder
    if (up) this.holder.kill(reason)
    else this.clear(this.memory.simulation.now)
    return up
  }

  #add(now: number, bytes: number): void {
    this.used += bytes
    this.memory.charge(now, bytes)
  }
}
