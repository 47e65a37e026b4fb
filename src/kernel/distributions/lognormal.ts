// A value whose logarithm is normal: long-tailed latencies and sizes, told by the two figures that dashboards show
// (median and p99) or by mean and coefficient of variation.

import { ScenarioError } from '../../errors.ts'
import { number, optional } from '../../parameters.ts'
import { format, type Unit } from '../../units.ts'
import { type Distribution, defineDistribution, quantity } from './distribution.ts'

/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.3263478740408408

export const lognormal = defineDistribution({
  name: 'lognormal',
  meaning: 'long-tailed, by median and p99 or by mean and cv',
  parameters: (unit) => ({
    median: optional(quantity(unit)({ meaning: 'the 50th percentile; goes with p99', min: 0 })),
    p99: optional(quantity(unit)({ meaning: 'the 99th percentile; goes with median', min: 0 })),
    mean: optional(quantity(unit)({ meaning: 'the mean; goes with cv', min: 0 })),
    cv: optional(number({ meaning: 'the deviation as a fraction of the mean; goes with mean', min: 0 })),
  }),
  create({ median, p99, mean, cv }, { unit }) {
    const given = Object.entries({ median, p99, mean, cv }).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    )
    if (median !== undefined && p99 !== undefined && given.length === 2) return byQuantiles(median, p99, unit)
    if (mean !== undefined && cv !== undefined && given.length === 2) return byMoments(mean, cv)
    throw new ScenarioError(
      `invalid lognormal: ${given.join(', ') || 'no parameter'} given; expected either median and p99 or mean and cv`,
    )
  },
})

function byQuantiles(median: number, p99: number, unit: Unit): Distribution {
  if (median <= 0) throw new ScenarioError(`invalid median: ${format(median, unit)}; expected more than 0`)
  if (p99 < median)
    throw new ScenarioError(
      `invalid p99: ${format(p99, unit)}; expected at least median, which is ${format(median, unit)}`,
    )
  const sigma = Math.log(p99 / median) / Z99
  return withMedian(median, sigma)
}

/** Also right for a mean of 0, which is then all there is. */
const byMoments = (mean: number, cv: number): Distribution => {
  const square = Math.log1p(cv * cv)
  return withMedian(mean * Math.exp(-square / 2), Math.sqrt(square))
}

function withMedian(median: number, sigma: number): Distribution {
  const mean = median * Math.exp((sigma * sigma) / 2)
  return {
    mean,
    variance: mean * mean * Math.expm1(sigma * sigma),
    sample: (random) => median * Math.exp(sigma * random.normal()),
  }
}
