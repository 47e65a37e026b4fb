// Sections of a result's page about what is not of the result itself: the baseline that it is held against, and what was searched for
// with the same scenario.

import type { Result } from '../../results/result.ts'
import type { Searches } from '../../results/searches.ts'
import { baselineCharts } from '../charts/baseline.ts'
import type { Figure } from '../figure.ts'
import type { Held } from '../held.ts'
import { type Markup, markup } from '../markup.ts'
import { renderFigure } from '../svg.ts'
import { baselineSection } from './baseline.ts'
import { capacityFigure, capacityVerdict } from './capacity.ts'
import { figureElement, type Section } from './drawn.ts'
import { sensitivityFigure, sensitivityVerdict } from './sensitivity.ts'
import { mark } from './verdict.ts'

export interface Beside extends Searches {
  readonly held?: Held | undefined
  /** What lies beside the result and is left out, and why, in sentences. */
  readonly leftOut?: readonly string[]
}

interface BesideSections {
  readonly sections: readonly Section[]
  readonly figures: readonly Figure[]
}

export async function besideSections(result: Result, beside: Beside): Promise<BesideSections> {
  const { held, capacity, sensitivity, leftOut = [] } = beside
  const sections: Section[] = []
  const figures: Figure[] = []
  if (held) {
    // One after the other: Vega holds much memory while it draws.
    for (const drawing of baselineCharts(result, held)) figures.push(await renderFigure(drawing))
    sections.push({ id: 'baseline', title: 'Baseline', body: baselineSection(held, figures) })
  }
  if (capacity) {
    const figure = await capacityFigure(capacity)
    figures.push(figure)
    const body = searchSection('Capacity', capacityVerdict(capacity), figure)
    sections.push({ id: 'capacity', title: 'Capacity', body })
  }
  if (sensitivity) {
    const figure = await sensitivityFigure(sensitivity)
    if (figure) figures.push(figure)
    const body = searchSection('Sensitivity', sensitivityVerdict(sensitivity), figure)
    sections.push({ id: 'sensitivity', title: 'Sensitivity', body })
  }
  if (leftOut.length > 0) {
    const notes = leftOut.map((sentence) => markup`<p>${mark('doubt', 'left out')} ${sentence}.</p>`)
    sections.push({ id: 'left-out', title: 'Left out', body: markup`<h2>Left out</h2>${notes}` })
  }
  return { sections, figures }
}

/** What was found, with its chart and the way to its own page, which lies beside this one. */
const searchSection = (
  kind: 'Capacity' | 'Sensitivity',
  verdict: Markup,
  figure: Figure | undefined,
): Markup =>
  markup`<h2>${kind}</h2>${verdict}${
    figure === undefined ? null : markup`<div class="figures">${figureElement(figure)}</div>`
  }<p><a href="${kind.toLowerCase()}.html">All of it: every trial, and how to repeat it</a></p>`
