// Poisson arrivals: independent clients, each of whom is as likely to come at one moment as at another.

import { rate } from '../../parameters.ts'
import { processOfGaps } from './arrival-clock.ts'
import { defineArrivals } from './arrival-process.ts'

export const poisson = defineArrivals({
  name: 'poisson',
  meaning: 'independent clients: exponential gaps (squared coefficient of variation 1)',
  parameters: {
    rate: rate({ meaning: 'arrivals per second; 0: nobody comes' }),
  },
  create({ rate }, random) {
    const meanGap = 1e9 / rate
    return processOfGaps(rate, rate > 0 ? () => random.exponential(meanGap) : () => Infinity)
  },
})
