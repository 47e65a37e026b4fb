// How a fault introduces itself. A plan of faults is data: a time, a kind, its parameters, and for how long it lasts.

import type { Parameters, Values } from '../../parameters.ts'
import type { World } from '../world.ts'

export interface FaultDefinition<P extends Parameters = Parameters> {
  /** Kebab-case; what a scenario writes as `kind`. */
  readonly name: string
  /** What it befalls; for its colour in a report. */
  readonly befalls: 'host' | 'process' | 'network' | 'protocol'
  readonly meaning: string
  readonly parameters: P
  /** Over as soon as it has happened, so that it cannot last `for` a time. */
  readonly instant?: true
  /** Throws a ScenarioError where the values do not suit the world; called before the run. */
  check?(world: World, values: Values<P>): void
  /** Does it. What is returned ends it, and is called when its time is over; never where it lasts for good. */
  begin(world: World, values: Values<P>): () => void
}

/** Declares a fault; the identity, for its types. */
export const defineFault = <const P extends Parameters>(definition: FaultDefinition<P>): FaultDefinition<P> =>
  definition
