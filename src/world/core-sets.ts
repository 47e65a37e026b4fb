// Which cores jobs may use where they are pinned: how much at most, and which cores are used in fact.

import { ScenarioError } from '../errors.ts'
import type { CpuGroup } from './cpu-group.ts'

/** The groups in `members` (undefined: all) may use so many cores together, and no more. */
export interface CoreLimit {
  readonly cores: number
  readonly members: ReadonlySet<CpuGroup> | undefined
}

const MAX_AFFINITY_SETS = 8

/**
 * For every union of affinity sets: those who may run only within it cannot use more cores than it has
 * (Hall's condition; with these limits and no others, every rate can be met by some placement).
 */
export function coreLimits(groups: readonly CpuGroup[], cores: number): CoreLimit[] {
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

/** Cores' worth that is nothing: rounding. */
const NOTHING = 1e-12

/** How many cores the sets have in common. */
export function overlap(a: readonly number[], b: readonly number[]): number {
  const set = new Set(b)
  return a.reduce((n, core) => n + (set.has(core) ? 1 : 0), 0)
}

/** How much of each core is used: filled from the lowest number up, those with the smallest sets first. */
export function placement(active: readonly CpuGroup[], cores: number): Float64Array {
  const free = new Float64Array(cores).fill(1)
  const groups = [...active].sort((a, b) => a.affinity.length - b.affinity.length)
  const taken = groups.map(() => new Float64Array(cores))
  groups.forEach((group, g) => {
    let left = group.cores * group.heap.length
    for (const core of group.affinity) left -= take(Math.min(left, free[core]!), core, taken[g]!, free)
    while (left > NOTHING) {
      const moved = makeRoom(groups, g, left, taken, free)
      if (moved === 0) return
      left -= moved
    }
  })
  return free.map((left) => 1 - left)
}

function take(amount: number, core: number, taken: Float64Array, free: Float64Array): number {
  taken[core]! += amount
  free[core]! -= amount
  return amount
}

/**
 * Places some of what a group has left where others are, who move on to other cores of theirs, and so on along the
 * shortest way to a free core (an augmenting path, Ford and Fulkerson). How much was placed; 0 if there is no way.
 */
function makeRoom(
  groups: readonly CpuGroup[],
  g: number,
  left: number,
  taken: readonly Float64Array[],
  free: Float64Array,
): number {
  /** By core: who would come to it, and from which core (-1: from none). */
  const ways = new Map<number, { readonly who: number; readonly from: number }>()
  const open: number[] = []
  const reach = (who: number, from: number) => {
    for (const core of groups[who]!.affinity) {
      if (ways.has(core)) continue
      ways.set(core, { who, from })
      open.push(core)
    }
  }
  reach(g, -1)
  for (const core of open) {
    if (free[core]! > NOTHING) return move(core)
    for (let who = 0; who < groups.length; who++) if (taken[who]![core]! > NOTHING) reach(who, core)
  }
  return 0

  function move(end: number): number {
    const steps: { who: number; from: number; to: number }[] = []
    for (let to = end; to >= 0; to = ways.get(to)!.from) steps.push({ ...ways.get(to)!, to })
    let amount = Math.min(left, free[end]!)
    for (const { who, from } of steps) if (from >= 0) amount = Math.min(amount, taken[who]![from]!)
    for (const { who, from, to } of steps) {
      taken[who]![to]! += amount
      if (from >= 0) taken[who]![from]! -= amount
    }
    free[end]! -= amount
    return amount
  }
}
