// Values as they were measured, each drawn with its weight; nothing in between is ever drawn.

import { ScenarioError } from '../../errors.ts'
import { list, number, optional } from '../../parameters.ts'
import { defineDistribution, quantity } from './distribution.ts'
import { weighted } from './weighted.ts'

export const empirical = defineDistribution({
  name: 'empirical',
  meaning: 'one of the values given',
  parameters: (unit) => ({
    values: list(quantity(unit)({ meaning: 'a value' }), { meaning: 'the values' }),
    weights: optional(
      list(number({ meaning: 'a weight', min: 0 }), { meaning: 'how often each comes; equally if left out' }),
    ),
  }),
  create({ values, weights }) {
    if (values.length === 0) throw new ScenarioError('invalid values: none; expected at least one')
    if (weights && weights.length !== values.length)
      throw new ScenarioError(
        `invalid weights: ${weights.length} of them; expected one for each of the ${values.length} values`,
      )
    const { shares, draw } = weighted(weights ?? values.map(() => 1))
    const mean = values.reduce((sum, value, i) => sum + shares[i]! * value, 0)
    return {
      mean,
      variance: values.reduce((sum, value, i) => sum + shares[i]! * (value - mean) * (value - mean), 0),
      sample: (random) => values[draw(random)]!,
    }
  },
})
