// The wall clocks of hosts jump: an administrator, or a time service that steps.

import { choice, duration, reference } from '../../parameters.ts'
import { hostsOf } from './effect.ts'
import { defineFault } from './fault.ts'

export const clockJump = defineFault({
  name: 'clock-jump',
  befalls: 'host',
  meaning: 'the wall clocks of hosts jump; timers and durations do not',
  parameters: {
    host: reference('host', { meaning: 'the hosts whose clocks jump' }),
    by: duration({ meaning: 'how far they jump' }),
    direction: choice(['forward', 'back'], { meaning: 'which way', default: 'forward' }),
  },
  instant: true,
  begin(world, { host, by, direction }) {
    for (const { clock } of hostsOf(world, host)) clock.jump(direction === 'forward' ? by : -by)
    return () => {}
  },
})
