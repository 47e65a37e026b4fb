// What is sent between two sides is kept, and delivered in its order when the fault is over.

import { choice } from '../../parameters.ts'
import { defineFault } from './fault.ts'
import { between, sidesOf } from './sides.ts'

export const hold = defineFault({
  name: 'hold',
  befalls: 'network',
  meaning: 'what two sets of hosts send each other is kept, and arrives in its order when the fault is over',
  parameters: {
    between,
    direction: choice(['both', 'one-way'], {
      meaning: 'one-way: only what the first side sends the second',
      default: 'both',
    }),
  },
  begin(world, values) {
    const { from, to } = sidesOf(world, values.between)
    return world.network.hold(from, to, values.direction === 'both')
  },
})
