// A click on a column's title sorts its table.

import { pressable } from './pressable.ts'

/** Rows by a column, what was not observed last. */
function sorted(rows: readonly HTMLTableRowElement[], column: number, sign: number): HTMLTableRowElement[] {
  const keyed = rows.map((row) => {
    const cell = row.cells[column]!
    return { key: cell.dataset.value ?? cell.textContent, row }
  })
  const numeric = keyed.every(({ key }) => key === '' || !Number.isNaN(Number(key)))
  keyed.sort(({ key: a }, { key: b }) => {
    if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1
    return sign * (numeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0)
  })
  return keyed.map(({ row }) => row)
}

/** Sorts tables of class `sortable`. */
export function attachSorting(within: ParentNode): void {
  for (const table of within.querySelectorAll<HTMLTableElement>('table.sortable')) {
    const body = table.tBodies[0]!
    const titles = [...table.tHead!.rows[0]!.cells]
    titles.forEach((title, column) => {
      pressable(title, () => {
        const sign = title.getAttribute('aria-sort') === 'ascending' ? -1 : 1
        for (const other of titles) other.removeAttribute('aria-sort')
        title.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending')
        body.append(...sorted([...body.rows], column, sign))
      })
    })
  }
}
