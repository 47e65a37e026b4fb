// Sections of a result's page about what is not of the result itself: the baseline that it is held against.

import type { Result } from '../../results/result.ts'
import { baselineCharts } from '../charts/baseline.ts'
import type { Drawing } from '../charts/chart.ts'
import { tableOf } from '../charts/data-table.ts'
import { drawSvg } from '../charts/draw.ts'
import { type Figure, figureOf } from '../figure.ts'
import type { Held } from '../held.ts'
import { baselineSection } from './baseline.ts'
import type { Section } from './drawn.ts'

export interface Beside {
  readonly held?: Held | undefined
}

export async function besideSections(result: Result, { held }: Beside): Promise<readonly Section[]> {
  if (!held) return []
  const figures = await figuresOf(baselineCharts(result, held))
  return [{ id: 'baseline', title: 'Baseline', body: baselineSection(held, figures) }]
}

/** One after the other: Vega holds much memory while it draws. */
async function figuresOf(drawings: readonly Drawing[]): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const drawing of drawings) {
    const { name, title, caption, spec } = drawing
    const drawn = await drawSvg(spec, name)
    figures.push(figureOf({ name, title, caption, drawn, table: tableOf(drawing) }))
  }
  return figures
}
