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

/** A metric that a module observes by itself, and how. */
export interface ObservedMetric extends MetricDefinition {
  readonly observed: 'value' | 'count' | 'level'
}

export type ObservedMetrics = Readonly<Record<string, ObservedMetric>>
