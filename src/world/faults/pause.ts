// Processes, or whole hosts, stand still for a while and then go on as if nothing had been: a stop-the-world collection, a
// SIGSTOP, a virtual machine that is migrated.

import { optional, reference } from '../../parameters.ts'
import { all, hostsOf, processesOf } from './effect.ts'
import { defineFault } from './fault.ts'

export const pause = defineFault({
  name: 'pause',
  befalls: 'process',
  meaning:
    'processes or hosts stand still and then go on where they were: a stop-the-world collection, a stalled virtual machine',
  parameters: {
    process: optional(reference('any', { meaning: 'the services or coordinators that stand still' })),
    host: optional(reference('host', { meaning: 'the hosts that stand still, with all that runs on them' })),
  },
  begin(world, { process = [], host = [] }) {
    return all([
      ...processesOf(world, process).map((each) => each.pause()),
      ...hostsOf(world, host).map((each) => each.pause()),
    ])
  },
})
