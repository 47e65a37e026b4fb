// The disks of hosts read, write and sync slower: a failing drive, a rebuild, a neighbour's backup.

import { number, reference } from '../../parameters.ts'
import { all, hostsOf } from './effect.ts'
import { defineFault } from './fault.ts'

export const diskSlow = defineFault({
  name: 'disk-slow',
  befalls: 'host',
  meaning: 'the disks of hosts are slower: a failing drive, a rebuild, a backup',
  parameters: {
    host: reference('host', { meaning: 'the hosts whose disks are slower' }),
    factor: number({ meaning: 'how many times slower', default: 10, min: 1, max: 100_000, source: '[G]' }),
  },
  begin(world, { host, factor }) {
    return all(hostsOf(world, host).map(({ disk }) => disk.slow(factor)))
  },
})
