// A table of aligned columns for a terminal.

import { cut, type Line, oneLine, quiet, type Span, type Tone, toned, widthOf, wrap } from './text.ts'

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  readonly cells: readonly (Span | string)[]
  /** The width it may be cut to when the table is too wide; without it the column is never cut. */
  readonly least?: number
  /** A cell that would be cut stands on a line of its own above the others of its row. */
  readonly whole?: boolean
}

const GAP = '  '

const textOf = (cell: Span | string): string => oneLine(typeof cell === 'string' ? cell : cell.text)
const toneOf = (cell: Span | string): Tone => (typeof cell === 'string' ? 'plain' : cell.tone)

export const naturalWidth = (column: Column): number =>
  column.cells.reduce((most, cell) => Math.max(most, widthOf(textOf(cell))), widthOf(oneLine(column.title)))

/** What a table of these columns takes, indented by two, if nothing is cut. */
export const tableWidth = (columns: readonly Column[]): number =>
  columns.reduce((sum, column) => sum + GAP.length + naturalWidth(column), 0)

/** Takes what is too much from the columns that may be cut, the last one first. */
function widthsWithin(columns: readonly Column[], width: number): readonly number[] {
  const widths = columns.map(naturalWidth)
  let excess = tableWidth(columns) - width
  for (let i = columns.length - 1; i >= 0 && excess > 0; i--) {
    const { least } = columns[i]!
    if (least === undefined) continue
    const taken = Math.max(0, Math.min(excess, widths[i]! - least))
    widths[i]! -= taken
    excess -= taken
  }
  return widths
}

/** The lines of a table, with a header unless all titles are empty, indented by two columns. */
export function table(columns: readonly Column[], width: number): readonly Line[] {
  const widths = widthsWithin(columns, width)
  const cell = (i: number, content: string, tone: Tone): readonly Span[] => {
    const text = cut(oneLine(content), widths[i]!)
    const blank = ' '.repeat(widths[i]! - widthOf(text))
    const right = columns[i]!.align === 'right'
    return [toned('plain', GAP + (right ? blank : '')), toned(tone, text), toned('plain', right ? '' : blank)]
  }
  const lines: Line[] = []
  if (columns.some((column) => column.title !== ''))
    lines.push(columns.flatMap((column, i) => cell(i, column.title, 'quiet')))
  const rows = columns[0]?.cells.length ?? 0
  for (let row = 0; row < rows; row++) {
    const spans = columns.map(({ cells, whole }, i) => {
      const [text, tone] = [textOf(cells[row]!), toneOf(cells[row]!)]
      if (!whole || widthOf(text) <= widths[i]!) return cell(i, text, tone)
      lines.push([toned('plain', GAP), toned(tone, text)])
      return cell(i, '', tone)
    })
    lines.push(spans.flat())
  }
  return lines
}

/** Lines of explanation under a table, one for each text or more. */
export const notes = (texts: readonly string[], width: number): readonly Line[] =>
  texts.flatMap((text) => wrap(text, width - 2).map((line): Line => [quiet(`  ${line}`)]))
