// A result against its baseline: from the figure then, a ring, to the figure now, a mark by what is said of it. With several variants a
// row a variant, of what matters most; with one a row a metric, by how much it has changed.

import type { Finding } from '../../gate/verdict.ts'
import type { Result } from '../../results/result.ts'
import { independent, labelOf, namesOf, placeOf, representatives } from '../axes.ts'
import { safeFileName } from '../file-name.ts'
import { changeOf, fromTo } from '../gate/words.ts'
import { baselineInWords, type Held, heldInWords, type OutcomeHeld, outcomeHeld } from '../held.ts'
import { headlineFamilies, headlineMetrics } from '../key-metrics.ts'
import { figureAxis } from './axis.ts'
import type { DataTable, Drawing, Spec } from './chart.ts'
import { label, labels, rowAxis, widthBeside } from './labels.ts'
import { QUIET, SERIES_COLOURS } from './theme.ts'

export const BASELINE_CHART = {
  name: 'baseline',
  meaning: 'What has changed against the baseline? (with --baseline)',
} as const

const MOST_METRICS = 3
const MOST_ROWS = 24
const MOST_CHANGES = 16

/** A circle with a hole. */
const RING = 'M0,-1A1,1,0,1,1,0,1A1,1,0,1,1,0,-1ZM0,-0.6A0.6,0.6,0,1,0,0,0.6A0.6,0.6,0,1,0,0,-0.6Z'

/** Told apart by shape and by colour. */
const LOOKS: Readonly<Record<OutcomeHeld, readonly [shape: string, colour: string]>> = {
  better: ['circle', SERIES_COLOURS[2]!],
  worse: ['triangle-up', SERIES_COLOURS[1]!],
  changed: ['diamond', SERIES_COLOURS[0]!],
  'cannot tell': ['square', SERIES_COLOURS[4]!],
  absent: ['cross', SERIES_COLOURS[8]!],
  same: ['circle', SERIES_COLOURS[8]!],
}

/** Nothing where no figure has changed. */
export function baselineCharts(result: Result, held: Held): readonly Drawing[] {
  const told = held.findings.filter(({ baseline, now }) => baseline !== null && now !== null)
  if (told.every(({ answer }) => answer === 'equal')) return []
  if (result.variants.length === 1) return changes(result, held, told)
  const differing = new Set(told.filter(({ answer }) => answer !== 'equal').map(({ metric }) => metric))
  const metrics = headlineFamilies(result, Number.POSITIVE_INFINITY)
    .filter((metric) => differing.has(metric))
    .slice(0, MOST_METRICS)
  return metrics.flatMap((metric, i) => dumbbells(result, held, told, metric, i))
}

interface Row {
  readonly row: string
  readonly before: number
  readonly now: number
  readonly finding: Finding
}

function dumbbells(
  result: Result,
  held: Held,
  told: readonly Finding[],
  metric: string,
  i: number,
): readonly Drawing[] {
  const of = new Map(told.filter((each) => each.metric === metric).map((each) => [each.variant, each]))
  const having = result.variants.filter(({ name }) => of.has(name))
  const shown = representatives(having, metric, MOST_ROWS)
  const axes = independent(result.variants)
  const names = labels(shown.map((variant) => placeOf(variant, axes)))
  const findings = shown.map(({ name }) => of.get(name)!)
  const { size, scale, axis } = figureAxis(
    findings.flatMap(({ baseline, now }) => [baseline!, now!]),
    findings[0]!.unit,
    metric,
  )
  const rows = findings.map((finding, j) => ({
    row: names[j]!,
    before: finding.baseline! / size,
    now: finding.now! / size,
    finding,
  }))
  const left = having.length - shown.length
  const most = largestChange(findings)
  return [
    {
      name: i === 0 ? 'baseline' : `baseline-${i + 1}-${safeFileName(metric.slice(0, 40))}`,
      title: `${label(metric)} against the baseline: ${inWords(most)} with ${label(labelOf(having.find(({ name }) => name === most.variant)!, axes))}`,
      caption: `${captionOf(held)}${left > 0 ? ` ${left} of ${having.length} variants are left out.` : ''}`,
      spec: { height: { step: 26 }, ...layers(rows, held, { scale, axis, title: namesOf(axes) }) },
      table: tableOf([...of.values()]),
    },
  ]
}

/** One variant: metrics of different units, so by how much each has changed. */
function changes(result: Result, held: Held, told: readonly Finding[]): readonly Drawing[] {
  const known = headlineMetrics(result, told.length)
  const rank = ({ metric }: Finding): number =>
    known.includes(metric) ? known.indexOf(metric) : known.length
  const shown = told
    .filter(({ baseline, answer }) => baseline !== 0 && answer !== 'equal')
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST_CHANGES)
  if (shown.length === 0) return []
  const names = labels(shown.map(({ metric }) => metric))
  const share = ({ baseline, now }: Finding): number => (now! - baseline!) / Math.abs(baseline!)
  const { size, scale, axis } = figureAxis(shown.map(share), 'ratio', 'change')
  const rows = shown.map((finding, i) => ({ row: names[i]!, before: 0, now: share(finding) / size, finding }))
  return [
    {
      name: 'baseline',
      title: `${heldInWords(held)}: ${label(shown[0]!.metric)} ${inWords(shown[0]!)}`,
      caption: `${captionOf(held)} Figures that are equal are left out.`,
      spec: { height: { step: 24 }, ...layers(rows, held, { scale, axis, title: null }) },
      table: tableOf(told),
    },
  ]
}

const inWords = (finding: Finding): string => {
  const change = changeOf(finding)
  return `${fromTo(finding)}${change ? ` (${change})` : ''}`
}

const largestChange = (findings: readonly Finding[]): Finding => {
  const size = ({ baseline, now }: Finding): number =>
    baseline === 0 ? Number(now !== 0) : Math.abs(now! - baseline!) / Math.abs(baseline!)
  return findings.reduce((most, each) => (size(each) > size(most) ? each : most))
}

const captionOf = (held: Held): string =>
  `From the ring, the ${label(baselineInWords(held))}, to the mark, the figure now, on the baseline's seeds.${
    held.doubts.length > 0 ? ` ${label(held.doubts[0]!, 160)}.` : ''
  }`

interface Axes {
  readonly scale: Spec
  readonly axis: Spec
  readonly title: string | null
}

function layers(rows: readonly Row[], held: Held, { scale, axis, title }: Axes): Spec {
  const then = label(baselineInWords(held))
  const names = rows.map(({ row }) => row)
  const outcomes = [...new Set(rows.map(({ finding }) => outcomeHeld(finding)))]
  const domain = [then, ...outcomes.map((outcome) => `now: ${outcome}`)]
  const looks = [[RING, QUIET.light] as const, ...outcomes.map((outcome) => LOOKS[outcome])]
  const legend = { title: null, columns: domain.length > 3 ? 2 : domain.length }
  const y = { field: 'row', type: 'nominal', sort: names, axis: { ...rowAxis(title), grid: true } }
  // A mark at the end keeps off the names.
  const x = (field: string) => ({ field, type: 'quantitative', scale: { ...scale, padding: 10 }, axis })
  const what = (range: readonly string[]) => ({
    field: 'what',
    type: 'nominal',
    sort: null,
    scale: { domain, range },
    legend,
  })
  return {
    width: widthBeside(names),
    layer: [
      {
        data: { values: rows.map(({ row, before, now }) => ({ row, before, now })) },
        mark: { type: 'rule', strokeWidth: 2, color: QUIET.light },
        encoding: { y, x: x('before'), x2: { field: 'now' } },
      },
      {
        data: {
          values: rows.flatMap(({ row, before, now, finding }) => [
            { row, value: before, what: then },
            { row, value: now, what: `now: ${outcomeHeld(finding)}` },
          ]),
        },
        mark: { type: 'point', size: 90 },
        encoding: {
          y,
          x: x('value'),
          color: what(looks.map(([, colour]) => colour)),
          shape: what(looks.map(([shape]) => shape)),
        },
      },
    ],
  }
}

const tableOf = (findings: readonly Finding[]): DataTable => ({
  columns: ['metric', 'variant', 'unit', 'baseline', 'now', 'low', 'high', 'seeds', 'outcome'],
  rows: findings.map((finding) => {
    const { metric, variant, unit, baseline, now, interval, seeds } = finding
    return [
      metric,
      variant,
      unit,
      baseline,
      now,
      interval?.[0] ?? null,
      interval?.[1] ?? null,
      seeds,
      outcomeHeld(finding),
    ]
  }),
})
