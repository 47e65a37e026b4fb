// The sections of a result's page that are drawn anew where a reader chooses some variants and seeds.

import type { Result } from '../../results/result.ts'
import type { Figure } from '../figure.ts'
import type { Held } from '../held.ts'
import { type Markup, markup, prose } from '../markup.ts'
import { dataDetails } from './data-table.ts'
import { diagramElement } from './diagrams.ts'
import { breakdownSection, metricsSection, speedupSection } from './metrics.ts'

export interface Section {
  readonly id: string
  /** As the contents call it. */
  readonly title: string
  /** `null` where there is nothing to say. */
  readonly body: Markup | null
}

/** In the order of the page. `held`: against what its figures stand. */
export const drawnSections = (
  result: Result,
  figures: readonly Figure[],
  held?: Held,
): readonly Section[] => [
  { id: 'charts', title: 'Charts', body: chartsSection(figures) },
  { id: 'figures', title: 'Figures', body: metricsSection(result, held) },
  { id: 'speedup', title: 'Speedup', body: speedupSection(result) },
  { id: 'breakdown', title: 'Breakdown', body: breakdownSection(result) },
]

const chartsSection = (figures: readonly Figure[]): Markup | null => {
  const charts = figures.filter(({ chart }) => chart)
  const diagrams = figures.filter(({ chart }) => !chart)
  if (figures.length === 0) return null
  return markup`<h2>Charts</h2><div class="figures" id="drawn">${charts.map(figureElement)}</div>${
    diagrams.length === 0 ? null : markup`<div class="diagrams">${diagrams.map(diagramElement)}</div>`
  }`
}

export const figureElement = ({ name, title, caption, svg, table }: Figure): Markup =>
  markup`<figure id="chart-${name}" data-name="${name}"><h3>${prose(title)}</h3>${svg}<figcaption>${prose(caption)}</figcaption>${
    table.rows.length === 0 ? null : dataDetails(name, title, table)
  }</figure>`
