// What went wrong, for a terminal: a fault a line, the first of them where there are many.

import type { Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import { counted } from '../figures.ts'
import { notes, table } from './table.ts'
import { cut, type Line, oneLine, quiet, strong } from './text.ts'

const MOST = 8

export function faultLines({ faults }: Variant, columns: number): readonly Line[] {
  if (faults.length === 0) return []
  const shown = faults.slice(0, faults.length > MOST ? MOST - 1 : MOST)
  const more = faults.length - shown.length
  return [
    [],
    [strong('what went wrong'), quiet(`  ${counted(faults.length, 'fault')} of the first seed`)],
    ...table(
      [
        { title: '', align: 'right', cells: shown.map(({ at }) => format(at, 'ns')) },
        { title: '', align: 'left', cells: shown.map(({ kind }) => kind) },
        { title: '', align: 'left', cells: shown.map(({ target }) => cut(oneLine(target), 30)) },
        { title: '', align: 'left', least: 0, cells: shown.map(({ detail }) => quiet(oneLine(detail))) },
      ],
      columns,
    ),
    ...(more > 0 ? notes([`and ${more} more: rehearsal faults prints them all`], columns) : []),
  ]
}
