// Tables of a page: figures with their intervals, in a frame that scrolls on its own where it is too wide.

import type { MetricValue } from '../../results/result.ts'
import { ABSENT, figure } from '../figures.ts'
import { type Content, type Markup, markup } from '../markup.ts'

/** A frame for a table; `label` names it for those who cannot see it. */
export const framed = (label: string, table: Markup): Markup =>
  markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`

export interface Heading {
  readonly title: string
  readonly figure?: boolean
}

const heading = ({ title, figure = false }: Heading): Markup =>
  figure ? markup`<th scope="col" class="figure">${title}</th>` : markup`<th scope="col">${title}</th>`

/** `sortable`: what the table is called where the page's address says how it is sorted; else it is not. */
export const table = (headings: readonly Heading[], rows: readonly Markup[], sortable?: string): Markup =>
  markup`<table${sortable === undefined ? null : markup` class="sortable" data-sort="${sortable}"`}><thead><tr>${headings.map(heading)}</tr></thead><tbody>${rows}</tbody></table>`

/** `8.31 s ± 0.12 s` with the interval less loud; the value in base units for sorting. */
export const figureCell = (metric: MetricValue | undefined): Markup =>
  markup`<td class="figure" data-value="${metric?.value ?? ''}">${shownFigure(metric)}</td>`

export function shownFigure(metric: MetricValue | undefined): Content {
  const text = figure(metric)
  if (text === ABSENT) return markup`<span class="quiet">${text}</span>`
  const at = text.indexOf(' ± ')
  if (at === -1) return text
  const [, half, unit] = /^ ± (<0.1 %|[^\s/%]*)(.*)$/.exec(text.slice(at)) ?? []
  return markup`${text.slice(0, at)}${unit ?? ''}<span class="interval"> ± ${half ?? ''}</span>`
}
