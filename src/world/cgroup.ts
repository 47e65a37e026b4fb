// The CPU controller of a cgroup, a container's: a weight against others, and a quota of cores.
// The quota is a fluid cap, or, with a period, what the kernel does: so much core time a period for all threads together; once it
// is used they all stand still until the next period begins. Periods lie on a grid of their own, whatever the load
// [S] Linux Documentation/scheduler/sched-bwc.rst, kernel/sched/fair.c. With the period going to 0 it becomes the fluid cap.
// Left out: bursts, the slices of 5 ms in which cores fetch their part, cgroups within cgroups.

import type { EventTarget } from '../kernel/simulation.ts'
import type { Nanos } from '../units.ts'
import type { Cpu } from './cpu.ts'
import type { CpuGroup } from './cpu-group.ts'

export interface CgroupTerms {
  /** Cores that all its jobs may use together. Default: no limit. */
  readonly quota?: number | undefined
  /** Over which the quota is held; 0, the default: at every instant. */
  readonly period?: Nanos | undefined
  /** When its first period begins. */
  readonly phase?: Nanos | undefined
  /** Weight of all its jobs together where cores are scarce; a thread outside has 1. Default: each job has its own. */
  readonly share?: number | undefined
}

export class Cgroup implements EventTarget {
  readonly groups: CpuGroup[] = []
  readonly quota: number
  readonly period: Nanos
  readonly share: number | undefined
  throttled = false
  /** Hears whenever it is throttled, and no longer. */
  observer: ((throttled: boolean) => void) | undefined
  /** Core time left in this period, up to `#settledAt`. */
  #left: number
  #settledAt: Nanos = 0
  /** When the next period begins. */
  #boundary: Nanos
  /** Cores in use. */
  #using = 0
  #handle = -1
  #dueAt: Nanos = -1

  constructor(
    readonly id: number,
    readonly cpu: Cpu,
    { quota = Number.POSITIVE_INFINITY, period = 0, phase = 0, share }: CgroupTerms,
  ) {
    this.quota = quota
    this.period = quota === Number.POSITIVE_INFINITY ? 0 : period
    this.share = share
    this.#left = quota * period
    this.#boundary = phase
  }

  /** The weight of a job of one of its groups. */
  partOf(group: CpuGroup): number {
    let weights = 0
    for (const each of this.groups) weights += each.weight * each.heap.length
    return (this.share! * group.weight) / weights
  }

  /** Accounts for what was used up to now. */
  settle(now: Nanos): void {
    const until = Math.min(now, this.#boundary)
    this.#left -= this.#using * (until - this.#settledAt)
    if (now >= this.#boundary) {
      const begun = this.#boundary + Math.floor((now - this.#boundary) / this.period) * this.period
      // What was used beyond it, a fraction of a nanosecond, is not there in the next.
      this.#left = this.quota * this.period + Math.min(0, this.#left) - this.#using * (now - begun)
      this.#boundary = begun + this.period
    }
    this.#settledAt = now
  }

  /** Its groups have the cores they have: when that has to end. To be called once settled. */
  plan(now: Nanos): void {
    this.#using = 0
    for (const group of this.groups) this.#using += group.cores * group.heap.length
    const dueAt = this.throttled ? this.#boundary : this.#exhaustedAt(now)
    if (dueAt !== this.#dueAt) this.#schedule(dueAt)
  }

  /** It is used up, or the next period has begun. */
  fire(): void {
    const { now } = this.cpu.simulation
    this.#handle = -1
    this.#dueAt = -1
    // Whose last nanosecond this is ends first.
    const last = this.throttled
      ? -1
      : Math.max(...this.groups.map(({ dueAt }) => (dueAt <= now + 1 ? dueAt : -1)))
    if (last >= 0) this.#schedule(last)
    else this.#throttle(!this.throttled)
  }

  /** Nothing of it runs any more, as after a crash of its host. */
  clear(): void {
    this.#schedule(-1)
    this.#using = 0
    this.#left = this.quota * this.period
    if (this.throttled) this.#set(false)
  }

  #throttle(throttled: boolean): void {
    this.#set(throttled)
    this.cpu.changed()
  }

  #set(throttled: boolean): void {
    this.throttled = throttled
    for (const group of this.groups) group.throttled = throttled
    this.observer?.(throttled)
  }

  /** In this period or, going on like this, in the next; -1: never. */
  #exhaustedAt(now: Nanos): Nanos {
    if (this.#using === 0) return -1
    const at = now + Math.max(0, Math.ceil(this.#left / this.#using))
    if (at < this.#boundary) return at
    const next = this.#boundary + Math.ceil((this.quota * this.period) / this.#using)
    return next < this.#boundary + this.period ? next : -1
  }

  #schedule(at: Nanos): void {
    const { simulation } = this.cpu
    if (this.#handle >= 0) simulation.cancel(this.#handle)
    this.#dueAt = at
    this.#handle = at < 0 ? -1 : simulation.schedule(at, this, 0)
  }
}
