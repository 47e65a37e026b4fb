// What a finding is: one thing that whoever decides should know of a result, in a sentence made from its figures.

import type { Result } from '../../results/result.ts'
import type { Unit } from '../../units.ts'

/** A figure that a sentence is made from, as it stands in the result. */
export interface Evidence {
  /** The variant's name. */
  readonly variant: string
  /** The metric's name, or what else of the result it is: `breakdown p99`, `series in-system`. */
  readonly metric: string
  /** In base units. */
  readonly value: number
  readonly unit: Unit
}

export interface Finding {
  /** The finder's, kebab-case. */
  readonly name: string
  /** How much it matters, from 0 to 100; only the order counts. */
  readonly weight: number
  /** One or two sentences of plain text. Names in them are printable and short. */
  readonly text: string
  /** The names of the variants it is about; empty: all. */
  readonly where: readonly string[]
  readonly evidence: readonly Evidence[]
  /** The name of the chart that shows it. */
  readonly chart?: string
}

/** Looks at a result for one thing; finds nothing where there is nothing to say, and never says more than the seeds tell. */
export type Finder = (result: Result) => readonly Finding[]
