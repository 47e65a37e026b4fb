// The sum of `shape` equal exponential stages: steadier than exponential, the more stages the steadier.

import { count } from '../../parameters.ts'
import { defineDistribution, quantity } from './distribution.ts'

export const erlang = defineDistribution({
  name: 'erlang',
  meaning: 'the sum of equal exponential stages; variance is the squared mean over shape',
  parameters: (unit) => ({
    shape: count({ meaning: 'how many stages', min: 1, max: 1000 }),
    mean: quantity(unit)({ meaning: 'the mean of the whole', min: 0 }),
  }),
  create({ shape, mean }) {
    const stage = mean / shape
    return {
      mean,
      variance: (mean * mean) / shape,
      sample(random) {
        let sum = 0
        for (let i = 0; i < shape; i++) sum += random.exponential(stage)
        return sum
      },
    }
  },
})
