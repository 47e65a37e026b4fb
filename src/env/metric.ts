// What a figure is: every metric declares its unit and which direction is better.

import type { Unit } from '../units.ts'

export type Better = 'lower' | 'higher' | 'neither'

export interface MetricDefinition {
  readonly unit: Unit
  readonly better: Better
  /** One line: what it means. */
  readonly meaning: string
}

export type MetricDefinitions = Readonly<Record<string, MetricDefinition>>
