// A click on a column's title sorts its table; the order stands in the address.

import type { Page } from './page.ts'
import { pressable } from './pressable.ts'

/** Tables that have a name to be sorted by. */
export function attachSorting(within: ParentNode, { address }: Page): void {
  for (const table of within.querySelectorAll<HTMLTableElement>('table[data-sort]')) {
    const key = `sort.${table.dataset.sort}`
    const body = table.tBodies[0]!
    const standing = [...body.rows]
    const titles = [...table.tHead!.rows[0]!.cells]
    const names = titles.map((title) => title.textContent)
    const show = (): void => {
      const { column, sign } = orderOf(names, address.all(key)[0])
      titles.forEach((title, i) => {
        if (i === column) title.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending')
        else title.removeAttribute('aria-sort')
      })
      body.append(...(column < 0 ? standing : sorted(standing, column, sign)))
    }
    titles.forEach((title, column) => {
      pressable(title, () => {
        const descending = title.getAttribute('aria-sort') === 'ascending'
        address.set(key, [`${descending ? '-' : ''}${names[column]}`])
        show()
      })
    })
    address.onChange(show)
    if (address.all(key).length > 0) show()
  }
}

/** A column's name, or the same behind a minus for the other way round; no column for what is none. */
function orderOf(names: readonly string[], order: string | undefined): { column: number; sign: number } {
  if (order === undefined) return { column: -1, sign: 1 }
  const plain = names.indexOf(order)
  if (plain >= 0 || !order.startsWith('-')) return { column: plain, sign: 1 }
  return { column: names.indexOf(order.slice(1)), sign: -1 }
}

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
