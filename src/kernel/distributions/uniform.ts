// Every value between two bounds is equally likely.

import { ScenarioError } from '../../errors.ts'
import { format } from '../../units.ts'
import { defineDistribution, quantity } from './distribution.ts'

export const uniform = defineDistribution({
  name: 'uniform',
  meaning: 'every value from low to high is equally likely',
  parameters: (unit) => ({
    low: quantity(unit)({ meaning: 'the least value' }),
    high: quantity(unit)({ meaning: 'the greatest value' }),
  }),
  create({ low, high }, { unit }) {
    if (high < low)
      throw new ScenarioError(
        `invalid high: ${format(high, unit)}; expected at least low, which is ${format(low, unit)}`,
      )
    const width = high - low
    return {
      mean: low + width / 2,
      variance: (width * width) / 12,
      sample: (random) => low + random.uniform() * width,
    }
  },
})
