// Arrivals like clockwork, as a load generator with a fixed rate makes them.

import { duration, rate } from '../../parameters.ts'
import { LAST } from './arrival-clock.ts'
import { defineArrivals } from './arrival-process.ts'

export const constant = defineArrivals({
  name: 'constant',
  meaning: 'equal gaps of 1/rate, from the offset on',
  parameters: {
    rate: rate({ meaning: 'arrivals per second; 0: nobody comes' }),
    offset: duration({ meaning: 'when the first one comes', default: 0 }),
  },
  create({ rate, offset }) {
    let arrived = 0
    return {
      meanRate: rate,
      next(now) {
        // From the number of arrivals, not from the last one: nothing accumulates.
        const at = offset + Math.round((arrived * 1e9) / rate)
        if (rate === 0 || at > LAST) return undefined
        arrived++
        return Math.max(at, now)
      },
    }
  },
})
