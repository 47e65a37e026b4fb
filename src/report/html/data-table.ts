// What a chart shows, as a table beneath it.

import { format, formatNumber, type Unit } from '../../units.ts'
import type { DataTable } from '../charts/chart.ts'
import { ABSENT, counted } from '../figures.ts'
import { type Markup, markup } from '../markup.ts'
import { framed, table } from './table.ts'

/** So many rows stand on the page as it is; its script shows up to `MOST_SHOWN`. */
const MOST_STANDING = 40
export const MOST_SHOWN = 2000

const UNIT = / \((ns|bytes|bytes\/s|\/s|ratio|tokens)\)$/

/** To be opened. `title` names it for those who cannot see it. */
export const dataDetails = (name: string, title: string, data: DataTable): Markup =>
  markup`<details data-table="${name}" data-open="data.${name}"><summary>Data<span class="unseen"> of ${title}</span></summary>${dataTable(title, data)}</details>`

/** At most `most` rows, and how many there are besides. */
export function dataTable(title: string, { columns, rows }: DataTable, most = MOST_STANDING): Markup {
  const units = columns.map((column) => UNIT.exec(column)?.[1] as Unit | undefined)
  const figures = columns.map((_, i) => rows.some((row) => typeof row[i] === 'number'))
  const headings = columns.map((column, i) => ({ title: column.replace(UNIT, ''), figure: figures[i]! }))
  const shown = rows
    .slice(0, most)
    .map((row) => markup`<tr>${row.map((value, i) => cell(value, units[i], figures[i]!))}</tr>`)
  const left = rows.length - shown.length
  return markup`${framed(title, table(headings, shown))}${
    left > 0
      ? markup`<p class="quiet">The first ${formatNumber(shown.length)} of ${counted(rows.length, 'row')}; a CSV file has all of them.</p>`
      : null
  }`
}

function cell(value: string | number | null, unit: Unit | undefined, figure: boolean): Markup {
  if (value === null) return markup`<td class="figure"><span class="quiet">${ABSENT}</span></td>`
  if (typeof value === 'string') return markup`<td class="${figure ? 'figure' : 'name'}">${value}</td>`
  return markup`<td class="figure">${unit === undefined ? plain(value) : format(value, unit)}</td>`
}

/** Percentiles and places need more digits than figures do. */
const plain = (value: number): string =>
  Number.isInteger(value) || Math.abs(value) < 1 ? formatNumber(value) : String(Number(value.toPrecision(6)))
