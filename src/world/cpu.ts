// The cores of a host under fair sharing, as a fluid: at every instant each runnable job has a rate in cores, and rates change
// only when a job comes or goes, or conditions change. Rates are weighted max-min fair under the caps there are: a job's
// threads, a cgroup's quota, the cores that an affinity set allows (`cpu-share.ts`). It is the limit of Linux's fair scheduler
// for slices going to zero; what slices cost and second hardware threads give is in `topology.ts`, quota periods in `cgroup.ts`.
// Left out: cache warmth; that what one job of a cgroup leaves of its weight goes to the cgroup's other jobs first.
// Cores are filled from the lowest number up wherever a job may run on several: that is how `utilisation by core` reads.

import type { Simulation } from '../kernel/simulation.ts'
import { CoreLevels, type CpuLevels } from './core-levels.ts'
import { placement } from './core-sets.ts'
import { type CpuGroup, CpuJob, type CpuOwner, type CpuTerms, type CpuWaiter } from './cpu-group.ts'
import { CpuGroups } from './cpu-groups.ts'
import { shareCores, streamsBeside, threadsPerCore } from './cpu-share.ts'
import { Slowness } from './slowness.ts'
import { switchYield, type Topology, threadYield } from './topology.ts'
import { WorkDone } from './work-done.ts'

export { type CpuGroup, CpuJob, type CpuTerms, type CpuWaiter } from './cpu-group.ts'

/** All cores of a host. */
export class Cpu {
  /** Logical ones. */
  readonly allCores: readonly number[]
  readonly cores: number
  readonly #groups: CpuGroups
  readonly #active: CpuGroup[] = []
  /** What can run, whether or not it has a core. */
  readonly running: readonly CpuGroup[] = this.#active
  /** Jobs that stand still, by their owner. */
  readonly #frozen = new Map<CpuOwner, CpuJob[]>()
  readonly #slowness = new Slowness(() => {
    this.#pace = 1 / this.#slowness.factor
    this.#share()
  })
  /** What a core gives of its nominal speed, whatever the load. */
  #pace = 1
  readonly #recorded: CoreLevels | undefined
  readonly #done: WorkDone
  /** Whether a core gives the same whatever the load. */
  readonly #even: boolean
  #order = 0
  #busy = 0
  /** A job has left, and the others have not got its cores yet. */
  #stale = false

  constructor(
    readonly simulation: Simulation,
    readonly topology: Topology,
    readonly nextId: () => number,
    readonly levels?: CpuLevels,
  ) {
    this.cores = topology.cores * topology.threadsPerCore
    this.allCores = Array.from({ length: this.cores }, (_, i) => i)
    this.#done = new WorkDone(simulation)
    this.#groups = new CpuGroups(this)
    this.#even = topology.threadsPerCore === 1 && topology.contextSwitch === 0
    this.#recorded = levels && new CoreLevels(simulation, this.cores, levels)
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
    if (!this.#even || this.#slowness.ever || this.#groups.all.some(({ speed }) => speed)) return undefined
    const { jobs } = this.#done
    return { work: this.#done.total(this.simulation.now, this.#active, this.#frozen.values()), jobs }
  }

  /** How many cores these logical ones belong to: n, and n more than there are cores, are the two threads of one. */
  coresOf(logical: readonly number[]): number {
    return new Set(logical.map((core) => core % this.topology.cores)).size
  }

  /** The group for jobs on these terms. Outside cgroups, those on equal terms share one. */
  group(terms: CpuTerms = {}): CpuGroup {
    return this.#groups.of(terms)
  }

  /** A group of its own, for a job whose speed is not its number of cores. */
  ownGroup(terms: CpuTerms): CpuGroup {
    return this.#groups.make(terms)
  }

  /** Begins a job of `work` nanoseconds of one core of nominal speed (or what the group's `speed` counts). `owner`: see `clear`. */
  run(group: CpuGroup, work: number, waiter: CpuWaiter, owner?: CpuOwner): CpuJob {
    const job = new CpuJob(group, work, this.#order++, waiter, owner)
    this.#done.begin(job)
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

  /** The speed function of a group has changed, or whether a cgroup is throttled. */
  changed(): void {
    this.#share()
  }

  /** All jobs are gone, as after a crash; or all of one owner. */
  clear(owner?: CpuOwner): void {
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
      group.unschedule()
    }
    this.#active.length = 0
    for (const each of this.#frozen.keys()) this.#dropFrozen(each)
    for (const cgroup of this.#groups.periodic) cgroup.clear()
    this.#share()
  }

  #dropFrozen(owner: CpuOwner): void {
    for (const job of this.#frozen.get(owner) ?? []) this.#done.take(job, job.left)
    this.#frozen.delete(owner)
  }

  /** All jobs of an owner stand still where they are, and so do those it begins. */
  freeze(owner: CpuOwner): void {
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
  thaw(owner: CpuOwner): void {
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
    return this.#slowness.add(factor)
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

  #jobsOf(owner: CpuOwner): CpuJob[] {
    return this.#active.flatMap(({ heap }) => heap.filter((job) => job.owner === owner))
  }

  #retire(group: CpuGroup): void {
    if (group.heap.length > 0) return
    group.cores = 0
    group.rate = 0
    group.unschedule()
    const active = this.#active
    for (let i = active.indexOf(group) + 1; i < active.length; i++) active[i - 1] = active[i]!
    active.pop()
  }

  /** Gives every group its rate of this instant and sees to its next event. */
  #share(): void {
    const { periodic } = this.#groups
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
      this.#assign(first!, busy / jobs, this.#paceOf(first!, busy))
      this.#record(busy)
      return
    }
    shareCores(active, this.#groups.limits)
    let busy = 0
    for (const group of active) busy += group.share * group.heap.length
    // Where nobody is pinned, the load is the same for all.
    let pace = active.length > 0 && !this.#groups.pinned ? this.#paceOf(first!, busy) : 1
    for (const group of active) {
      if (this.#groups.pinned) pace = this.#paceOf(group, busy)
      this.#assign(group, group.share, pace)
    }
    this.#record(busy)
  }

  /** What a core of the group's gives of its nominal speed, with so many in use. */
  #paceOf(group: CpuGroup, busy: number): number {
    if (this.#even) return this.#pace
    const { topology } = this
    const threads =
      topology.contextSwitch === 0 ? 1 : threadsPerCore(group, this.#active, this.#groups.pinned)
    return this.#pace * threadYield(topology, busy) * switchYield(topology, threads)
  }

  #assign(group: CpuGroup, cores: number, pace: number): void {
    const { now } = this.simulation
    const rate = group.speed
      ? group.speed(
          cores,
          threadsPerCore(group, this.#active, this.#groups.pinned),
          streamsBeside(group, this.#active),
          pace,
        )
      : cores * this.speed * pace
    group.cores = cores
    if (rate !== group.rate) {
      group.advance(now)
      group.rate = rate
    }
    const left = Math.max(0, group.heap[0]!.finish - group.done)
    const dueAt = rate > 0 ? Math.max(now, group.updatedAt + Math.round(left / rate)) : -1
    if (dueAt === group.dueAt) return
    group.unschedule()
    if (dueAt < 0) return
    group.dueAt = dueAt
    group.handle = this.simulation.schedule(dueAt, group, 0)
  }

  #record(busy: number): void {
    this.#busy = busy
    if (this.#recorded === undefined) return
    if (this.#groups.pinned) this.#recorded.recordPlaces(busy, placement(this.#active, this.cores))
    else this.#recorded.record(busy)
  }
}
