// What a distribution is, and how one is declared. Parameters carry the unit of what is drawn: a duration's mean is a duration.

import type { DistributionSpec, Parameters, Values } from '../../parameters.ts'
import { bandwidth, bytes, count, duration, number, rate, ratio, tokens } from '../../parameters.ts'
import type { Unit } from '../../units.ts'
import type { RandomStream } from '../random.ts'

export interface Distribution {
  /** Of what `sample` returns; Infinity where the integral diverges. */
  readonly mean: number
  readonly variance: number
  /** One draw, in the base unit; not rounded, so a duration may carry a fraction of a nanosecond. */
  sample(random: RandomStream): number
}

/** Where a distribution is being made: its unit, for messages, and how to make those it is built of. */
export interface Making {
  readonly unit: Unit
  create(spec: DistributionSpec): Distribution
}

export interface DistributionDefinition<P extends Parameters = Parameters> {
  /** The `kind` in a scenario. */
  readonly name: string
  /** One line: what it models. */
  readonly meaning: string
  parameters(unit: Unit): P
  /** Throws a ScenarioError where the values do not fit together. */
  create(values: Values<P>, making: Making): Distribution
}

/** Declares a distribution; the parameters' types become those of `create`. */
export const defineDistribution = <P extends Parameters>(
  definition: DistributionDefinition<P>,
): DistributionDefinition => definition

const QUANTITIES: Readonly<Record<Unit, typeof number>> = {
  ns: duration,
  bytes,
  '/s': rate,
  'bytes/s': bandwidth,
  ratio,
  count,
  tokens,
  number,
}

/** A parameter in the unit of what is drawn. */
export const quantity = (unit: Unit): typeof number => QUANTITIES[unit]
