// Jobs on the cores of a host that are alike, so that at each instant they all have the same rate: one event serves the
// group, whatever its size, as its jobs finish in the order of the work they have left.

import { invariant, ScenarioError } from '../errors.ts'
import type { EventTarget } from '../kernel/simulation.ts'
import type { ProcessLoad } from '../observe/process-load.ts'
import type { Nanos } from '../units.ts'
import type { Cgroup, CgroupTerms } from './cgroup.ts'
import type { Cpu } from './cpu.ts'
import { socketsOf } from './topology.ts'

/** Told when its work is done. */
export interface CpuWaiter {
  computed(): void
}

/** What jobs of a kind may use. `quota`, `period`, `phase` and `share` are those of a cgroup of their own. */
export interface CpuTerms extends CgroupTerms {
  /** Cores a job can use at most: its threads. Default 1. */
  readonly threads?: number
  /** Share a job gets where cores are scarce, relative to others. Default: its threads, as each is scheduled alike. */
  readonly weight?: number
  /** The cores allowed, by number. Default: all. */
  readonly affinity?: readonly number[]
  /** One that other groups belong to as well. */
  readonly cgroup?: Cgroup | undefined
}

/** Whose jobs are. */
export interface CpuOwner {
  /** Told of them, where what it has to do is kept. */
  readonly load?: ProcessLoad | undefined
}

/** A job on the cores. */
export class CpuJob {
  /** The group's work per job at which this one is done. */
  finish = 0
  /** Taken off with all of its owner, to go on later. */
  frozen = false
  /** Work to do, as of its coming, or its going. */
  left: number

  constructor(
    readonly group: CpuGroup,
    readonly work: number,
    readonly order: number,
    readonly waiter: CpuWaiter,
    /** Whose it is; its end takes the job off. */
    readonly owner: CpuOwner | undefined,
  ) {
    this.left = work
  }
}

const before = (a: CpuJob, b: CpuJob): boolean =>
  a.finish < b.finish || (a.finish === b.finish && a.order < b.order)

/** Jobs with the same terms: at each instant they all have the same rate. */
export class CpuGroup implements EventTarget {
  /** Cores per job at this instant. */
  cores = 0
  /** Work per job and nanosecond at this instant; equals `cores` unless `speed` says otherwise. */
  rate = 0
  /**
   * How fast work goes with so many cores (0: it stands still), asked whenever cores are shared anew; it must not call the cpu.
   * `threadsPerCore` are those that can run, at least 1; `streams` the groups that read the same memory in bulk; `pace` is what a core
   * gives of its nominal speed.
   */
  speed: ((cores: number, threadsPerCore: number, streams: number, pace: number) => number) | undefined
  readonly threads: number
  readonly weight: number
  /** Of its cgroup, at every instant. */
  readonly quota: number
  readonly affinity: readonly number[]
  /** Those its cores are on. */
  readonly sockets: ReadonlySet<number>
  readonly heap: CpuJob[] = []
  /** Work done per job since the group was last empty. */
  done = 0
  updatedAt: Nanos = 0
  /** Cores per job, as they are being shared out, and the weight by which. */
  share = 0
  part = 0
  /** Stands still until its cgroup's next period. */
  throttled = false
  /** The pending event and the time it stands for; -1: none. */
  handle = -1
  dueAt: Nanos = -1

  constructor(
    readonly id: number,
    readonly cpu: Cpu,
    terms: CpuTerms,
    readonly cgroup: Cgroup | undefined,
  ) {
    this.threads = terms.threads ?? 1
    this.weight = terms.weight ?? this.threads
    this.quota = cgroup?.period === 0 ? cgroup.quota : Number.POSITIVE_INFINITY
    this.affinity = coreSet(terms.affinity ?? cpu.allCores, cpu.allCores)
    this.sockets = socketsOf(cpu.topology, this.affinity)
    invariant(
      this.threads > 0 && this.weight > 0 && this.quota > 0,
      () => `a group of jobs with ${this.threads} threads, weight ${this.weight} and quota ${this.quota}`,
    )
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

  /** Whether the job was there. */
  remove(job: CpuJob): boolean {
    const heap = this.heap
    const at = heap.indexOf(job)
    if (at < 0) return false
    const last = heap.pop()!
    if (at === heap.length) return true
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
    return true
  }

  unschedule(): void {
    if (this.handle >= 0) this.cpu.simulation.cancel(this.handle)
    this.handle = -1
    this.dueAt = -1
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

/** The cores of a set from the lowest up; the very list of all if it has them all. */
export function coreSet(affinity: readonly number[], all: readonly number[]): readonly number[] {
  if (affinity === all) return all
  const bad = affinity.find((core) => !(Number.isInteger(core) && core >= 0 && core < all.length))
  if (bad !== undefined)
    throw new ScenarioError(`invalid affinity: core ${bad}; expected 0 to ${all.length - 1}`)
  if (affinity.length === 0) throw new ScenarioError('invalid affinity: no core; expected at least one')
  const cores = [...new Set(affinity)].sort((a, b) => a - b)
  return cores.length === all.length ? all : cores
}
