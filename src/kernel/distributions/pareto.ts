// A power-law tail from `scale` on: P(X > x) = (scale / x)^shape. With `max` the tail is cut there and what is left scaled up.

import { ScenarioError } from '../../errors.ts'
import { number, optional } from '../../parameters.ts'
import { format } from '../../units.ts'
import { constantOf } from './constant.ts'
import { defineDistribution, quantity } from './distribution.ts'

export const pareto = defineDistribution({
  name: 'pareto',
  meaning:
    'a power-law tail; without max the mean is infinite for a shape of at most 1, the variance for one of at most 2',
  parameters: (unit) => ({
    shape: number({ meaning: 'how fast the tail falls; the smaller the heavier', min: 0.01 }),
    scale: quantity(unit)({ meaning: 'the least value', min: 0 }),
    max: optional(quantity(unit)({ meaning: 'the greatest value; unbounded if left out', min: 0 })),
  }),
  create({ shape, scale, max }, { unit }) {
    if (scale <= 0) throw new ScenarioError(`invalid scale: ${format(scale, unit)}; expected more than 0`)
    if (max !== undefined && max < scale)
      throw new ScenarioError(
        `invalid max: ${format(max, unit)}; expected at least scale, which is ${format(scale, unit)}`,
      )
    if (max === scale) return constantOf(scale)
    const span = max === undefined ? Number.POSITIVE_INFINITY : Math.log(max / scale)
    /** The share of the whole tail that lies below `max`. */
    const kept = -Math.expm1(-shape * span)
    const mean = scale * moment(shape, 1, span)
    const square = scale * scale * moment(shape, 2, span)
    return {
      mean,
      variance: square === Number.POSITIVE_INFINITY ? square : square - mean * mean,
      // By inversion; the power is taken by exp and log, whose bits agree between engines.
      sample: (random) => scale * Math.exp(-Math.log1p(-random.uniform() * kept) / shape),
    }
  },
})

/** E[(X / scale)^order]: the integral of shape·e^((order − shape)·s) over s = ln(x / scale) from 0 to span, over the share kept. */
function moment(shape: number, order: number, span: number): number {
  const slope = order - shape
  if (span === Number.POSITIVE_INFINITY) return slope < 0 ? -shape / slope : span
  const integral = slope === 0 ? span : Math.expm1(slope * span) / slope
  return (shape * integral) / -Math.expm1(-shape * span)
}
