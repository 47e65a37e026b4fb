// Columns of the tables beside charts: names with their units, and several lines over one time.

import type { Unit } from '../../units.ts'
import type { Point } from '../series.ts'
import type { DataTable } from './chart.ts'

/** `latency.p95 (ns)`; the name alone where the unit says nothing. */
export const column = (name: string, unit: Unit): string =>
  unit === 'count' || unit === 'number' ? name : `${name} (${unit})`

/** A row for each bin of virtual time, by its beginning, and a column a line. */
export function timeTable(
  names: readonly string[],
  lines: readonly (readonly Point[])[],
  unit: Unit,
): DataTable {
  const rows = new Map<number, (number | null)[]>()
  lines.forEach((points, line) => {
    for (const { from, value } of points) {
      const row = rows.get(from) ?? [from, ...names.map(() => null)]
      row[line + 1] = value
      rows.set(from, row)
    }
  })
  return {
    columns: [column('virtual time', 'ns'), ...names.map((name) => column(name, unit))],
    rows: [...rows.values()].sort(([a], [b]) => a! - b!),
  }
}
