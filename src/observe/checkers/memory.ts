// Nobody holds more memory for longer than an instant than there is, of a host or of a container with a limit of its own
// (somebody is killed for it at once); and what is counted as used of a host is what its processes hold together. Bytes given
// back twice, or taken past the accounts, show here.

import { format, type Nanos } from '../../units.ts'
import { defineChecker } from './checker.ts'
import type { MemorySight, Sight } from './sight.ts'
import { counted } from './verdicts.ts'

/** Bytes may be fractions where they follow from a rate; so much is rounding. */
const TOLERANCE = 1e-9

const MOST_SHOWN = 6

const words = (bytes: number): string => `${format(bytes, 'bytes')} (${bytes})`

export const memory = defineChecker({
  name: 'memory',
  meaning: 'memory in use stays within its limit, and is what its holders hold',
  parameters: {},
  create(_values, violated) {
    let hosts: readonly MemorySight[] = []
    /** Those that were seen above their limits, and when first. */
    const above = new Map<MemorySight, Nanos>()
    let looks = 0

    function tell(at: Nanos, { parts }: MemorySight, what: string): void {
      violated(at, () => ({
        what,
        events: parts
          .filter(({ used }) => used > 0)
          .slice(0, MOST_SHOWN)
          .map(({ name, used }) => ({ at, process: name, event: `holds ${words(used)}` })),
      }))
    }
    function judgeLimit(at: Nanos, each: MemorySight): void {
      const { name, used, limit } = each
      if (used <= limit * (1 + TOLERANCE)) {
        if (above.size > 0) above.delete(each)
        return
      }
      const since = above.get(each)
      if (since === undefined) above.set(each, at)
      else if (since < at) tell(at, each, `${name} uses ${words(used)} of ${words(limit)}`)
    }
    return {
      begin(sight: Sight) {
        hosts = sight.hosts.map((host) => host.memory)
      },
      look(at) {
        looks++
        for (const host of hosts) {
          let held = 0
          judgeLimit(at, host)
          for (const part of host.parts) {
            held += part.used
            judgeLimit(at, part)
          }
          if (Math.abs(held - host.used) > TOLERANCE * Math.max(held, host.used, 1))
            tell(
              at,
              host,
              `${host.name} counts ${words(host.used)} as used, and its processes hold ${words(held)}`,
            )
        }
      },
      finish: () =>
        hosts.length === 0
          ? undefined
          : { pass: true, detail: `${counted(hosts.length, 'host')}, looked at ${counted(looks, 'time')}` },
    }
  },
})
