// What a result's page does beyond being read. Each function adds one thing to what lies within a node; without the script
// all is there to be read, and nothing that would do nothing.

import { Address } from './address.ts'
import { attachDiagrams } from './diagrams.ts'
import { attachDownloads } from './downloads.ts'
import { attachFilters } from './filters.ts'
import { attachOpening } from './opening.ts'
import type { Page } from './page.ts'
import { Redrawing } from './redraw.ts'
import { Remaining } from './remaining.ts'
import { attachSorting } from './sorting.ts'
import { attachTables, ChartTables } from './tables.ts'

/** Added to the document, and again to whatever is drawn anew. */
const ATTACHED = [attachSorting, attachTables, attachDownloads, attachOpening]

const page: Page = {
  address: new Address(),
  tables: new ChartTables(),
  remaining: new Remaining(),
  scenario: document.querySelector<HTMLElement>('main')?.dataset.scenario ?? 'result',
}
for (const attach of ATTACHED) attach(document, page)
attachDiagrams(page)
attachFilters(page, new Redrawing(page, ATTACHED))
