// The charts of a result as files for documents: which are asked for, and one file of each in each format.

import { join } from 'node:path'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { BASELINE_CHART } from '../report/charts/baseline.ts'
import type { Drawing } from '../report/charts/chart.ts'
import { tableOf } from '../report/charts/data-table.ts'
import { CHARTS } from '../report/charts/registry.ts'
import { csvOf } from '../report/csv.ts'
import type { Result } from '../results/result.ts'
import { unbroken, writeWhole } from './files.ts'
import type { Terminal } from './terminal.ts'

export const CHART_FORMATS = ['svg', 'png', 'csv'] as const
export type ChartFormat = (typeof CHART_FORMATS)[number]

export interface Named {
  /** As `--charts` has it. */
  readonly chart: string
  readonly drawing: Drawing
}

export interface Chosen {
  readonly drawings: readonly Drawing[]
  /** What was asked for and this result has nothing to draw for. */
  readonly missing: readonly string[]
  /** The charts that there are of this result. */
  readonly there: readonly string[]
}

/** Charts of a result and of something beside it. */
export const BESIDE_CHARTS = [BASELINE_CHART]

/** The drawings of the charts whose names, or their own, begin so; all where none is named. Throws ScenarioError for what is no chart's name. */
export function chosenCharts(
  result: Result,
  asked: readonly string[],
  beside: readonly Named[] = [],
): Chosen {
  const drawn = CHARTS.flatMap(({ name, draw }) => draw(result).map((drawing) => ({ chart: name, drawing })))
  const all = [...beside, ...drawn]
  const known = [...CHARTS.map(({ name }) => name), ...BESIDE_CHARTS.map(({ name }) => name)]
  const begins = ({ chart, drawing }: Named, text: string): boolean =>
    chart.startsWith(text) || drawing.name.startsWith(text)
  const missing = asked.filter((text) => !all.some((named) => begins(named, text)))
  const unknown = missing.filter((text) => !known.some((name) => name.startsWith(text)))
  if (unknown.length > 0) throw new ScenarioError(unknown.map((text) => unknownName('chart', text, known)))
  const chosen = asked.length === 0 ? all : all.filter((named) => asked.some((text) => begins(named, text)))
  return {
    drawings: chosen.map(({ drawing }) => drawing),
    missing,
    there: [...new Set(all.map(({ chart }) => chart))],
  }
}

/** @param width of a PNG, in pixels */
export async function writeCharts(
  drawings: readonly Drawing[],
  formats: readonly ChartFormat[],
  folder: string,
  width: number | undefined,
  terminal: Terminal,
): Promise<void> {
  for (const drawing of drawings)
    for (const { format, data, warning } of await filesOf(drawing, formats, width)) {
      const path = join(folder, 'charts', `${drawing.name}.${format}`)
      await unbroken(() => writeWhole(path, data))
      terminal.print(`wrote ${path}`)
      if (warning) terminal.complain(`${path}: ${warning}`)
    }
}

interface Made {
  readonly format: ChartFormat
  readonly data: string | Uint8Array
  readonly warning?: string | undefined
}

/** One drawing in each format. The drawing libraries are loaded only here: they take their time. */
async function filesOf(
  drawing: Drawing,
  formats: readonly ChartFormat[],
  width: number | undefined,
): Promise<readonly Made[]> {
  const made: Made[] = []
  const { renderSvg } = await import('../report/svg.ts')
  const svg = formats.some((format) => format !== 'csv') ? (await renderSvg(drawing)).svg : ''
  for (const format of formats)
    switch (format) {
      case 'svg':
        made.push({ format, data: svg })
        break
      case 'csv':
        made.push({ format, data: csvOf(tableOf(drawing)) })
        break
      case 'png': {
        const { pngOf } = await import('./png.ts')
        const { data, lacking } = await pngOf(svg, width)
        made.push({ format, data, warning: lackingInWords(lacking) })
      }
    }
  return made
}

const MOST_CHARACTERS = 12

/** The SVG has them: there the viewer's fonts stand in. */
const lackingInWords = (characters: readonly string[]): string | undefined =>
  characters.length === 0
    ? undefined
    : `its font, Arimo, lacks ${characters.length === 1 ? 'a character' : `${characters.length} characters`}, each an empty box: ${quote(
        characters.slice(0, MOST_CHARACTERS).join(' ') + (characters.length > MOST_CHARACTERS ? ' …' : ''),
      )}; --format svg shows them`
