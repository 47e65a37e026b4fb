// Processes end and start again after a while, as a deployment or an operator does it.

import { duration, reference } from '../../parameters.ts'
import { seconds } from '../../units.ts'
import { laterIn, processesOf } from './effect.ts'
import { defineFault } from './fault.ts'

export const restart = defineFault({
  name: 'restart',
  befalls: 'process',
  meaning: 'processes end and start again, as a deployment or an operator does it',
  parameters: {
    process: reference('any', { meaning: 'the services or coordinators that are restarted' }),
    takes: duration({
      meaning: 'time between its end and its start',
      default: seconds(1),
      source: '[G] docker restart of a small service',
    }),
  },
  instant: true,
  begin(world, values) {
    for (const process of processesOf(world, values.process)) {
      process.kill()
      laterIn(world, values.takes, () => process.start())
    }
    return () => {}
  },
})
