// One of two exponentials, more variable than one alone; with balanced means, each contributes half of the mean
// (Allen, Probability, Statistics and Queueing Theory, 5.1).

import { number } from '../../parameters.ts'
import { defineDistribution, quantity } from './distribution.ts'

export const hyperexponential = defineDistribution({
  name: 'hyperexponential',
  meaning: 'one of two exponentials with balanced means; more variable than exponential',
  parameters: (unit) => ({
    mean: quantity(unit)({ meaning: 'the mean', min: 0 }),
    cv: number({ meaning: 'the deviation as a fraction of the mean', min: 1 }),
  }),
  create({ mean, cv }) {
    const square = cv * cv
    const short = (1 + Math.sqrt((square - 1) / (square + 1))) / 2
    const shortMean = mean / (2 * short)
    const longMean = mean / (2 * (1 - short))
    return {
      mean,
      variance: square * mean * mean,
      sample: (random) => random.exponential(random.uniform() < short ? shortMean : longMean),
    }
  },
})
