// What a diagram is to a report: as a chart, but drawn rather than specified.

import type { Variant } from '../../results/result.ts'
import type { DataTable } from '../charts/chart.ts'
import type { Pen } from './pen.ts'

export interface Diagram {
  /** Unique among the drawings of a result, fit for a file's name. */
  readonly name: string
  /** What is seen, with its figures. */
  readonly title: string
  /** How it is to be read, and what it leaves out. */
  readonly caption: string
  readonly table: DataTable
  readonly width: number
  readonly height: number
  draw(pen: Pen): void
}

/** What of a variant is drawn. */
export type Drawable = Pick<Variant, 'name' | 'faults' | 'traffic' | 'excerpt'>

/** The variant that is drawn, and in words why. */
export interface Chosen<V = Variant> {
  readonly variant: V
  /** A sentence; empty where there was no choice. */
  readonly why: string
}
