// Where the time of workers went, over P: stacked bars of what was useful and of each cause of loss, as shares of the worker time P·T.

import type { Attribution, Cause, Speedup } from '../../results/result.ts'
import { percent } from '../figures.ts'
import { causesOf, lastInWords, speedupTitle } from '../verdicts.ts'
import type { Chart, Drawing } from './chart.ts'
import { column } from './columns.ts'
import { label } from './labels.ts'
import { partColours } from './part-colours.ts'
import { HEIGHT, PAPER, SERIES_COLOURS, WIDTH } from './theme.ts'

const MOST_DRAWINGS = 4

const [QUEUE, NETWORK, QUORUM, IDLE] = partColours(['queue', 'network', 'quorum', 'idle'])

/** A cause has one name and one colour in all drawings, whichever of them there are; that of the part of a latency that it is seen as. */
const LOOKS: Readonly<Record<'useful' | Cause, readonly [name: string, colour: string]>> = {
  useful: ['useful', SERIES_COLOURS[0]!],
  contention: ['cores and shared services', QUEUE!],
  serial: ['serial part', SERIES_COLOURS[1]!],
  network: ['network', NETWORK!],
  coherency: ['agreement', QUORUM!],
  stragglers: ['stragglers', SERIES_COLOURS[6]!],
  idle: ['not asked', IDLE!],
  down: ['not up', SERIES_COLOURS[5]!],
}

export const attribution: Chart = {
  name: 'attribution',
  meaning: 'Where does the lost speedup go?',
  shows: 'all',
  draw: ({ speedups }) =>
    speedups
      .flatMap((speedup) => (speedup.attribution ? [{ speedup, attribution: speedup.attribution }] : []))
      .slice(0, MOST_DRAWINGS)
      .map(({ speedup, attribution }, i) => drawing(speedup, attribution, i)),
}

function drawing(speedup: Speedup, attribution: readonly Attribution[], i: number): Drawing {
  const { points, axis } = speedup
  const parts = ['useful', ...causesOf(attribution)] as const
  const share = ({ useful, lost }: Attribution, part: 'useful' | Cause): number =>
    part === 'useful' ? useful : lost[part]
  const where = Object.entries(speedup.where)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
  const places = points.map(([p]) => String(p))
  const values = attribution.flatMap((each, point) =>
    parts.map((part, order) => ({
      p: places[point],
      series: LOOKS[part][0],
      share: 100 * share(each, part),
      order,
    })),
  )
  return {
    name: i === 0 ? 'attribution' : `attribution-${i + 1}`,
    title: `Of the time of ${places.at(-1)} ${label(axis)} ${percent(attribution.at(-1)!.useful)} is useful${where === '' ? '' : `: ${label(where, 60)}`}`,
    caption: `Shares of the worker time P·T; ${label(speedupTitle(speedup), 120)}. Useful is what one alone would have needed for the same work. Of ${label(axis)}, ${lastInWords(speedup)}.`,
    spec: {
      width: WIDTH,
      height: HEIGHT + 20,
      data: { values },
      mark: { type: 'bar', stroke: PAPER.light, strokeWidth: 0.5 },
      encoding: {
        x: {
          field: 'p',
          type: 'nominal',
          sort: places,
          axis: { title: label(axis), labelAngle: 0, grid: false },
          scale: { paddingInner: 0.25, paddingOuter: 0.2 },
        },
        y: {
          field: 'share',
          type: 'quantitative',
          stack: 'zero',
          scale: { domain: [0, 100], nice: false },
          axis: { title: 'share of worker time (%)', tickCount: 5, grid: true },
        },
        color: {
          field: 'series',
          type: 'nominal',
          scale: {
            domain: parts.map((part) => LOOKS[part][0]),
            range: parts.map((part) => LOOKS[part][1]),
          },
          sort: null,
          legend: { title: null, columns: 4 },
        },
        order: { field: 'order', type: 'quantitative' },
      },
    },
    table: {
      columns: [label(axis), ...parts.map((part) => column(LOOKS[part][0], 'ratio'))],
      rows: attribution.map((each, point) => [points[point]![0], ...parts.map((part) => share(each, part))]),
    },
  }
}
