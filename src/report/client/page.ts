// What the functions that add something to a page share.

import type { Address } from './address.ts'
import type { Remaining } from './remaining.ts'
import type { ChartTables } from './tables.ts'

export interface Page {
  readonly address: Address
  readonly tables: ChartTables
  /** Places of the variants that the filter leaves; told when it changes. */
  readonly remaining: Remaining
  /** The scenario's name. */
  readonly scenario: string
}
