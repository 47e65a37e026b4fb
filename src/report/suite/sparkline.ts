// A course as a drawing of a word's size: bars from zero for variants, a line for time. The colour is that of the text around it.

import { type Markup, markup, trusted } from '../markup.ts'
import type { Course } from './entry.ts'

const WIDTH = 132
const HEIGHT = 30

/** One digit after the point is a tenth of a pixel. */
const pixel = (value: number): number => Math.round(value * 10) / 10

export function sparkline({ over, metric, values, from, to }: Course): Markup {
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[]
  const low = Math.min(0, ...known)
  const high = Math.max(0, ...known)
  // Halved first: the difference of two large numbers may be none.
  const size = high / 2 - low / 2 || 1
  const y = (value: number): number => pixel(1 + (HEIGHT - 2) * (1 - (value / 2 - low / 2) / size))
  const draw = over === 'time' ? line : bars
  const label = `${metric} ${over === 'time' ? 'over time' : 'by variant'}: ${from} to ${to}`
  return markup`<svg class="spark" role="img" aria-label="${label}" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${trusted(
    draw(values, y),
  )}</svg>`
}

type Values = Course['values']

/** A line that breaks where nothing is known. */
function line(values: Values, y: (value: number) => number): string {
  const step = WIDTH / Math.max(1, values.length - 1)
  let drawing = false
  const path = values.map((value, i) => {
    const known = value !== null && Number.isFinite(value)
    const command = known ? `${drawing ? 'L' : 'M'}${pixel(i * step)} ${y(value)}` : ''
    drawing = known
    return command
  })
  return `<path d="${path.join('')}" fill="none" stroke="currentColor" stroke-width="1.5"/>`
}

function bars(values: Values, y: (value: number) => number): string {
  const step = Math.min(14, WIDTH / values.length)
  const width = Math.max(1, step - Math.min(2, step / 3))
  const path = values.map((value, i) =>
    value === null || !Number.isFinite(value)
      ? ''
      : `M${pixel(i * step)} ${y(0)}V${y(value)}h${pixel(width)}V${y(0)}z`,
  )
  return `<path d="${path.join('')}" fill="currentColor" stroke="currentColor" stroke-width=".5"/>`
}
