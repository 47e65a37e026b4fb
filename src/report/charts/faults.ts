// What went wrong, when and to whom: a lane for each kind of fault and whom it befell.

import type { Fault, Variant } from '../../results/result.ts'
import { counted, scaleOf, titleWithUnit } from '../figures.ts'
import type { Chart, Drawing, Spec } from './chart.ts'
import { column } from './columns.ts'
import { label, labels, rowAxis, seriesColour, widthBeside } from './labels.ts'
import { WIDTH } from './theme.ts'

/** Beyond so many, a lane is all faults of a kind. */
const MOST_LANES = 30

const BEFALLEN = ['host', 'process', 'network', 'protocol'] as const

export const faults: Chart = {
  name: 'faults',
  meaning: 'What went wrong, when and to whom?',
  shows: 'first seed',
  draw(result) {
    // Where all variants had the same faults, one drawing says it.
    const drawn = new Map<string, Variant>()
    for (const variant of result.variants) {
      const key = JSON.stringify(variant.faults)
      if (variant.faults.length > 0 && !drawn.has(key)) drawn.set(key, variant)
    }
    const [variant] = drawn.values()
    return variant === undefined ? [] : [drawing(variant, drawn.size, result.variants.length)]
  },
}

function drawing(variant: Variant, different: number, variants: number): Drawing {
  const { faults } = variant
  return {
    name: 'faults',
    title: `${counted(faults.length, 'fault')}: ${kindsOf(faults)}`,
    caption: `Of the first seed${
      different > 1
        ? `, in ${label(variant.name, 120)}; other variants had others`
        : variants > 1
          ? ', in each variant'
          : ''
    }. A bar without an end lasted to the end of the run; rehearsal faults prints the whole plan.`,
    spec: timeline(variant),
    table: {
      columns: ['kind', 'befell', 'whom', column('from', 'ns'), column('to', 'ns'), 'detail'],
      rows: faults.map(({ kind, befalls, target, at, until, detail }) => [
        label(kind),
        befalls,
        label(target, 160),
        at,
        until,
        label(detail, 160),
      ]),
    },
  }
}

/** `6 crash, 4 partition, 1 pause`, the most frequent first. */
function kindsOf(faults: readonly Fault[]): string {
  const counts = new Map<string, number>()
  for (const { kind } of faults) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${count} ${label(kind)}`)
    .join(', ')
}

function timeline({ faults, series }: Variant): Spec {
  const known = Object.values(series).map(({ start, width, values }) => start + width * values.length)
  const end = Math.max(...known, ...faults.map(({ at, until }) => until ?? at))
  const time = scaleOf(end, 'ns')
  const whole = new Set(faults.map(({ kind, target }) => `${kind} ${target}`))
  const laneOf = ({ kind, target }: Fault) => (whole.size > MOST_LANES ? kind : `${kind} ${target}`)
  const lanes = [...new Set(faults.map(laneOf))]
  const names = labels(lanes, 36)
  const befallen = BEFALLEN.filter((befalls) => faults.some((fault) => fault.befalls === befalls))
  const least = end / 250
  const values = faults.map((fault) => {
    const until = fault.until ?? end
    return {
      lane: names[lanes.indexOf(laneOf(fault))],
      series: fault.befalls,
      begin: fault.at / time.size,
      end: Math.max(until, fault.at + least) / time.size,
    }
  })
  return {
    width: widthBeside(names),
    height: { step: names.length > 12 ? 17 : 24 },
    data: { values },
    mark: { type: 'bar', cornerRadius: 1.5, clip: true },
    encoding: {
      y: { field: 'lane', type: 'nominal', sort: names, axis: rowAxis(null) },
      x: {
        field: 'begin',
        type: 'quantitative',
        scale: { nice: false, domain: [0, end / time.size] },
        axis: { title: titleWithUnit('virtual time', time), tickCount: 8, grid: true },
      },
      x2: { field: 'end' },
      color: seriesColour(befallen, WIDTH, 'what it befell'),
    },
  }
}
