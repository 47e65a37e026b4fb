// How cores are shared at an instant: progressive filling. All shares rise together, in proportion to weight, until each has
// met a cap: its threads, its cgroup's quota, the cores it may run on. That is the weighted max-min fair share.

import { type CoreLimit, overlap } from './core-sets.ts'
import type { CpuGroup } from './cpu-group.ts'

/** The share of a group that has met no cap yet. */
const OPEN = -1

/** Gives every group its cores per job in `share`. */
export function shareCores(active: readonly CpuGroup[], limits: readonly CoreLimit[]): void {
  let open = 0
  for (const group of active) {
    group.share = group.throttled ? 0 : OPEN
    if (group.throttled) continue
    group.part = group.cgroup?.share === undefined ? group.weight : group.cgroup.partOf(group)
    open++
  }
  while (open > 0) {
    let level = Number.POSITIVE_INFINITY
    let met: CoreLimit | undefined
    for (const group of active) if (group.share === OPEN) level = Math.min(level, ownLevel(group))
    for (const limit of limits) {
      const here = levelOf(limit, active)
      if (here >= level) continue
      level = here
      met = limit
    }
    for (const group of active) {
      if (group.share !== OPEN) continue
      if (met ? !allows(met, group) : ownLevel(group) !== level) continue
      group.share = level * group.part
      open--
    }
  }
}

/** How high those can rise together who have met no cap yet. */
function levelOf(limit: CoreLimit, active: readonly CpuGroup[]): number {
  let free = limit.cores
  let weight = 0
  for (const group of active) {
    if (!allows(limit, group)) continue
    if (group.share === OPEN) weight += group.part * group.heap.length
    else free -= group.share * group.heap.length
  }
  return weight === 0 ? Number.POSITIVE_INFINITY : Math.max(0, free) / weight
}

const ownLevel = (group: CpuGroup): number =>
  Math.min(group.threads, group.quota / group.heap.length) / group.part

const allows = (limit: CoreLimit, group: CpuGroup): boolean =>
  limit.members === undefined || limit.members.has(group)

/** Threads to run per core among the cores that a group may use, at least 1. */
export function threadsPerCore(group: CpuGroup, active: readonly CpuGroup[], pinned: boolean): number {
  let threads = 0
  for (const other of active) {
    if (other.throttled) continue
    const shared = pinned ? overlap(group.affinity, other.affinity) : group.affinity.length
    threads += (other.threads * other.heap.length * shared) / other.affinity.length
  }
  return Math.max(1, threads / group.affinity.length)
}

/** Groups with a speed of their own that are at work on the same sockets. */
export function streamsBeside({ sockets }: CpuGroup, active: readonly CpuGroup[]): number {
  let streams = 0
  for (const other of active) {
    if (!other.speed || other.throttled) continue
    for (const socket of other.sockets)
      if (sockets.has(socket)) {
        streams++
        break
      }
  }
  return streams
}
