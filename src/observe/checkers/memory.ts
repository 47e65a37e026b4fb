// Nobody holds more memory than there is, and those who hold some hold together what is counted as used: of each host, and
// of each container with a limit of its own. A second release of the same bytes, or an allocation past the accounts, shows here.

import { format, type Nanos } from '../../units.ts'
import { defineChecker } from './checker.ts'
import type { MemorySight, Sight } from './sight.ts'
import { counted } from './verdicts.ts'

/** Bytes may be fractions where they follow from a rate; so much is rounding. */
const TOLERANCE = 1e-9

export const memory = defineChecker({
  name: 'memory',
  meaning: 'memory in use is within its limit, and is what its holders hold',
  parameters: {},
  create(_values, violated) {
    let all: readonly MemorySight[] = []
    let looks = 0

    function judge(at: Nanos, { name, limit, used, parts }: MemorySight): void {
      const words = (bytes: number): string => `${format(bytes, 'bytes')} (${bytes})`
      const told = (what: string) =>
        violated(at, () => ({
          what,
          events: parts
            .filter((part) => part.used > 0)
            .slice(0, 6)
            .map((part) => ({ at, process: part.name, event: `holds ${words(part.used)}` })),
        }))
      if (used > limit * (1 + TOLERANCE)) told(`${name} uses ${words(used)} of ${words(limit)}`)
      if (parts.length > 0) {
        let held = 0
        for (const part of parts) held += part.used
        if (Math.abs(held - used) > TOLERANCE * Math.max(held, used, 1))
          told(`${name} counts ${words(used)} as used, and its processes hold ${words(held)}`)
      }
      for (const part of parts) if (part.limit < part.used || part.parts.length > 0) judge(at, part)
    }
    return {
      begin(sight: Sight) {
        all = sight.hosts.map((host) => host.memory)
      },
      look(at) {
        looks++
        for (const each of all) judge(at, each)
      },
      finish: () =>
        all.length === 0
          ? undefined
          : {
              pass: true,
              detail: `${counted(all.length, 'host')}, looked at ${counted(looks, 'time')}`,
            },
    }
  },
})
