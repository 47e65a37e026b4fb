// The normal distribution truncated at 0: draws below 0 are drawn again. Mean and variance are those after truncation
// (Johnson, Kotz, Balakrishnan: Continuous Univariate Distributions, vol. 1, 13.10.1).

import { constantOf } from './constant.ts'
import { defineDistribution, quantity } from './distribution.ts'

export const normal = defineDistribution({
  name: 'normal',
  meaning: 'bell-shaped about the mean, truncated at 0 (which moves the mean up if the deviation is large)',
  parameters: (unit) => ({
    mean: quantity(unit)({ meaning: 'the mean before truncation', min: 0 }),
    deviation: quantity(unit)({ meaning: 'the standard deviation before truncation', min: 0 }),
  }),
  create({ mean, deviation }) {
    if (deviation === 0) return constantOf(mean)
    const cut = mean / deviation
    // The inverse Mills ratio: how far, in deviations, the cut moves the mean.
    const shift = density(cut) / cumulative(cut)
    return {
      mean: mean + deviation * shift,
      variance: deviation * deviation * (1 - cut * shift - shift * shift),
      sample(random) {
        // A mean of at least 0 is kept with a probability of at least one half.
        for (;;) {
          const value = mean + deviation * random.normal()
          if (value >= 0) return value
        }
      },
    }
  },
})

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)

/** P(Z <= x) for x >= 0, to the last digits (Marsaglia, Evaluating the normal distribution, 2004). */
function cumulative(x: number): number {
  if (x > 9) return 1
  let term = x
  let sum = x
  for (let i = 3; sum + term !== sum; i += 2) {
    term *= (x * x) / i
    sum += term
  }
  return 0.5 + sum * density(x)
}
