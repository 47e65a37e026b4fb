// Always the same value.

import { type Distribution, defineDistribution, quantity } from './distribution.ts'

export const constantOf = (value: number): Distribution => ({ mean: value, variance: 0, sample: () => value })

export const constant = defineDistribution({
  name: 'constant',
  meaning: 'always the same value',
  parameters: (unit) => ({ value: quantity(unit)({ meaning: 'the value' }) }),
  create: ({ value }) => constantOf(value),
})
