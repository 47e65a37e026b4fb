// What a metric hangs on: a bar for each input, most effect first.

import { format, type Unit } from '../../units.ts'
import { scaleOf } from '../figures.ts'
import {
  type SensitivityTitles,
  type ShownInput,
  type ShownSensitivity,
  spanOf,
} from '../terminal/sensitivity.ts'
import { linearAxis } from './axis.ts'
import type { Drawing, Spec } from './chart.ts'
import { label, labels, rowAxis, seriesColour, widthBeside } from './labels.ts'
import { INK, WIDTH } from './theme.ts'

const MOST_ROWS = 24

export function tornado(found: ShownSensitivity, titles: SensitivityTitles): Drawing | undefined {
  const { metric, method } = titles
  const shown = found.inputs.filter((input) => spanOf(input) !== null).slice(0, MOST_ROWS)
  const [first] = shown
  if (!first) return undefined
  const rows = labels(shown.map(({ name, ends }) => `${name} ${ends[0]} to ${ends[1]}`))
  const unit = method === 'sobol' ? 'number' : titles.unit
  const left = found.inputs.length - shown.length
  return {
    name: 'sensitivity',
    title: `${label(metric)} hangs most on ${label(first.name)}: ${sizeInWords(first, unit)}`,
    caption: `${CAPTIONS[method]}${left > 0 ? ` ${left} of ${found.inputs.length} are left out.` : ''}`,
    spec: {
      width: widthBeside(rows),
      height: { step: 30 },
      layer: layersOf({ base: found.base, shown, rows }, { ...titles, unit }),
    },
  }
}

const TITLES: Partial<Record<SensitivityTitles['method'], string>> = {
  morris: 'μ* and σ',
  sobol: 'share of the variance',
}

const CAPTIONS: Readonly<Record<SensitivityTitles['method'], string>> = {
  'one-at-a-time':
    'Each bar reaches from the figure at one end of an input’s range to that at the other, all else as the scenario has it; the line is the scenario as it is.',
  morris:
    'Each bar is μ*, how much the figure moves over an input’s whole range; the bar below is σ, large where that bends or depends on the other inputs.',
  sobol:
    'Shares of the figure’s variance where all inputs vary at once: of each alone (first order), and with all that it takes part in (total). The thin lines are 95 % intervals.',
}

function sizeInWords({ effect, ends }: ShownInput, unit: Unit): string {
  switch (effect.method) {
    case 'one-at-a-time': {
      const [from, to] = [effect.points[0]!.figure!, effect.points.at(-1)!.figure!]
      return `${format(from, unit)} at ${label(ends[0])}, ${format(to, unit)} at ${label(ends[1])}`
    }
    case 'morris':
      return `it moves it by ${format(effect.size, unit)}`
    case 'sobol':
      return `${format(effect.total, 'ratio')} of the variance`
  }
}

interface Bar {
  readonly row: string
  readonly series: string
  readonly from: number
  readonly to: number
  readonly low?: number
  readonly high?: number
}

/** The bars of one input. */
function barsOf(input: ShownInput, row: string, base: number): readonly Bar[] {
  const { effect } = input
  switch (effect.method) {
    case 'one-at-a-time': {
      const bar = (series: string, figure: number): Bar => ({ row, series, from: base, to: figure })
      return [
        bar('at the low end', effect.points[0]!.figure!),
        bar('at the high end', effect.points.at(-1)!.figure!),
      ]
    }
    case 'morris':
      return [
        { row, series: 'μ*', from: 0, to: effect.size },
        { row, series: 'σ', from: 0, to: effect.spread },
      ]
    case 'sobol':
      return [
        { row, series: 'first order', from: 0, to: effect.first, ...effect.firstInterval },
        { row, series: 'total', from: 0, to: effect.total, ...effect.totalInterval },
      ]
  }
}

/** The bars, with the intervals of shares upon them, and the line of the scenario as it is. */
function layersOf(
  { base, shown, rows }: { base: number | null; shown: readonly ShownInput[]; rows: readonly string[] },
  { metric, method, unit }: SensitivityTitles,
): readonly Spec[] {
  const bars = shown.flatMap((input, i) => barsOf(input, rows[i]!, base ?? spanOf(input)![0]))
  const largest = Math.max(
    ...bars.flatMap(({ from, to, low = to, high = to }) => [from, to, low, high].map(Math.abs)),
  )
  const scale = scaleOf(largest, unit)
  const values = bars.map(({ from, to, low, high, ...bar }) => ({
    ...bar,
    from: from / scale.size,
    to: to / scale.size,
    ...(low === undefined || high === undefined ? {} : { low: low / scale.size, high: high / scale.size }),
  }))
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    scale: { zero: method !== 'one-at-a-time', nice: true },
    axis: linearAxis(scale, largest, TITLES[method] ?? metric),
  })
  const y = { field: 'row', type: 'nominal', sort: rows, axis: rowAxis(null) }
  const names = [...new Set(bars.map(({ series }) => series))]
  const beside = method === 'one-at-a-time' ? {} : { yOffset: { field: 'series', sort: names } }
  const color = seriesColour(names, WIDTH)
  return [
    {
      data: { values },
      mark: { type: 'bar' },
      encoding: { y, ...beside, x: x('from'), x2: { field: 'to' }, color },
    },
    ...(method === 'sobol'
      ? [
          {
            data: { values },
            mark: { type: 'rule', strokeWidth: 1.4, color: INK.light },
            encoding: { y, ...beside, x: x('low'), x2: { field: 'high' } },
          },
        ]
      : []),
    ...(method === 'one-at-a-time' && base !== null
      ? [
          {
            data: { values: [{ base: base / scale.size }] },
            mark: { type: 'rule', strokeWidth: 1.4, color: INK.light },
            encoding: { x: x('base') },
          },
        ]
      : []),
  ]
}
