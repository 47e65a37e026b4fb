// The cores of a host under fair sharing, as a fluid: at every instant each runnable job has a rate in cores, and rates change
// only when a job comes or goes, or conditions change. Rates are weighted max-min fair under the caps there are: a job's
// threads, a cgroup's quota, the cores that an affinity set allows (`cpu-share.ts`). It is the limit of Linux's fair scheduler
// for slices going to zero; what slices cost and second hardware threads give is in `topology.ts`, quota periods in `cgroup.ts`.
// Left out: cache warmth; that what one job of a cgroup leaves of its weight goes to the cgroup's other jobs first.
// Cores are filled from the lowest number up wherever a job may run on several: that is how `utilisation by core` reads.

import type { Simulation } from '../kernel/simulation.ts'
import type { Level } from '../observe/level.ts'
import { Cgroup } from './cgroup.ts'
import { type CoreLimit, coreLimits, overlap, placement } from './core-sets.ts'
import { CpuGroup, CpuJob, type CpuTerms, type CpuWaiter, coreSet } from './cpu-group.ts'
import { shareCores } from './cpu-share.ts'
import { switchYield, type Topology, threadYield } from './topology.ts'
import { WorkDone } from './work-done.ts'

export { CpuGroup, CpuJob, type CpuTerms, type CpuWaiter } from './cpu-group.ts'

/** One utilisation level a logical core, and the mean of all. */
interface CpuLevels {
  readonly total: Level
  readonly byCore: readonly Level[]
}

/** All cores of a host. */
export class Cpu {
  /** Logical ones. */
  readonly allCores: readonly number[]
  readonly cores: number
  /** Groups that others on the same terms may join, by their terms. */
  readonly #shared = new Map<string, CpuGroup>()
  readonly #groups: CpuGroup[] = []
  readonly #active: CpuGroup[] = []
  /** Cgroups with a period, and cgroups with several groups. */
  readonly #periodic: Cgroup[] = []
  readonly #wide = new Set<Cgroup>()
  /** Jobs that stand still, by their owner. */
  readonly #frozen = new Map<object, CpuJob[]>()
  readonly #slowed: number[] = []
  #limits: readonly CoreLimit[]
  #pinned = false
  #order = 0
  #busy = 0
  /** Whether a core gives the same whatever the load. */
  readonly #even: boolean
  readonly #done = new WorkDone()
  /** The cores were slower for a while, so that a time at them is not always so much work. */
  #everSlowed = false
  /** How many times slower the cores are. */
  #slowness = 1
  /** A job has left, and the others have not got its cores yet. */
  #stale = false

  constructor(
    readonly simulation: Simulation,
    readonly topology: Topology,
    readonly nextId: () => number,
    readonly levels?: CpuLevels,
  ) {
    const { cores, threadsPerCore, contextSwitch } = topology
    this.cores = cores * threadsPerCore
    this.allCores = Array.from({ length: this.cores }, (_, i) => i)
    this.#limits = [{ cores: this.cores, members: undefined }]
    this.#even = threadsPerCore === 1 && contextSwitch === 0
    if (levels) for (const level of [levels.total, ...levels.byCore]) level.set(simulation.now, 0)
  }

  /** Relative to the core that costs were measured on; 0.5 is half as fast. */
  get speed(): number {
    return this.topology.speed
  }

  /** Logical cores in use at this instant. */
  get busy(): number {
    if (this.#stale) this.#share()
    return this.#busy
  }

  /** Work that all jobs have got, in nanoseconds of one core of nominal speed; `undefined` where a core's time is not always so much work. */
  workDone(): { readonly work: number; readonly jobs: number } | undefined {
    if (!this.#even || this.#everSlowed || this.#groups.some(({ speed }) => speed)) return undefined
    const work = this.#done.total(this.simulation.now, this.#active, this.#frozen.values())
    return { work, jobs: this.#done.jobs }
  }

  /** How many cores these logical ones belong to: n, and n more than there are cores, are the two threads of one. */
  coresOf(logical: readonly number[]): number {
    return new Set(logical.map((core) => core % this.topology.cores)).size
  }

  /** The group for jobs on these terms. Outside cgroups, those on equal terms share one. */
  group(terms: CpuTerms = {}): CpuGroup {
    const { threads = 1, weight = threads, quota, share, cgroup } = terms
    if ((quota ?? share ?? cgroup) !== undefined) return this.ownGroup(terms)
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
    const cgroup = this.#cgroupOf(terms)
    const group = new CpuGroup(this.nextId(), this, terms, cgroup)
    this.#groups.push(group)
    this.#pinned ||= group.affinity !== this.allCores
    if (cgroup && cgroup.groups.push(group) > 1) this.#wide.add(cgroup)
    if (this.#pinned || this.#wide.size > 0) this.#limit()
    return group
  }

  /** Begins a job of `work` nanoseconds of one core of nominal speed (or what the group's `speed` counts). `owner`: see `clear`. */
  run(group: CpuGroup, work: number, waiter: CpuWaiter, owner?: object): CpuJob {
    const job = new CpuJob(group, work, this.#order++, waiter, owner)
    const frozen = this.#frozen.size > 0 && owner ? this.#frozen.get(owner) : undefined
    if (frozen) frozen.push(job)
    else {
      this.#join(job)
      this.#share()
    }
    return job
  }

  /** Takes a job off before it is done; nothing if it is. */
  cancel(job: CpuJob): void {
    if (job.frozen) {
      const jobs = this.#frozen.get(job.owner!)!
      jobs.splice(jobs.indexOf(job), 1)
      job.frozen = false
      this.#done.take(job, job.left)
    } else if (this.#leave(job)) {
      this.#done.take(job, job.left)
      this.#share()
    }
  }

  /** The speed function of a group has changed. */
  changed(group: CpuGroup): void {
    if (group.heap.length > 0) this.#share()
  }

  /** All jobs are gone, as after a crash; or all of one owner. */
  clear(owner?: object): void {
    if (owner !== undefined) {
      this.#dropFrozen(owner)
      for (const job of this.#jobsOf(owner)) this.cancel(job)
      return
    }
    for (const group of this.#active) {
      group.advance(this.simulation.now)
      for (const job of group.heap) this.#done.take(job, Math.max(0, job.finish - group.done))
      group.heap.length = 0
      group.cores = 0
      group.rate = 0
      this.#cancelEvent(group)
    }
    this.#active.length = 0
    for (const each of this.#frozen.keys()) this.#dropFrozen(each)
    for (const cgroup of this.#periodic) cgroup.clear()
    this.#share()
  }

  #dropFrozen(owner: object): void {
    for (const job of this.#frozen.get(owner) ?? []) this.#done.take(job, job.left)
    this.#frozen.delete(owner)
  }

  /** All jobs of an owner stand still where they are, and so do those it begins. */
  freeze(owner: object): void {
    const jobs = this.#jobsOf(owner)
    this.#frozen.set(owner, jobs)
    for (const job of jobs) {
      this.#leave(job)
      job.frozen = true
      if (job.group.heap.length === 0) job.group.speed?.(0, 1, 0, 1)
    }
    if (jobs.length > 0) this.#share()
  }

  /** They go on. */
  thaw(owner: object): void {
    const jobs = this.#frozen.get(owner)
    this.#frozen.delete(owner)
    if (!jobs || jobs.length === 0) return
    for (const job of jobs) {
      job.frozen = false
      this.#join(job)
    }
    this.#share()
  }

  /** All cores are so many times slower, until what is returned is called. */
  slow(factor: number): () => void {
    this.#everSlowed = true
    this.#slowed.push(factor)
    this.#reckonSlowness()
    let over = false
    return () => {
      if (over) return
      over = true
      this.#slowed.splice(this.#slowed.indexOf(factor), 1)
      this.#reckonSlowness()
    }
  }

  /** A cgroup has been throttled, or is no longer. */
  rethrottled(): void {
    this.#share()
  }

  /** The first job of the group is done. */
  finish(group: CpuGroup): void {
    group.advance(this.simulation.now)
    group.handle = -1
    group.dueAt = -1
    const job = group.pop()
    this.#done.end(job)
    this.#retire(group)
    // Whoever it was for often begins the next at once: then the cores are shared only once.
    this.#stale = true
    job.waiter.computed()
    if (this.#stale) this.#share()
  }

  #cgroupOf({ cgroup, quota, share, period, phase }: CpuTerms): Cgroup | undefined {
    if (cgroup || (quota ?? share) === undefined) return cgroup
    const made = new Cgroup(this.nextId(), this, { quota, share, period, phase })
    if (made.period > 0) this.#periodic.push(made)
    return made
  }

  #limit(): void {
    const all = { cores: this.cores, members: undefined }
    const quotas = [...this.#wide]
      .filter(({ period, quota }) => period === 0 && quota < this.cores)
      .map(({ quota, groups }) => ({ cores: quota, members: new Set(groups) }))
    this.#limits = [...(this.#pinned ? coreLimits(this.#groups, this.cores) : [all]), ...quotas]
  }

  #join(job: CpuJob): void {
    const { group } = job
    const { now } = this.simulation
    if (group.heap.length === 0) {
      group.done = 0
      group.updatedAt = now
      this.#active.push(group)
    } else group.advance(now)
    job.finish = group.done + job.left
    group.push(job)
  }

  /** Whether it was there; what it has left is kept in it. */
  #leave(job: CpuJob): boolean {
    const { group } = job
    group.advance(this.simulation.now)
    if (!group.remove(job)) return false
    job.left = Math.max(0, job.finish - group.done)
    this.#retire(group)
    return true
  }

  #jobsOf(owner: object): CpuJob[] {
    return this.#active.flatMap(({ heap }) => heap.filter((job) => job.owner === owner))
  }

  #reckonSlowness(): void {
    this.#slowness = this.#slowed.reduce((product, factor) => product * factor, 1)
    this.#share()
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
    const periodic = this.#periodic
    const { now } = this.simulation
    this.#stale = false
    for (let i = 0; i < periodic.length; i++) periodic[i]!.settle(now)
    this.#shareOut()
    for (let i = 0; i < periodic.length; i++) periodic[i]!.plan(now)
  }

  #shareOut(): void {
    const active = this.#active
    const first = active[0]
    if (active.length === 1 && first!.affinity === this.allCores && !first!.throttled) {
      const jobs = first!.heap.length
      const busy = Math.min(first!.threads * jobs, first!.quota, this.cores)
      this.#assign(first!, busy / jobs, busy)
      this.#record(busy)
      return
    }
    shareCores(active, this.#limits)
    let busy = 0
    for (const group of active) busy += group.share * group.heap.length
    for (const group of active) this.#assign(group, group.share, busy)
    this.#record(busy)
  }

  #assign(group: CpuGroup, cores: number, busy: number): void {
    const now = this.simulation.now
    const pace = this.#even ? 1 / this.#slowness : this.#yieldOf(group, busy) / this.#slowness
    const rate = group.speed
      ? group.speed(cores, this.#threadsPerCore(group), this.#streams(), pace)
      : cores * this.speed * pace
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

  /** What this group's cores give, for second threads and switches. */
  #yieldOf(group: CpuGroup, busy: number): number {
    const { topology } = this
    const switched = topology.contextSwitch === 0 ? 1 : switchYield(topology, this.#threadsPerCore(group))
    return threadYield(topology, busy) * switched
  }

  /** Threads to run per core among the cores this group may use, at least 1. */
  #threadsPerCore(group: CpuGroup): number {
    let threads = 0
    for (const other of this.#active) {
      if (other.throttled) continue
      const shared = this.#pinned ? overlap(group.affinity, other.affinity) : group.affinity.length
      threads += (other.threads * other.heap.length * shared) / other.affinity.length
    }
    return Math.max(1, threads / group.affinity.length)
  }

  /** Groups with a speed of their own that are at work. */
  #streams(): number {
    let streams = 0
    for (const group of this.#active) if (group.speed && !group.throttled) streams++
    return streams
  }

  /** Only the cores that change are recorded. */
  #record(busy: number): void {
    const before = this.#busy
    const { levels } = this
    this.#busy = busy
    if (levels === undefined) return
    if (this.#pinned) this.#recordPlaces(levels)
    if (busy === before) return
    const { total, byCore } = levels
    const now = this.simulation.now
    total.set(now, busy / this.cores)
    if (this.#pinned) return
    const from = Math.floor(Math.min(busy, before))
    const to = Math.min(byCore.length, Math.ceil(Math.max(busy, before)))
    for (let core = from; core < to; core++) byCore[core]!.set(now, Math.max(0, Math.min(1, busy - core)))
  }

  #recordPlaces({ byCore }: CpuLevels): void {
    const used = placement(this.#active, this.cores)
    for (let core = 0; core < this.cores; core++) {
      const level = byCore[core]!
      if (used[core] !== level.value) level.set(this.simulation.now, used[core]!)
    }
  }
}
