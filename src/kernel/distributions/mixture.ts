// One of several distributions in proportion to weights: hits and misses of a cache, short and long requests.

import { ScenarioError } from '../../errors.ts'
import { distribution, list, number, record } from '../../parameters.ts'
import { defineDistribution } from './distribution.ts'
import { weighted } from './weighted.ts'

export const mixture = defineDistribution({
  name: 'mixture',
  meaning: 'one of several distributions, each with its weight',
  parameters: (unit) => ({
    of: list(
      record(
        {
          weight: number({ meaning: 'how often it is drawn, relative to the others', min: 0 }),
          distribution: distribution(unit, { meaning: 'what is then drawn from' }),
        },
        { meaning: 'one of the distributions' },
      ),
      { meaning: 'the distributions, which may be mixtures again, four deep at most' },
    ),
  }),
  create({ of }, { create }) {
    if (of.length === 0) throw new ScenarioError('invalid of: no distribution; expected at least one')
    const { shares, draw } = weighted(of.map(({ weight }) => weight))
    const parts = of.map((part) => create(part.distribution))
    // A part of infinite mean and no weight counts for nothing.
    const total = (moment: (index: number) => number) =>
      shares.reduce((sum, share, i) => (share === 0 ? sum : sum + share * moment(i)), 0)
    const mean = total((i) => parts[i]!.mean)
    const spread = (i: number) => (parts[i]!.mean - mean) * (parts[i]!.mean - mean)
    return {
      mean,
      variance: mean === Number.POSITIVE_INFINITY ? mean : total((i) => parts[i]!.variance + spread(i)),
      sample: (random) => parts[draw(random)]!.sample(random),
    }
  },
})
