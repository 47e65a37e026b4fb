// What the functions that add something to a page share.

import type { Address } from './address.ts'
import type { ChartTables } from './tables.ts'

export interface Page {
  readonly address: Address
  readonly tables: ChartTables
  /** The scenario's name. */
  readonly scenario: string
}
