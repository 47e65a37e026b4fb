// Hosts on two sides cannot reach each other. Who stands on neither side reaches both: so a partial partition is written.

import { choice } from '../../parameters.ts'
import { defineFault } from './fault.ts'
import { between, sidesOf } from './sides.ts'

export const partition = defineFault({
  name: 'partition',
  befalls: 'network',
  meaning:
    'two sets of hosts cannot reach each other, without anyone being told; hosts on neither side reach both',
  parameters: {
    between,
    direction: choice(['both', 'one-way'], {
      meaning: 'one-way: the first side’s messages do not reach the second, but the second’s reach the first',
      default: 'both',
    }),
  },
  begin(world, values) {
    return world.network.cut({ ...sidesOf(world, values.between), both: values.direction === 'both' })
  },
})
