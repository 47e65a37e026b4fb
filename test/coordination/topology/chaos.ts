// Faults of all kinds that a swarm must stand.

import { ms } from '../../../src/units.ts'
import type { FaultProfile } from '../../../src/world/faults/profile.ts'

export function chaos(until: number, count = 25, mean = ms(800)): FaultProfile {
  const lasts = { kind: 'exponential', mean }
  const agents = [{ name: 'agent' }]
  const hosts = [{ name: 'h' }]
  const base = { lasts, spread: 'one' as const }
  return {
    from: 0,
    until,
    count,
    entries: [
      { ...base, kind: 'kill', rate: 1, values: { process: agents } },
      { ...base, kind: 'crash', rate: 0.5, values: { host: hosts } },
      { ...base, kind: 'partition', rate: 1, values: { between: [hosts, hosts], direction: 'both' } },
      { ...base, kind: 'partition', rate: 0.5, values: { between: [hosts, hosts], direction: 'one-way' } },
      { ...base, kind: 'pause', rate: 0.5, values: { process: agents, host: [] } },
    ],
  }
}
