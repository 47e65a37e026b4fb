// A series in one line of text (▁▂▃▄▅▆▇█, from zero; a blank where nothing is known), and a share as a bar.

import { condense } from '../series.ts'

const BARS = '▁▂▃▄▅▆▇█'

/** A bar a stretch, in `width` columns or fewer; the highest mean is a full bar. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const condensed = condense(values, width)
  const most = condensed.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
  return condensed
    .map((value) => {
      if (value === null) return ' '
      return BARS[most === 0 ? 0 : Math.min(7, Math.max(0, Math.floor((value / most) * 8)))]
    })
    .join('')
}

/** A share of a whole as a bar of at most `width` columns, in eighths of a column; what is not zero is seen. */
export function bar(ratio: number, width: number): string {
  const eighths = Math.max(ratio > 0 ? 1 : 0, Math.round(Math.min(1, ratio) * width * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8]
}
