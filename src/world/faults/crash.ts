// A host stops where it stands; with `for`, it comes back after that time and its boot.

import { duration, optional, reference } from '../../parameters.ts'
import { hostsOf, laterIn } from './effect.ts'
import { defineFault } from './fault.ts'

export const crash = defineFault({
  name: 'crash',
  meaning:
    'hosts stop where they stand: volatile state and messages under way to them are gone, nobody is told',
  parameters: {
    host: reference('host', { meaning: 'the hosts that crash' }),
    for: optional(duration({ meaning: 'time until power is back; the host then boots. Left out: for good' })),
  },
  begin(world, values) {
    for (const host of hostsOf(world, values.host)) {
      host.crash()
      if (values.for !== undefined) laterIn(world, values.for + host.values.boot, () => host.restart())
    }
  },
})
