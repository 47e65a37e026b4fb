// Availability: up for a while, down for a while, in turn; an alternating renewal process.

import { duration } from '../../parameters.ts'
import { defineLaw, NANOS_PER_SECOND, requirePositive } from './law.ts'

export const availability = defineLaw({
  name: 'availability',
  meaning: 'something that fails and is repaired, in turn, whatever the distributions of both',
  source:
    'Barlow, Proschan, Mathematical Theory of Reliability (1965), 3; Ross, Stochastic Processes (1996), 3.4.1',
  parameters: {
    timeToFailure: duration({ meaning: 'mean time from a repair to the next failure' }),
    timeToRepair: duration({ meaning: 'mean time from a failure to the end of its repair' }),
  },
  figures: [
    { name: 'availability', unit: 'ratio', meaning: 'share of the time in which it is up' },
    { name: 'failures', unit: '/s', meaning: 'failures a second' },
  ],
  evaluate({ timeToFailure, timeToRepair }) {
    requirePositive('availability', { timeToFailure })
    const cycle = timeToFailure + timeToRepair
    return { availability: timeToFailure / cycle, failures: NANOS_PER_SECOND / cycle }
  },
})
