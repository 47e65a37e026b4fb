// Cores are conserved: no host gives away more of them than it has, and its utilisation, as reported, is the time that the
// work done took. Work of which the speed is not the number of cores (a language model's) leaves the second open.

import { format, type Nanos } from '../../units.ts'
import { defineChecker } from './checker.ts'
import type { HostSight, Sight } from './sight.ts'
import { counted } from './verdicts.ts'

/** Rounding of shares in double precision. */
const SHARE_TOLERANCE = 1e-6
/** Of the busy time: sums of products in double precision. */
const TIME_TOLERANCE = 1e-6
/** Ends of jobs are whole nanoseconds: half of one for each job, of each core, on the average of many. */
const TIME_SLACK = 1000

interface Watched {
  readonly host: HostSight
  /** What was done when the warm-up ended; `undefined`: not counted. */
  before: number | undefined
}

export const cores = defineChecker({
  name: 'cores',
  meaning: 'no host gives away more cores than it has; their busy time is that of the work done',
  parameters: {},
  create(_values, violated) {
    let all: readonly Watched[] = []
    let looks = 0

    function judgeShares(at: Nanos, { name, cores: { count, given } }: HostSight): void {
      if (given <= count + SHARE_TOLERANCE) return
      violated(at, () => ({
        what: `${name} gives ${given} cores to its jobs and has ${count}`,
        events: [],
      }))
    }
    function judgeTimes(at: Nanos, { host: { name, cores }, before }: Watched): boolean {
      const work = cores.workTime(at)
      if (work === undefined || before === undefined) return false
      const busy = cores.busyTime(at)
      const done = work - before
      if (Math.abs(busy - done) > TIME_TOLERANCE * Math.max(busy, done) + TIME_SLACK)
        violated(at, () => ({
          what: `the cores of ${name} were busy for ${format(busy, 'ns')} and did work for ${format(done, 'ns')}`,
          events: [],
        }))
      return true
    }
    return {
      begin({ hosts }: Sight) {
        all = hosts.map((host) => ({ host, before: host.cores.workTime(0) }))
      },
      look(at, warm) {
        looks++
        for (const each of all) {
          judgeShares(at, each.host)
          if (warm) each.before = each.host.cores.workTime(at)
        }
      },
      finish(at) {
        if (all.length === 0) return undefined
        const told = all.filter((each) => judgeTimes(at, each)).length
        const apart = told < all.length ? `; busy time compared on ${told} of them` : ''
        return {
          pass: true,
          detail: `${counted(all.length, 'host')}, looked at ${counted(looks, 'time')}${apart}`,
        }
      },
    }
  },
})
