// What a chart is: it looks at a result and gives drawings, as Vega-Lite specifications with a title and a caption.

import type { Result } from '../../results/result.ts'

/** A Vega-Lite specification without its theme. Text from a scenario stands in data and domains only, never in an expression or a field's name. */
export type Spec = Readonly<Record<string, unknown>>

/** What a chart shows, as a table: for those who cannot see it, and for a spreadsheet. */
export interface DataTable {
  readonly columns: readonly string[]
  /** A cell a column; `null`: nothing was observed. Figures are in base units, named in brackets: `latency.p95 (ns)`. */
  readonly rows: readonly (readonly (string | number | null)[])[]
}

export interface Drawing {
  /** Unique among the drawings of a result, fit for a file's name. */
  readonly name: string
  /** What is seen, with its figures: `Half of all requests take under 1.2 s, one in a hundred over 5 s`. */
  readonly title: string
  /** How it is to be read, and what it leaves out. */
  readonly caption: string
  readonly spec: Spec
  /** Left out: what stands in the specification's data. */
  readonly table?: DataTable
}

export interface Chart {
  /** Kebab-case; the beginning of its drawings' names. */
  readonly name: string
  /** One line: which question it answers. */
  readonly meaning: string
  /** What it shows where a reader has chosen some seeds or variants; left out: what is chosen. */
  readonly shows?: 'first seed' | 'all seeds' | 'all'
  /** Empty where the result has nothing to draw. */
  draw(result: Result): readonly Drawing[]
}
