// The cores of hosts work slower: a noisy neighbour, a throttled CPU.

import { number, reference } from '../../parameters.ts'
import { all, hostsOf } from './effect.ts'
import { defineFault } from './fault.ts'

export const slowDown = defineFault({
  name: 'slow-down',
  befalls: 'host',
  meaning: 'the cores of hosts work slower: a noisy neighbour, a CPU throttled by its heat',
  parameters: {
    host: reference('host', { meaning: 'the hosts that are slower' }),
    factor: number({ meaning: 'how many times slower', default: 2, min: 1, max: 1000, source: '[G]' }),
  },
  begin(world, { host, factor }) {
    return all(hostsOf(world, host).map((each) => each.cpu.slow(factor)))
  },
})
