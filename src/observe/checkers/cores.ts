// Cores are conserved: no host gives away more of them than it has, and its utilisation, as reported, is the time that the
// work takes which its jobs have got. Where a core's time is not always so much work (a language model's runner, a second
// hardware thread, a host that was slowed down) the second is not asked.

import { format, type Nanos } from '../../units.ts'
import { defineChecker } from './checker.ts'
import type { HostSight, Sight } from './sight.ts'
import { counted } from './verdicts.ts'

/** Rounding of shares in double precision. */
const SHARE_TOLERANCE = 1e-6
/** Rounding of sums of products. */
const TIME_TOLERANCE = 1e-9
/** A job ends at a whole nanosecond, so that it may be off by so much of each core. */
const JOB_SLACK_NS = 1

interface Watched {
  readonly host: HostSight
  /** What was done when the warm-up ended. */
  before: { readonly time: number; readonly jobs: number } | undefined
}

export const cores = defineChecker({
  name: 'cores',
  meaning: 'no host gives away more cores than it has; their busy time is that of the work done',
  parameters: {},
  create(_values, violated) {
    let all: readonly Watched[] = []
    let looks = 0

    function judgeShares(at: Nanos, { name, cores }: HostSight): void {
      const { count, given } = cores
      if (given <= count + SHARE_TOLERANCE) return
      violated(at, () => ({
        what: `${name} gives ${given} cores to its jobs and has ${count}`,
        events: [{ at, process: name, event: `${given} cores are in use` }],
      }))
    }
    /** Whether it could be told. */
    function judgeTime(at: Nanos, { host: { name, cores }, before }: Watched): boolean {
      const work = cores.work()
      if (!work || !before) return false
      const busy = cores.busyTime(at)
      const done = work.time - before.time
      const jobs = work.jobs - before.jobs
      const slack = TIME_TOLERANCE * work.time + JOB_SLACK_NS * (jobs + 1) * cores.count
      if (Math.abs(busy - done) > slack)
        violated(at, () => ({
          what: `the cores of ${name} were busy for ${format(busy, 'ns')} and did work for ${format(done, 'ns')}`,
          events: [{ at, process: name, event: `${jobs} jobs have ended` }],
        }))
      return true
    }
    return {
      begin({ hosts }: Sight) {
        all = hosts.map((host) => ({ host, before: host.cores.work() }))
      },
      look(at, warm) {
        looks++
        for (const each of all) {
          judgeShares(at, each.host)
          if (warm) each.before = each.host.cores.work()
        }
      },
      finish(at) {
        if (all.length === 0) return undefined
        const told = all.filter((each) => judgeTime(at, each)).length
        const hosts = counted(all.length, 'host')
        const compared = told === all.length ? '' : ` on ${told} of them`
        return {
          pass: true,
          detail: `${hosts}, looked at ${counted(looks, 'time')}${told > 0 ? `; busy time is that of the work done${compared}` : ''}`,
        }
      },
    }
  },
})
