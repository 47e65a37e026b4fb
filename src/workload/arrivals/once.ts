// A number of requests at one moment: a fleet that starts together, a batch.

import { count, duration } from '../../parameters.ts'
import { defineArrivals } from './arrival-process.ts'

export const once = defineArrivals({
  name: 'once',
  meaning: 'a number of requests, all at the same time',
  parameters: {
    count: count({ meaning: 'how many', min: 1 }),
    at: duration({ meaning: 'when, since the run began', default: 0 }),
  },
  create({ count, at }) {
    let left = count
    return {
      meanRate: Number.NaN,
      next: (now) => (left-- > 0 ? Math.max(at, now) : undefined),
    }
  },
})
