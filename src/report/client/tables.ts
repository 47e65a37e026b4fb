// The figures of charts: as tables that are filled when they are opened, and what a CSV file is made of.

import type { DataTable } from '../charts/chart.ts'
import { dataTable, MOST_SHOWN } from '../html/data-table.ts'
import { openPack } from './packs.ts'
import type { Page } from './page.ts'

export type Tables = Readonly<Record<string, DataTable>>

export class ChartTables {
  #standing: Tables | undefined
  #drawn: Tables | null = null

  of(name: string): DataTable | undefined {
    this.#standing ??= JSON.parse(openPack('tables') ?? '{}') as Tables
    const tables = { ...this.#standing, ...this.#drawn }
    return Object.hasOwn(tables, name) ? tables[name] : undefined
  }

  /** Of what was drawn anew for good, whatever is filtered. */
  stand(tables: Tables): void {
    this.of('')
    this.#standing = { ...this.#standing, ...tables }
  }

  /** Of charts that were drawn anew; `null`: those of the page as it came. */
  replace(drawn: Tables | null): void {
    this.#drawn = drawn
  }
}

/** Those that are too long to stand on the page get their other rows when they are opened. */
export function attachTables(within: ParentNode, { tables }: Page): void {
  for (const details of within.querySelectorAll<HTMLDetailsElement>('details[data-table]')) {
    const fill = (): void => {
      const table = tables.of(details.dataset.table!)
      const title = details.closest('figure')?.querySelector('h3')?.textContent ?? ''
      if (!details.open || !table || table.rows.length <= details.querySelectorAll('tbody tr').length) return
      details.removeEventListener('toggle', fill)
      const summary = details.querySelector('summary')!
      details.innerHTML = dataTable(title, table, MOST_SHOWN).text
      details.prepend(summary)
    }
    details.addEventListener('toggle', fill)
  }
}
