// The cores of a host under fair sharing, as a fluid: at every instant each runnable job has a rate in cores, and rates
// change only when a job comes or goes. Rates are weighted max-min fair under the caps there are: a job's threads,
// a container's quota, the cores that an affinity set allows. It is the limit of Linux's CFS for slices going to zero.
// Left out: context switches, hyper-threads, cache warmth, quota periods.
// Cores are filled from the lowest number up wherever a job may run on several: that is how `utilisation by core` reads.

import type { Simulation } from '../kernel/simulation.ts'
import type { Level } from '../observe/level.ts'
import { type CoreLimit, coreLimits, overlap, placement } from './core-sets.ts'
import { CpuGroup, CpuJob, type CpuTerms, type CpuWaiter, coreSet } from './cpu-group.ts'

export { CpuGroup, CpuJob, type CpuTerms, type CpuWaiter } from './cpu-group.ts'

/** The share of a group that has met no cap yet. */
const OPEN = -1

/** All cores of a host. */
export class Cpu {
  readonly allCores: readonly number[]
  /** Groups that others on the same terms may join, by their terms. */
  readonly #shared = new Map<string, CpuGroup>()
  readonly #groups: CpuGroup[] = []
  readonly #active: CpuGroup[] = []
  #limits: readonly CoreLimit[]
  #pinned = false
  #order = 0
  #busy = 0
  /** A job has left, and the others have not got its cores yet. */
  #stale = false

  /**
   * @param cores how many there are
   * @param speed relative to the core that costs were measured on; 0.5 is half as fast
   * @param levels one utilisation level a core, and the sum of all
   */
  constructor(
    readonly simulation: Simulation,
    readonly cores: number,
    readonly speed: number,
    readonly levels: { readonly total: Level; readonly byCore: readonly Level[] },
    readonly nextId: () => number,
  ) {
    this.allCores = Array.from({ length: cores }, (_, i) => i)
    this.#limits = [{ cores, members: undefined }]
    for (const level of [levels.total, ...levels.byCore]) level.set(simulation.now, 0)
  }

  /** Cores in use at this instant. */
  get busy(): number {
    if (this.#stale) this.#share()
    return this.#busy
  }

  /** The group for jobs on these terms. Without quota, those on equal terms share one. */
  group(terms: CpuTerms = {}): CpuGroup {
    if (terms.quota !== undefined) return this.ownGroup(terms)
    const { threads = 1, weight = threads } = terms
    const affinity = coreSet(terms.affinity ?? this.allCores, this.allCores)
    const key = `${threads}/${weight}/${affinity === this.allCores ? 'all' : affinity.join(',')}`
    let group = this.#shared.get(key)
    if (!group) {
      group = this.ownGroup(terms)
      this.#shared.set(key, group)
    }
    return group
  }

  /** A group of its own, for a job whose speed is not its number of cores. */
  ownGroup(terms: CpuTerms): CpuGroup {
    const group = new CpuGroup(this.nextId(), this, terms)
    this.#groups.push(group)
    this.#pinned ||= group.affinity !== this.allCores
    if (this.#pinned) this.#limits = coreLimits(this.#groups, this.cores)
    return group
  }

  /** Begins a job of `work` nanoseconds of one core of nominal speed (or what the group's `speed` counts). `owner`: see `clear`. */
  run(group: CpuGroup, work: number, waiter: CpuWaiter, owner?: object): CpuJob {
    const now = this.simulation.now
    if (group.heap.length === 0) {
      group.done = 0
      group.updatedAt = now
      this.#active.push(group)
    } else group.advance(now)
    const job = new CpuJob(group, group.done + work, this.#order++, waiter, owner)
    group.push(job)
    this.#share()
    return job
  }

  /** Takes a job off before it is done; nothing if it is. */
  cancel(job: CpuJob): void {
    job.group.advance(this.simulation.now)
    if (!job.group.remove(job)) return
    this.#retire(job.group)
    this.#share()
  }

  /** The speed function of a group has changed. */
  changed(group: CpuGroup): void {
    if (group.heap.length > 0) this.#share()
  }

  /** All jobs are gone, as after a crash; or all of one owner. */
  clear(owner?: object): void {
    if (owner !== undefined) {
      const jobs = this.#active.flatMap(({ heap }) => heap.filter((job) => job.owner === owner))
      for (const job of jobs) this.cancel(job)
      return
    }
    for (const group of this.#active) {
      group.heap.length = 0
      group.cores = 0
      group.rate = 0
      this.#cancelEvent(group)
    }
    this.#active.length = 0
    this.#share()
  }

  /** The first job of the group is done. */
  finish(group: CpuGroup): void {
    group.advance(this.simulation.now)
    group.handle = -1
    group.dueAt = -1
    const job = group.pop()
    this.#retire(group)
    // Whoever it was for often begins the next at once: then the cores are shared only once.
    this.#stale = true
    job.waiter.computed()
    if (this.#stale) this.#share()
  }

  #retire(group: CpuGroup): void {
    if (group.heap.length > 0) return
    group.cores = 0
    group.rate = 0
    this.#cancelEvent(group)
    const active = this.#active
    const at = active.indexOf(group)
    for (let i = at + 1; i < active.length; i++) active[i - 1] = active[i]!
    active.pop()
  }

  /** Gives every group its rate of this instant and sees to its next event. */
  #share(): void {
    const active = this.#active
    this.#stale = false
    if (active.length === 1 && active[0]!.affinity === this.allCores) {
      const group = active[0]!
      const jobs = group.heap.length
      const busy = Math.min(group.threads * jobs, group.quota, this.cores)
      this.#assign(group, busy / jobs)
      this.#record(busy)
      return
    }
    this.#fill()
    let busy = 0
    for (const group of active) busy += group.share * group.heap.length
    for (const group of active) this.#assign(group, group.share)
    this.#record(busy)
  }

  #assign(group: CpuGroup, cores: number): void {
    const now = this.simulation.now
    const rate = group.speed
      ? group.speed(cores, this.#oversubscription(group), this.#streams())
      : cores * this.speed
    group.cores = cores
    if (rate !== group.rate) {
      group.advance(now)
      group.rate = rate
    }
    const left = Math.max(0, group.heap[0]!.finish - group.done)
    const dueAt = rate > 0 ? Math.max(now, group.updatedAt + Math.round(left / rate)) : -1
    if (dueAt === group.dueAt) return
    this.#cancelEvent(group)
    if (dueAt < 0) return
    group.dueAt = dueAt
    group.handle = this.simulation.schedule(dueAt, group, 0)
  }

  #cancelEvent(group: CpuGroup): void {
    if (group.handle >= 0) this.simulation.cancel(group.handle)
    group.handle = -1
    group.dueAt = -1
  }

  /** Progressive filling: all shares rise together, in proportion to weight, until each has met a cap. */
  #fill(): void {
    const active = this.#active
    for (const group of active) group.share = OPEN
    for (let open = active.length; open > 0; ) {
      let level = Number.POSITIVE_INFINITY
      let met: CoreLimit | undefined
      for (const group of active) if (group.share === OPEN) level = Math.min(level, ownLevel(group))
      for (const limit of this.#limits) {
        const here = this.#levelOf(limit)
        if (here >= level) continue
        level = here
        met = limit
      }
      for (const group of active) {
        if (group.share !== OPEN) continue
        if (met ? !allows(met, group) : ownLevel(group) !== level) continue
        group.share = level * group.weight
        open--
      }
    }
  }

  /** How high those can rise together who have met no cap yet. */
  #levelOf(limit: CoreLimit): number {
    let free = limit.cores
    let weight = 0
    for (const group of this.#active) {
      if (!allows(limit, group)) continue
      if (group.share === OPEN) weight += group.weight * group.heap.length
      else free -= group.share * group.heap.length
    }
    return weight === 0 ? Number.POSITIVE_INFINITY : Math.max(0, free) / weight
  }

  /** Runnable threads per core among the cores this group may use, at least 1. */
  #oversubscription(group: CpuGroup): number {
    let threads = 0
    for (const other of this.#active) {
      const shared = this.#pinned ? overlap(group.affinity, other.affinity) : group.affinity.length
      threads += (other.threads * other.heap.length * shared) / other.affinity.length
    }
    return Math.max(1, threads / group.affinity.length)
  }

  /** Groups with a speed of their own that are at work. */
  #streams(): number {
    let streams = 0
    for (const group of this.#active) if (group.speed) streams++
    return streams
  }

  /** Only the cores that change are recorded. */
  #record(busy: number): void {
    const before = this.#busy
    if (this.#pinned) this.#recordPlaces()
    if (busy === before) return
    this.#busy = busy
    const { total, byCore } = this.levels
    const now = this.simulation.now
    total.set(now, busy / this.cores)
    if (this.#pinned) return
    const from = Math.floor(Math.min(busy, before))
    const to = Math.min(this.cores, Math.ceil(Math.max(busy, before)))
    for (let core = from; core < to; core++) byCore[core]!.set(now, Math.max(0, Math.min(1, busy - core)))
  }

  #recordPlaces(): void {
    const used = placement(this.#active, this.cores)
    for (let core = 0; core < this.cores; core++) {
      const level = this.levels.byCore[core]!
      if (used[core] !== level.value) level.set(this.simulation.now, used[core]!)
    }
  }
}

const ownLevel = (group: CpuGroup): number =>
  Math.min(group.threads, group.quota / group.heap.length) / group.weight

const allows = (limit: CoreLimit, group: CpuGroup): boolean =>
  limit.members === undefined || limit.members.has(group)
