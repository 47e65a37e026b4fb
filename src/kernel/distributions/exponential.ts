// Times between events that come independently of each other at a constant rate.

import { defineDistribution, quantity } from './distribution.ts'

export const exponential = defineDistribution({
  name: 'exponential',
  meaning: 'times between independent events at a constant rate; deviation equals mean',
  parameters: (unit) => ({ mean: quantity(unit)({ meaning: 'the mean', min: 0 }) }),
  create: ({ mean }) => ({ mean, variance: mean * mean, sample: (random) => random.exponential(mean) }),
})
