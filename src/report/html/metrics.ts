// The figures: tiles and a table of all metrics for one variant, a table of variants for several, and where time went.

import type { Finding } from '../../gate/verdict.ts'
import type { Breakdown, MetricValue, Result, Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import { type Axis, axesOf, positionOn } from '../axes.ts'
import { largestParts, meaningOfPart, OF, overall } from '../breakdown.ts'
import { label } from '../charts/labels.ts'
import { ABSENT, counted, percent, times } from '../figures.ts'
import { changeOf } from '../gate/words.ts'
import { type Held, shareOf } from '../held.ts'
import { headlineMetrics, keyMetrics, metricNames } from '../key-metrics.ts'
import { type Markup, markup } from '../markup.ts'
import {
  amdahlInWords,
  causesOf,
  lastInWords,
  otherLawsInWords,
  serialInWords,
  speedupTitle,
  unitOf,
} from '../verdicts.ts'
import { figureCell, framed, shownFigure, table } from './table.ts'

const TILES = 5
/** Where there are more metrics, all but those that matter most are to be opened. */
const MOST_STANDING = 24
/** Of metrics, where variants are the rows. */
const MOST_COLUMNS = 12
/** Of a parameter's value, in characters. */
const LONGEST_PLACE = 80
/** Beyond so many cells the table of all metrics is left to the result file. */
const MOST_CELLS = 6000

/** `held`: what the figures were; told beside those of a single variant. */
export function metricsSection(result: Result, held?: Held): Markup | null {
  const only = result.variants.length === 1 ? result.variants[0]! : undefined
  if (metricNames(result).length === 0) return null
  return only === undefined ? variantsSection(result) : figuresSection(result, only, held)
}

/** The most telling figures of one variant, large. */
export function keyFigures(result: Result): Markup | null {
  const only = result.variants.length === 1 ? result.variants[0]! : undefined
  const names = keyMetrics(result, TILES)
  if (only === undefined || names.length === 0) return null
  const tiles = names.map(
    (name) => markup`<li><small>${name}</small><b>${shownFigure(only.metrics[name])}</b></li>`,
  )
  return markup`<ul class="tiles">${tiles}</ul>`
}

function figuresSection(result: Result, { metrics, seeds }: Variant, held: Held | undefined): Markup {
  const key = keyMetrics(result)
  const all = [...key, ...metricNames(result).filter((name) => !key.includes(name))]
  const few = all.length <= MOST_STANDING
  const figures = (label: string, names: readonly string[], sorted: string): Markup =>
    framed(label, figuresTable(metrics, names, held, sorted))
  return markup`<h2>Figures</h2><p class="quiet">${seedsInWords(seeds)}${hasInterval(Object.values(metrics)) ? intervalInWords(seeds) : ''}</p>${
    few
      ? figures('All metrics', all, 'metrics')
      : markup`${figures('Key metrics', key, 'key')}<details data-open="all"><summary>All ${all.length} metrics</summary>${figures('All metrics', all, 'metrics')}</details>`
  }`
}

function figuresTable(
  metrics: Variant['metrics'],
  names: readonly string[],
  held: Held | undefined,
  sorted: string,
): Markup {
  const before = new Map(held?.findings.map((finding) => [finding.metric, finding]))
  const rows = names.map((name) => {
    const metric = metrics[name]!
    return markup`<tr><th scope="row">${name}</th>${figureCell(metric)}${held ? baselineCells(before.get(name)) : null}<td class="wide">${metric.meaning}</td></tr>`
  })
  const figure = true
  return table(
    [
      { title: 'Metric' },
      { title: 'Figure', figure },
      ...(held
        ? [
            { title: 'Baseline', figure },
            { title: 'Change', figure },
          ]
        : []),
      { title: 'Meaning' },
    ],
    rows,
    sorted,
  )
}

/** Empty where the baseline has not kept the figure. */
const baselineCells = (finding: Finding | undefined): Markup =>
  finding === undefined
    ? markup`<td></td><td></td>`
    : markup`<td class="figure" data-value="${finding.baseline ?? ''}">${finding.baseline === null ? ABSENT : format(finding.baseline, finding.unit)}</td><td class="figure" data-value="${shareOf(finding)}">${changeOf(finding)}</td>`

const seedsInWords = (seeds: readonly string[]): string =>
  seeds.length > 1
    ? `Means over ${counted(seeds.length, 'seed')}.`
    : 'One seed: figures of virtual time are exact for it, and say nothing of others.'

const intervalInWords = (seeds: readonly string[]): string =>
  ` ± is half of a 95 % interval${seeds.length > 1 ? '' : ' over batches of the run'}.`

const hasInterval = (metrics: readonly MetricValue[]): boolean =>
  metrics.some(({ interval }) => interval !== null)

function variantsSection(result: Result): Markup {
  const axes = axesOf(result.variants)
  const key = headlineMetrics(result, MOST_COLUMNS)
  const names = metricNames(result)
  const rest = names.filter((name) => !key.includes(name))
  const shown = [...key, ...rest]
  const { seeds } = result.variants[0]!
  const meanings = names.map(
    (name) =>
      markup`<dt>${name}</dt><dd>${result.variants.map((variant) => variant.metrics[name]?.meaning).find((meaning) => meaning !== undefined) ?? ''}</dd>`,
  )
  const everything =
    rest.length === 0
      ? null
      : shown.length * result.variants.length <= MOST_CELLS
        ? markup`<details data-open="all"><summary>All ${names.length} metrics</summary>${framed('All metrics of all variants', variantsTable(result, axes, shown, 'all'))}</details>`
        : markup`<p class="quiet">${counted(rest.length, 'more metric')} in the result file.</p>`
  return markup`<h2>Variants against each other</h2><p class="quiet">${seedsInWords(seeds)}${
    result.variants.some((variant) => hasInterval(Object.values(variant.metrics)))
      ? intervalInWords(seeds)
      : ''
  }</p>${framed('Key metrics of all variants', variantsTable(result, axes, key, 'key'))}${everything}<details data-open="meanings"><summary>What the metrics mean</summary><dl>${meanings}</dl></details>`
}

function variantsTable(
  result: Result,
  axes: readonly Axis[],
  metrics: readonly string[],
  name: string,
): Markup {
  const places =
    axes.length === 0
      ? [{ title: 'Variant' }]
      : axes.map(({ name, numeric }) => ({ title: name, figure: numeric }))
  const failing = result.variants.some((variant) => variant.checks.some(({ pass }) => pass === false))
  const rows = result.variants.map((variant) => {
    const failed = variant.checks.filter(({ pass }) => pass === false).length
    const place =
      axes.length === 0
        ? markup`<td class="name">${variant.name}</td>`
        : axes.map((axis) => placeCell(variant, axis))
    const verdict = !failing
      ? null
      : markup`<td data-value="${failed}">${failed === 0 ? null : markup`<span class="mark bad">${failed} failed</span>`}</td>`
    return markup`<tr>${place}${verdict}${metrics.map((name) => figureCell(variant.metrics[name]))}</tr>`
  })
  return table(
    [
      ...places,
      ...(failing ? [{ title: 'Checks' }] : []),
      ...metrics.map((title) => ({ title, figure: true })),
    ],
    rows,
    name,
  )
}

const placeCell = (variant: Variant, axis: Axis): Markup =>
  markup`<td class="${axis.numeric ? 'figure' : 'name'}">${label(positionOn(variant, axis), LONGEST_PLACE)}</td>`

const MOST_PARTS = 12

/** Where the time of one variant's requests went, by part and percentile. */
export function breakdownSection(result: Result): Markup | null {
  const breakdowns =
    result.variants.length === 1 ? result.variants[0]!.breakdown.filter(({ latency }) => latency > 0) : []
  const all = overall(breakdowns)
  if (all === undefined) return null
  const others = breakdowns.filter(({ of }) => of !== 'all')
  const rows = largestParts(all, MOST_PARTS).map(([part, time]) => {
    const share = time / all.latency
    return markup`<tr><th scope="row">${part}</th><td class="figure">${format(time, 'ns')}</td><td class="figure">${percent(share)}</td><td><span class="share" style="width:${Math.max(1, Math.round(share * 120))}px"></span></td>${others.map((one) => partCell(one, part))}<td class="wide">${meaningOfPart(part)}</td></tr>`
  })
  const sum = markup`<tr><th scope="row"><b>all</b></th><td class="figure"><b>${format(all.latency, 'ns')}</b></td><td class="figure">100 %</td><td></td>${others.map(({ latency }) => markup`<td class="figure"><b>${format(latency, 'ns')}</b></td>`)}<td></td></tr>`
  return markup`<h2>Where the time goes</h2><p class="quiet">Mean of ${counted(all.requests, 'request')}, and of those around a percentile. The parts sum to the whole.</p>${framed(
    'Latency by part',
    table(
      [
        { title: 'Part' },
        { title: OF.all, figure: true },
        { title: 'share', figure: true },
        { title: '' },
        ...others.map(({ of }) => ({ title: OF[of], figure: true })),
        { title: 'Meaning' },
      ],
      [...rows, sum],
    ),
  )}`
}

const partCell = ({ parts }: Breakdown, part: string): Markup =>
  markup`<td class="figure">${Object.hasOwn(parts, part) ? format(parts[part]!, 'ns') : '–'}</td>`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export function speedupSection(result: Result): Markup | null {
  if (result.speedups.length === 0) return null
  const tables = result.speedups.map((speedup) => {
    const unit = unitOf(result, speedup.metric)
    const { efficiencies, attribution } = speedup
    const causes = attribution ? causesOf(attribution) : []
    const cell = (text: string | number): Markup => markup`<td class="figure">${text}</td>`
    const rows = speedup.points.map(([p, value, factor], i) => {
      const point = efficiencies?.[i]
      const shares = attribution?.[i]
      return markup`<tr>${cell(p)}${cell(format(value, unit))}${cell(times(factor))}${
        point ? [cell(percent(point.efficiency)), cell(serialInWords(point))] : null
      }${shares ? [shares.useful, ...causes.map((cause) => shares.lost[cause])].map((share) => cell(percent(share))) : null}</tr>`
    })
    return markup`<h3>${speedupTitle(speedup)}</h3><p class="quiet">${[lastInWords(speedup), amdahlInWords(speedup), ...otherLawsInWords(speedup)].map(capital).join('. ')}.</p>${framed(
      speedupTitle(speedup),
      table(
        [
          { title: speedup.axis, figure: true },
          { title: speedup.metric, figure: true },
          { title: 'speedup', figure: true },
          ...[
            ...(efficiencies ? ['efficiency', 'Karp-Flatt'] : []),
            ...(attribution ? ['useful', ...causes] : []),
          ].map((title) => ({ title, figure: true })),
        ],
        rows,
      ),
    )}`
  })
  return markup`<h2>Speedup</h2>${tables}`
}
