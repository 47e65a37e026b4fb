// Every kind of distribution that a scenario may name: one file and one line each.

import { ScenarioError, unknownName } from '../../errors.ts'
import type { DistributionSpec } from '../../parameters.ts'
import type { Unit } from '../../units.ts'
import { constant } from './constant.ts'
import type { Distribution, DistributionDefinition } from './distribution.ts'
import { empirical } from './empirical.ts'
import { erlang } from './erlang.ts'
import { exponential } from './exponential.ts'
import { hyperexponential } from './hyperexponential.ts'
import { lognormal } from './lognormal.ts'
import { mixture } from './mixture.ts'
import { normal } from './normal.ts'
import { pareto } from './pareto.ts'
import { uniform } from './uniform.ts'

export type { Distribution, DistributionDefinition } from './distribution.ts'

/** By kind, in alphabetical order. */
export const distributions: Readonly<Record<string, DistributionDefinition>> = {
  constant,
  empirical,
  erlang,
  exponential,
  hyperexponential,
  lognormal,
  mixture,
  normal,
  pareto,
  uniform,
}

const MAX_DEPTH = 4

/**
 * A distribution from its checked parameters in base units; `unit` (default ns) is what error messages show.
 * Throws a ScenarioError where parameters do not fit together, and for mixtures more than four deep.
 */
export function createDistribution(spec: DistributionSpec, unit: Unit = 'ns'): Distribution {
  return create(spec, unit, 1)
}

function create(spec: DistributionSpec, unit: Unit, depth: number): Distribution {
  const { kind, ...values } = spec
  if (!Object.hasOwn(distributions, kind))
    throw new ScenarioError([unknownName('distribution', kind, Object.keys(distributions))])
  return distributions[kind]!.create(values, {
    unit,
    create(part) {
      if (depth > MAX_DEPTH)
        throw new ScenarioError(`invalid ${kind}: nested ${depth} deep; expected at most ${MAX_DEPTH}`)
      return create(part, unit, depth + 1)
    },
  })
}
