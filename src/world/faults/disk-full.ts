// The disks of hosts are full: writes are refused.

import { reference } from '../../parameters.ts'
import { all, hostsOf } from './effect.ts'
import { defineFault } from './fault.ts'

export const diskFull = defineFault({
  name: 'disk-full',
  befalls: 'host',
  meaning: 'the disks of hosts are full, so that writes fail',
  parameters: { host: reference('host', { meaning: 'the hosts whose disks are full' }) },
  begin(world, { host }) {
    return all(hostsOf(world, host).map(({ disk }) => disk.fill()))
  },
})
