// The cores of a host under fair sharing, as a fluid: at every instant each runnable job has a rate in cores, and rates
// change only when a job comes or goes. Rates are weighted max-min fair under the caps there are: a job's threads,
// a container's quota, the cores that an affinity set allows. It is the limit of Linux's CFS for slices going to zero.
// Jobs that are alike form a group and have one rate, so a group needs one event, whatever its size (its jobs finish
// in the order of the work they have left). Left out: context switches, hyper-threads, cache warmth, quota periods.
// Cores are filled from the lowest number up wherever a job may run on several: that is how `utilisation by core` reads.

import { ScenarioError } from '../errors.ts'
import type { EventTarget, Simulation } from '../kernel/simulation.ts'
import type { Level } from '../observe/level.ts'
import type { Nanos } from '../units.ts'

/** Told when its work is done. */
export interface CpuWaiter {
  computed(): void
}

/** What jobs of a kind may use. */
export interface CpuTerms {
  /** Cores a job can use at most: its threads. Default 1. */
  readonly threads?: number
  /** Share a job gets where cores are scarce, relative to others. Default: its threads, as each is scheduled alike. */
  readonly weight?: number
  /** Cores that all jobs of the group may use together; a container's CPU limit. Default: no limit. */
  readonly quota?: number
  /** The cores allowed, by number. Default: all. */
  readonly affinity?: readonly number[]
}

/** A job on the cores. */
export class CpuJob {
  constructor(
    readonly group: CpuGroup,
    /** The group's work per job at which this one is done. */
    readonly finish: number,
    readonly order: number,
    readonly waiter: CpuWaiter,
  ) {}
}

const before = (a: CpuJob, b: CpuJob): boolean =>
  a.finish < b.finish || (a.finish === b.finish && a.order < b.order)

/** Jobs with the same terms: at each instant they all have the same rate. */
export class CpuGroup implements EventTarget {
  /** Cores per job at this instant. */
  cores = 0
  /** Work per job and nanosecond at this instant; equals `cores` unless `speed` says otherwise. */
  rate = 0
  /** How fast work goes with so many cores; `oversubscription` is runnable threads per core, at least 1, and `streams` the groups that read memory in bulk. */
  speed: ((cores: number, oversubscription: number, streams: number) => number) | undefined
  readonly threads: number
  readonly weight: number
  readonly quota: number
  readonly affinity: readonly number[]
  readonly heap: CpuJob[] = []
  /** Work done per job since the group was last empty. */
  done = 0
  updatedAt: Nanos = 0
  /** The pending event and the time it stands for; -1: none. */
  handle = -1
  dueAt: Nanos = -1

  constructor(
    readonly id: number,
    readonly cpu: Cpu,
    terms: CpuTerms,
  ) {
    this.threads = terms.threads ?? 1
    this.weight = terms.weight ?? this.threads
    this.quota = terms.quota ?? Number.POSITIVE_INFINITY
    this.affinity = terms.affinity ?? cpu.allCores
  }

  advance(now: Nanos): void {
    this.done += (now - this.updatedAt) * this.rate
    this.updatedAt = now
  }

  push(job: CpuJob): void {
    const heap = this.heap
    let i = heap.length
    heap.push(job)
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(job, heap[parent]!)) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = job
  }

  pop(): CpuJob {
    const heap = this.heap
    const top = heap[0]!
    const last = heap.pop()!
    if (heap.length > 0) this.#sink(0, last)
    return top
  }

  remove(job: CpuJob): void {
    const heap = this.heap
    const at = heap.indexOf(job)
    if (at < 0) return
    const last = heap.pop()!
    if (at === heap.length) return
    this.#sink(at, last)
    // The one put in its place may be less than its parent.
    let i = at
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(heap[i]!, heap[parent]!)) break
      const swapped = heap[i]!
      heap[i] = heap[parent]!
      heap[parent] = swapped
      i = parent
    }
  }

  fire(): void {
    this.cpu.finish(this)
  }

  #sink(from: number, job: CpuJob): void {
    const heap = this.heap
    const half = heap.length >> 1
    let i = from
    while (i < half) {
      let child = 2 * i + 1
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
      if (!before(heap[child]!, job)) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = job
  }
}

/** At most this many cores in any set the groups in `members` may use together. */
interface CoreLimit {
  readonly cores: number
  readonly members: ReadonlySet<CpuGroup>
}

const MAX_AFFINITY_SETS = 8

/** All cores of a host. */
export class Cpu {
  readonly allCores: readonly number[]
  readonly #groups: CpuGroup[] = []
  readonly #active: CpuGroup[] = []
  #limits: readonly CoreLimit[] = []
  #pinned = false
  #order = 0
  #busy = 0

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
    for (const level of [levels.total, ...levels.byCore]) level.set(simulation.now, 0)
  }

  /** Cores in use at this instant. */
  get busy(): number {
    return this.#busy
  }

  /** The group for jobs on these terms. Without quota, those on equal terms share one. */
  group(terms: CpuTerms = {}): CpuGroup {
    const bad = terms.affinity?.find((core) => !(Number.isInteger(core) && core >= 0 && core < this.cores))
    if (bad !== undefined)
      throw new ScenarioError(`invalid affinity: core ${bad}; expected 0 to ${this.cores - 1}`)
    const made = new CpuGroup(this.nextId(), this, terms)
    if (terms.quota === undefined) {
      const key = termsKey(made)
      const same = this.#groups.find(
        (group) => group.quota === Number.POSITIVE_INFINITY && termsKey(group) === key,
      )
      if (same && !same.speed) return same
    }
    return this.#add(made)
  }

  /** A group of its own, for a job whose speed is not its number of cores. */
  ownGroup(terms: CpuTerms): CpuGroup {
    return this.#add(new CpuGroup(this.nextId(), this, terms))
  }

  /** Begins a job of `work` nanoseconds of one core of nominal speed (or what the group's `speed` counts). */
  run(group: CpuGroup, work: number, waiter: CpuWaiter): CpuJob {
    const now = this.simulation.now
    if (group.heap.length === 0) {
      group.done = 0
      group.updatedAt = now
      this.#active.push(group)
    } else group.advance(now)
    const job = new CpuJob(group, group.done + work, this.#order++, waiter)
    group.push(job)
    this.#share()
    return job
  }

  /** Takes a job off before it is done. */
  cancel(job: CpuJob): void {
    job.group.advance(this.simulation.now)
    job.group.remove(job)
    this.#retire(job.group)
    this.#share()
  }

  /** The speed function of a group has changed. */
  changed(group: CpuGroup): void {
    if (group.heap.length > 0) this.#share()
  }

  /** All jobs are gone, as after a crash. */
  clear(): void {
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
    this.#share()
    job.waiter.computed()
  }

  #add(group: CpuGroup): CpuGroup {
    this.#groups.push(group)
    this.#pinned ||= group.affinity.length < this.cores
    if (this.#pinned) this.#limits = coreLimits(this.#groups, this.cores)
    return group
  }

  #retire(group: CpuGroup): void {
    if (group.heap.length > 0) return
    group.cores = 0
    group.rate = 0
    this.#cancelEvent(group)
    this.#active.splice(this.#active.indexOf(group), 1)
  }

  /** Gives every group its rate of this instant and sees to its next event. */
  #share(): void {
    const active = this.#active
    if (active.length === 1 && active[0]!.affinity === this.allCores) {
      const group = active[0]!
      const jobs = group.heap.length
      this.#assign(group, Math.min(group.threads, group.quota / jobs, this.cores / jobs))
    } else if (active.length > 0) this.#fill()
    this.#record()
  }

  #assign(group: CpuGroup, cores: number): void {
    const rate = group.speed
      ? group.speed(
          cores,
          this.#oversubscription(group),
          this.#active.reduce((n, g) => n + (g.speed ? 1 : 0), 0),
        )
      : cores * this.speed
    group.cores = cores
    if (rate !== group.rate) {
      group.advance(this.simulation.now)
      group.rate = rate
    }
    const left = Math.max(0, group.heap[0]!.finish - group.done)
    const dueAt = Math.max(this.simulation.now, group.updatedAt + Math.round(left / rate))
    if (dueAt === group.dueAt) return
    this.#cancelEvent(group)
    group.dueAt = dueAt
    group.handle = this.simulation.schedule(dueAt, group, 0)
  }

  #cancelEvent(group: CpuGroup): void {
    if (group.handle >= 0) this.simulation.cancel(group.handle)
    group.handle = -1
    group.dueAt = -1
  }

  /** Progressive filling: all rates rise together, in proportion to weight, until each has met a cap. */
  #fill(): void {
    const open = new Set(this.#active)
    const rates = new Map<CpuGroup, number>()
    const limits = this.#pinned
      ? this.#limits
      : [{ cores: this.cores, members: open as ReadonlySet<CpuGroup> }]
    while (open.size > 0) {
      let level = Number.POSITIVE_INFINITY
      let met: CpuGroup[] = []
      for (const group of open) {
        const own = Math.min(group.threads, group.quota / group.heap.length) / group.weight
        if (own < level) {
          level = own
          met = [group]
        }
      }
      for (const limit of limits) {
        let free = limit.cores
        let weight = 0
        for (const group of this.#active) {
          if (limit.members !== open && !limit.members.has(group)) continue
          const rate = rates.get(group)
          if (rate === undefined) weight += group.weight * group.heap.length
          else free -= rate * group.heap.length
        }
        if (weight === 0) continue
        const here = Math.max(0, free) / weight
        if (here < level) {
          level = here
          met = [...open].filter((group) => limit.members.has(group))
        }
      }
      for (const group of met) {
        rates.set(group, level * group.weight)
        open.delete(group)
      }
    }
    for (const group of [...this.#active]) this.#assign(group, rates.get(group)!)
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

  #record(): void {
    const { total, byCore } = this.levels
    const now = this.simulation.now
    let busy = 0
    for (const group of this.#active) busy += group.cores * group.heap.length
    if (busy === this.#busy && !this.#pinned) return
    if (this.#pinned) {
      const free = new Float64Array(this.cores).fill(1)
      const groups = [...this.#active].sort((a, b) => a.affinity.length - b.affinity.length)
      for (const group of groups) {
        let left = group.cores * group.heap.length
        for (const core of group.affinity) {
          const taken = Math.min(left, free[core]!)
          free[core]! -= taken
          left -= taken
        }
      }
      for (let core = 0; core < this.cores; core++) byCore[core]!.set(now, 1 - free[core]!)
    } else {
      // Only the cores between the old and the new sum change.
      const from = Math.floor(Math.min(busy, this.#busy))
      const to = Math.min(this.cores, Math.ceil(Math.max(busy, this.#busy)))
      for (let core = from; core < to; core++) byCore[core]!.set(now, Math.max(0, Math.min(1, busy - core)))
    }
    this.#busy = busy
    total.set(now, busy / this.cores)
  }
}

const termsKey = (group: CpuGroup): string => `${group.threads}/${group.weight}/${group.affinity.join(',')}`

const overlap = (a: readonly number[], b: readonly number[]): number => {
  const set = new Set(b)
  return a.reduce((n, core) => n + (set.has(core) ? 1 : 0), 0)
}

/**
 * For every union of affinity sets: those who may run only within it cannot use more cores than it has
 * (Hall's condition; with these limits and no others, every rate can be met by some placement).
 */
function coreLimits(groups: readonly CpuGroup[], cores: number): CoreLimit[] {
  const sets = new Map(groups.map((group) => [group.affinity.join(','), group.affinity]))
  if (sets.size > MAX_AFFINITY_SETS)
    throw new ScenarioError(
      `invalid affinity: ${sets.size} different sets of cores on one host; expected at most ${MAX_AFFINITY_SETS}`,
    )
  const unions = new Map<string, Set<number>>([['', new Set()]])
  for (const set of sets.values())
    for (const union of [...unions.values()]) {
      const larger = new Set([...union, ...set])
      unions.set([...larger].sort((a, b) => a - b).join(','), larger)
    }
  return [...unions.values()]
    .filter((union) => union.size > 0 && union.size <= cores)
    .map((union) => ({
      cores: union.size,
      members: new Set(groups.filter((group) => group.affinity.every((core) => union.has(core)))),
    }))
}
