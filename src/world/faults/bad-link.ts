// The links between two sides are worse than they were: they lose, double, corrupt or reorder messages, or are slower.

import { createDistribution } from '../../kernel/distributions/registry.ts'
import { choice, distribution, optional, ratio } from '../../parameters.ts'
import { defineFault } from './fault.ts'
import { between, sidesOf } from './sides.ts'

const share = (meaning: string) => ratio({ meaning, default: 0 })

export const badLink = defineFault({
  name: 'bad-link',
  befalls: 'network',
  meaning: 'the links between two sets of hosts lose, double, corrupt or reorder messages, or are slower',
  parameters: {
    between,
    direction: choice(['both', 'one-way'], {
      meaning: 'one-way: only from the first side to the second',
      default: 'both',
    }),
    loss: share('share of packets that are lost'),
    duplicate: share('share of messages that arrive twice'),
    corrupt: share('share of packets that arrive damaged, which a checksum finds'),
    reorder: share('share of messages that others overtake'),
    extraLatency: optional(distribution('ns', { meaning: 'added to the one-way latency' })),
    bandwidthRatio: ratio({ meaning: 'what is left of the bandwidth', default: 1, min: 0.000001 }),
  },
  begin(world, { between: ends, direction, extraLatency, ...worse }) {
    const { from, to } = sidesOf(world, ends)
    const later = extraLatency && { extraLatency: createDistribution(extraLatency) }
    return world.network.impair(from, to, { ...worse, ...later }, direction === 'both')
  },
})
