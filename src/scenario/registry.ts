// What a scenario may name, with what can be set on it. It is passed in, so that this room knows the shape of parts and not the parts.

import type { MetricDefinitions } from '../env/metric.ts'
import type { DistributionSpec, Parameters } from '../parameters.ts'
import type { Unit } from '../units.ts'
import type { CostTable } from '../world/costs/cost-table.ts'

export interface Part {
  /** One line: what it is. */
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
  /** By kind; besides `kind`, `on` and `count`. */
  readonly services: Readonly<Record<string, Part>>
  readonly coordinators: Readonly<Record<string, Part>>
  /** Coordinators that the scenario brings, by the keys of their modules. */
  readonly modules?: Readonly<Record<string, Part & { readonly kind: string }>>
  readonly workload: Parameters
  /** By kind; what a part can ask of another. */
  readonly requests: Readonly<Record<string, Part>>
  /** By kind; besides `kind` and `at`. */
  readonly faults: Readonly<Record<string, Part>>
  /** What operations cost, where a scenario says nothing else. */
  readonly costs?: CostTable
  /** By name. */
  readonly checkers: Readonly<Record<string, Part>>
  readonly distributions: Readonly<
    Record<string, { readonly meaning: string; parameters(unit: Unit): Parameters }>
  >
  /** Makes a distribution from checked parameters; throws ScenarioError where they do not fit together. */
  createDistribution(spec: DistributionSpec, unit: Unit): unknown
  /** By kind; besides `kind` and `of`, which is one of the figures (`wait.N` stands for `wait.0`, `wait.1` …). */
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
