// A scenario as it is after reading: checked, defaults filled in, quantities in base units, nothing left to look up.

import type { Mistake } from '../errors.ts'
import type { CheckSettings } from '../observe/checkers/checking.ts'
import type { Nanos } from '../units.ts'
import type { CostSettings } from '../world/costs/costs.ts'
import type { PlannedFault } from '../world/faults/plan.ts'
import type { FaultProfile } from '../world/faults/profile.ts'
import type { Expression } from './expression.ts'
import type { Modules } from './modules.ts'

export type Scalar = string | number | boolean

/** Keys and list indices from the top of a scenario, as written: `['expect', 0, 'below']`. */
export type Path = readonly (string | number)[]

/** Checked values by the parameters' own names (camelCase). */
export type CheckedValues = Readonly<Record<string, unknown>>

/** All that one file says. */
export interface ScenarioFile {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly file: string
  readonly seeds: readonly string[]
  /** In the order in which they are written. */
  readonly axes: readonly { readonly name: string; readonly values: readonly Scalar[] }[]
  /** At least one. The first axis varies slowest. */
  readonly variants: readonly ScenarioVariant[]
  /** Plain data after `extends` and `--set`, before the matrix: what the scenario's hash covers. */
  readonly resolved: Readonly<Record<string, unknown>>
  /** What was given besides the file: `--set`, in its order, and a plan of faults. */
  readonly given?: { readonly sets: readonly string[]; readonly faults: string | undefined }
  /** What the modules that it names export; left out: it names none. */
  readonly modules?: Modules
  /** A mistake found later (in wiring, by a metric's name, by a law), with its place in the file. */
  mistake(path: Path, message: string, hint?: string): Mistake
}

export interface ScenarioVariant {
  /** `agents=54 mode=concurrent`, or the scenario's name where there is no matrix. */
  readonly name: string
  /** The axes' values. */
  readonly parameters: Readonly<Record<string, Scalar>>
  readonly scenario: Scenario
}

/** One variant. */
export interface Scenario {
  /** All parameters of the scenario, the axes applied. */
  readonly parameters: Readonly<Record<string, Scalar>>
  readonly hosts: Readonly<Record<string, HostGroup>>
  readonly network: { readonly values: CheckedValues; readonly links: readonly LinkRule[] }
  readonly services: Readonly<Record<string, PlacedPart>>
  readonly coordinators: Readonly<Record<string, PlacedPart>>
  readonly workload: CheckedValues | undefined
  readonly faults: readonly PlannedFault[]
  /** Faults to be drawn from the seed, besides those. */
  readonly faultProfile: FaultProfile | undefined
  /** What computing costs; left out: as the nominal table has it. */
  readonly costs?: CostSettings
  /** Which checkers are held against it; left out: those that are on by default. */
  readonly checks?: CheckSettings
  readonly measure: Measure
  /** Whose speedup is asked for; left out: that of whatever makes jobs faster. */
  readonly speedup?: SpeedupSpec
  readonly expect: readonly Criterion[]
  readonly claims: readonly ClaimSpec[]
  /** Metric, or `default` → by how much it may be worse than its baseline. */
  readonly gate?: Readonly<Record<string, Allowance>>
}

export interface HostGroup {
  readonly count: number
  readonly values: CheckedValues
}

export interface LinkRule {
  /** Hosts or groups of hosts. */
  readonly between: readonly [string, string]
  readonly values: CheckedValues
}

/** A file that exports a coordinator, as seen from the working directory. */
export interface ModuleName {
  readonly file: string
  /** Which export; left out: the default one, or the only one there is. */
  readonly export?: string
}

/** A service or coordinator, and where its instances stand. */
export interface PlacedPart {
  readonly kind: string
  /** Whence it comes, where the scenario brings it. */
  readonly module?: ModuleName
  /** Groups of hosts, or single hosts of a group (`worker.3`). */
  readonly on: readonly string[]
  /** Instances on each host. */
  readonly count: number
  /** References hold names as written. */
  readonly values: CheckedValues
}

export interface Measure {
  /** When the run ends; without it, when nothing is left to do. */
  readonly duration: Nanos | undefined
  readonly warmUp: Nanos | 'mser-5'
  /** The run ends after so many answers, failures included. */
  readonly requests: number | undefined
  /** The run is given up after so many events. */
  readonly events: number
  /** Each seed is run with its mirror image, and the mean of both is its figure. */
  readonly antithetic?: boolean
}

export interface SpeedupSpec {
  /** An axis of whole numbers from 1. */
  readonly over: string
  /** A metric: a time, or a throughput. */
  readonly of: string
  /** The service or coordinator that is scaled; left out: nobody asks where its time goes. */
  readonly workers: string | undefined
}

/** A limit as written, since its unit is the metric's, which is known later; see `limitOf`. */
export interface Limit {
  readonly text: string | number
  readonly path: Path
}

export type Test =
  | { readonly kind: 'below' | 'above' | 'at-least' | 'at-most'; readonly limit: Limit }
  /** `within` is relative to the limit; 0: exactly. */
  | { readonly kind: 'equals'; readonly limit: Limit; readonly within: number }
  | { readonly kind: 'between'; readonly low: Limit; readonly high: Limit }
  /** The closed form must lie inside the metric's interval, widened by `within` of the closed form. */
  | {
      readonly kind: 'law'
      readonly law: string
      readonly of: string
      readonly values: CheckedValues
      readonly within: number
    }

/** What a gate lets pass. A limit is a share of the baseline, with %, or in the metric's unit. */
export type Allowance =
  | { readonly kind: 'exact' | 'ignore'; readonly path: Path }
  | { readonly kind: 'worse-by'; readonly limit: Limit; readonly path: Path }

export interface Criterion {
  readonly metric: string
  /** The figure becomes a ratio to that of the variant which has these axis values and is otherwise this one. */
  readonly relativeTo: Readonly<Record<string, Scalar>> | undefined
  /** Known to be true or false in this variant. */
  readonly when: Expression | undefined
  readonly test: Test
  readonly why: string | undefined
  readonly path: Path
}

export interface ClaimSpec {
  readonly id: string
  readonly text: string | undefined
  readonly note: string | undefined
  readonly source: string | undefined
  /** What the claim itself asks for, where `when` lets it speak. */
  readonly condition: Expression | undefined
  /** A criterion, or the reason why none can settle it. */
  readonly settledBy: { readonly criterion: Criterion } | { readonly outOfReach: string }
  readonly path: Path
}
