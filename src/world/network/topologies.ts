// What stands between the hosts: nothing that they share, one switch, or racks of hosts with a switch each.

import { bandwidth, count, duration, type Kinds, map, number, optional, reference } from '../../parameters.ts'
import { us } from '../../units.ts'

const rack = {
  racks: count({
    meaning:
      'racks that the hosts not named in `members` are dealt to in turn, as rack.1, rack.2 …; 0: they stand in none, at the core',
    default: 0,
    max: 10_000,
  }),
  members: map(reference('host', { meaning: 'the hosts of the rack' }), {
    meaning: 'racks by name, each with its hosts',
    default: {},
  }),
  oversubscription: number({
    meaning: 'bandwidth of a rack’s hosts together, relative to its uplink, where that is not stated',
    default: 4,
    min: 0.001,
    source: '[P] Cisco recommends at most 20:1 at the access and 4:1 towards the core',
  }),
  uplink: optional(
    bandwidth({ meaning: 'bandwidth of each direction between a rack and the core; 0: unlimited' }),
  ),
  detour: duration({
    meaning: 'one-way latency that leaving the rack adds',
    default: us(5),
    source: '[G] two more switches, of 1 to 3 µs each',
  }),
} as const

export const topologies: Kinds = {
  flat: { meaning: 'each pair of hosts has a link of its own, as fast as any', parameters: {} },
  switch: {
    meaning: 'each host has one link to a switch or bridge, which all share',
    parameters: {
      backplane: bandwidth({
        meaning: 'bandwidth of the switch, all its hosts together; 0: unlimited',
        default: 0,
        source: '[G] switches are built to serve all their ports at once',
      }),
    },
  },
  rack: {
    meaning:
      'hosts stand in racks: each has one link to its rack’s switch, and the racks an uplink each to the core',
    parameters: rack,
  },
}
