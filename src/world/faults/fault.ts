// How a fault introduces itself. A plan of faults is data: a time, a kind, its parameters.

import type { Parameters, Values } from '../../parameters.ts'
import type { World } from '../world.ts'

export interface FaultDefinition<P extends Parameters = Parameters> {
  /** Kebab-case; what a scenario writes as `kind`. */
  readonly name: string
  readonly meaning: string
  readonly parameters: P
  /** Does it, and sees to its end. Called at its time. */
  begin(world: World, values: Values<P>): void
}

/** Declares a fault; the identity, for its types. */
export const defineFault = <const P extends Parameters>(definition: FaultDefinition<P>): FaultDefinition<P> =>
  definition
