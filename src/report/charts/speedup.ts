// Speedup over an axis: measured points, the law that fits them best, and the ideal line.

import type { Result, Speedup } from '../../results/result.ts'
import { times } from '../figures.ts'
import { safeFileName } from '../file-name.ts'
import { amdahlInWords, unitOf } from '../verdicts.ts'
import { placeAxis } from './axis.ts'
import type { Chart, Drawing } from './chart.ts'
import { column } from './columns.ts'
import { label, labels, seriesColour } from './labels.ts'
import { HEIGHT, QUIET, WIDTH } from './theme.ts'

const MOST_LINES = 6
const MOST_DRAWINGS = 4
const CURVE_POINTS = 60
/** Both axes are logarithmic where the largest P is so many times the smallest. */
const LOGARITHMIC_FROM = 64

export const speedup: Chart = {
  name: 'speedup',
  meaning: 'What does one more buy?',
  shows: 'all',
  draw(result) {
    const groups = new Map<string, Speedup[]>()
    for (const one of result.speedups) {
      if (one.points.length < 2) continue
      const key = JSON.stringify([one.axis, one.metric])
      groups.set(key, [...(groups.get(key) ?? []), one])
    }
    return [...groups.values()].slice(0, MOST_DRAWINGS).map((group, i) => drawing(result, group, i))
  },
}

function drawing(result: Result, group: readonly Speedup[], i: number): Drawing {
  const shown = group.slice(0, MOST_LINES)
  const { axis, metric } = shown[0]!
  const names = labels(shown.map(({ where }) => Object.values(where).join(' · ') || metric))
  const others = Object.keys(shown[0]!.where).join(' · ') || null
  const positions = shown.flatMap(({ points }) => points.map(([p]) => p))
  const [low, high] = [Math.min(...positions), Math.max(...positions)]
  const factors = shown.flatMap(({ points }) => points.map(([, , factor]) => factor))
  const highest = Math.max(...factors)
  const logarithmic = low > 0 && high / low >= LOGARITHMIC_FROM && Math.min(...factors) > 0
  const ideal = [low, Math.min(high, low * highest * 1.25)].map((p) => ({ p, factor: p / low }))
  const points = shown.flatMap(({ points }, line) =>
    points.map(([p, , factor]) => ({ p, factor, series: names[line] })),
  )
  const curves = shown.flatMap((one, line) =>
    curve(one, low, high, logarithmic).map((point) => ({ ...point, series: names[line] })),
  )
  const unfitted = shown.flatMap(({ amdahl, usl, points }, line) =>
    amdahl === null && usl === null
      ? points.map(([p, , factor]) => ({ p, factor, series: names[line] }))
      : [],
  )
  const best = shown.reduce((most, one) => (lastFactor(one) > lastFactor(most) ? one : most))
  const scale = logarithmic ? { type: 'log', nice: false } : { zero: true, nice: false }
  const ticks = [...new Set(positions)].sort((a, b) => a - b)
  const x = {
    field: 'p',
    type: 'quantitative',
    scale: { ...scale, padding: logarithmic ? 10 : 0 },
    axis: placeAxis(axis, ticks, 8),
  }
  const y = {
    field: 'factor',
    type: 'quantitative',
    scale,
    axis: { title: 'speedup (times)', tickCount: 6 },
  }
  const color = seriesColour(names, WIDTH, others)
  const left = group.length - shown.length
  return {
    name: i === 0 ? 'speedup' : `speedup-${i + 1}-${safeFileName(`${axis}-${metric}`.slice(0, 40))}`,
    title: `${times(lastFactor(best))} with ${best.points.at(-1)![0]} instead of ${best.points[0]![0]} ${label(axis)}`,
    caption: `Points are measured (${label(metric)}); lines are Amdahl's law as fitted, or the Universal Scalability Law where that is closer, thin and dotted where neither fits; the dashed line is the ideal. ${label(amdahlInWords(best), 160)}.${
      left > 0 ? ` ${left} more of ${result.speedups.length} are left out.` : ''
    }`,
    spec: {
      width: WIDTH,
      height: HEIGHT + 20,
      layer: [
        {
          data: { values: ideal },
          mark: { type: 'line', strokeDash: [5, 4], strokeWidth: 1.3, color: QUIET.light },
          encoding: { x, y },
        },
        { data: { values: curves }, mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y, color } },
        {
          data: { values: unfitted },
          mark: { type: 'line', strokeWidth: 1.2, strokeDash: [1, 4] },
          encoding: { x, y, color },
        },
        { data: { values: points }, mark: { type: 'point', size: 64 }, encoding: { x, y, color } },
      ],
    },
    table: {
      columns: [label(others ?? 'of'), label(axis), column(label(metric), unitOf(result, metric)), 'speedup'],
      rows: shown.flatMap(({ points }, line) => points.map((point) => [names[line]!, ...point])),
    },
  }
}

const lastFactor = ({ points }: Speedup): number => points.at(-1)![2]

/** The law through the first point. */
function curve(one: Speedup, low: number, high: number, logarithmic: boolean) {
  const law = lawOf(one)
  if (!law) return []
  const [first, , base] = one.points[0]!
  return Array.from({ length: CURVE_POINTS + 1 }, (_, i) => {
    const share = i / CURVE_POINTS
    const p = logarithmic ? low * Math.exp(share * Math.log(high / low)) : low + share * (high - low)
    return { p, factor: (base * law(p)) / law(first) }
  })
}

/** Speedup by P: Amdahl's law, which has fewer coefficients, unless the other is closer by a hundredth. */
function lawOf({ amdahl, usl }: Speedup): ((p: number) => number) | undefined {
  if (usl && (!amdahl || usl.residual < amdahl.residual - 0.01))
    return (p) => p / (1 + usl.contention * (p - 1) + usl.coherency * p * (p - 1))
  return amdahl ? (p) => 1 / (amdahl.serial + (1 - amdahl.serial) / p) : undefined
}
