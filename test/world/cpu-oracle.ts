// What the cores should do, found the slow way: weighted max-min shares by bisection, with Hall's condition tried on every
// subset of groups, and processor sharing by following the work left of each single job.

import type { CpuTerms } from '../../src/world/cpu.ts'

export interface Load {
  readonly terms: CpuTerms
  readonly jobs: number
}

const capOf = ({ terms, jobs }: Load): number =>
  Math.min(terms.threads ?? 1, (terms.quota ?? Number.POSITIVE_INFINITY) / jobs)
const weightOf = ({ terms }: Load): number => terms.weight ?? terms.threads ?? 1

/** Whether the groups can use so many cores each, in all: no subset of them asks for more than its sets of cores hold. */
function feasible(loads: readonly Load[], shares: readonly number[], cores: number): boolean {
  for (let subset = 1; subset < 2 ** loads.length; subset++) {
    let demand = 0
    const allowed = new Set<number>()
    loads.forEach(({ terms, jobs }, g) => {
      if (!(subset & (1 << g))) return
      demand += shares[g]! * jobs
      for (const core of terms.affinity ?? Array.from({ length: cores }, (_, i) => i)) allowed.add(core)
    })
    if (demand > allowed.size + 1e-9) return false
  }
  return true
}

/** Cores per job of each group. */
export function maxMinShares(loads: readonly Load[], cores: number): number[] {
  const fixed = loads.map((load) => (load.jobs === 0 ? 0 : undefined)) as (number | undefined)[]
  const at = (level: number) =>
    loads.map((load, g) => fixed[g] ?? Math.min(capOf(load), level * weightOf(load)))
  while (fixed.includes(undefined)) {
    let low = 0
    let high = 1e4
    for (let i = 0; i < 80; i++) {
      const middle = (low + high) / 2
      if (feasible(loads, at(middle), cores)) low = middle
      else high = middle
    }
    const shares = at(low)
    // Those stay where they are who have met their cap, or who alone cannot get a little more.
    shares.forEach((share, g) => {
      if (fixed[g] !== undefined) return
      const more = shares.map((other, h) => (h === g ? other + 1e-6 : other))
      if (share >= capOf(loads[g]!) - 1e-9 || !feasible(loads, more, cores)) fixed[g] = share
    })
  }
  return fixed as number[]
}

export interface Arrival {
  readonly at: number
  readonly group: number
  readonly work: number
  /** When the job is taken off, if it is still there. */
  readonly cancelAt?: number
}

/** When each job ends (undefined: taken off before), in fractions of nanoseconds; and how much work was done in all. */
export function follow(terms: readonly CpuTerms[], arrivals: readonly Arrival[], cores: number) {
  const left = arrivals.map(({ work }) => work)
  const ends: (number | undefined)[] = arrivals.map(() => undefined)
  const here = new Set<number>()
  let now = 0
  let done = 0
  for (;;) {
    const loads = terms.map((of, g) => ({
      terms: of,
      jobs: [...here].filter((job) => arrivals[job]!.group === g).length,
    }))
    const shares = maxMinShares(loads, cores)
    const share = (job: number) => shares[arrivals[job]!.group]!
    let next = Number.POSITIVE_INFINITY
    arrivals.forEach(({ at, cancelAt }, job) => {
      if (at > now) next = Math.min(next, at)
      else if (at === now && !here.has(job) && left[job]! > 0 && ends[job] === undefined) next = now
      if (here.has(job)) next = Math.min(next, cancelAt ?? next, now + left[job]! / share(job))
    })
    if (next === Number.POSITIVE_INFINITY) return { ends, done }
    for (const job of [...here]) {
      const gone = (next - now) * share(job)
      done += Math.min(gone, left[job]!)
      left[job]! -= gone
      if (left[job]! <= 1e-6) {
        left[job] = 0
        ends[job] = next
        here.delete(job)
      } else if (arrivals[job]!.cancelAt !== undefined && arrivals[job]!.cancelAt! <= next) {
        left[job] = 0
        here.delete(job)
      }
    }
    now = next
    arrivals.forEach(({ at, cancelAt }, job) => {
      if (at === now && left[job]! > 0 && ends[job] === undefined && (cancelAt ?? now + 1) > now)
        here.add(job)
      else if (at === now && !here.has(job)) left[job] = 0
    })
  }
}
