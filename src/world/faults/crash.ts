// Hosts stop where they stand; when the fault ends power is back, and they boot.

import { reference } from '../../parameters.ts'
import { hostsOf, laterIn } from './effect.ts'
import { defineFault } from './fault.ts'

export const crash = defineFault({
  name: 'crash',
  befalls: 'host',
  meaning:
    'hosts stop where they stand: volatile state and messages under way to them are gone, nobody is told; afterwards they boot',
  parameters: {
    host: reference('host', { meaning: 'the hosts that crash' }),
  },
  begin(world, values) {
    const hosts = hostsOf(world, values.host)
    for (const host of hosts) host.crash()
    return () => {
      for (const host of hosts) laterIn(world, host.values.boot, () => host.restart())
    }
  },
})
