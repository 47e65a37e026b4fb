// What faults did to what was going on: of one fault before, after and until it was over; of many, while any lasts against the rest.
// Of the first seed's series. Requests in the system stand for the latency, by Little's law.

import type { Fault, Series, Variant } from '../../results/result.ts'
import { format, formatNumber } from '../../units.ts'
import { worst } from '../axes.ts'
import { label } from '../charts/labels.ts'
import { percent } from '../figures.ts'
import { headlineMetrics } from '../key-metrics.ts'
import type { Finder } from './finding.ts'
import { inBrackets, timesAs } from './wording.ts'

/** So many bins before a fault are enough to know what was usual. */
const LEAST_BINS = 4
const NOTICED = 1.5

export const faultEffects: Finder = (result) => {
  const having = result.variants.filter(
    (variant) => variant.faults.length > 0 && variant.series['in-system'] !== undefined,
  )
  const variant = worst({ ...result, variants: having }, headlineMetrics(result, 1)[0])
  if (variant === undefined || having.length === 0) return []
  const text = variant.faults.length === 1 ? ofOne(variant, variant.faults[0]!) : ofMany(variant)
  if (text === undefined) return []
  const seeds = variant.seeds.length > 1 ? ' (first seed)' : ''
  return [
    {
      name: 'fault-effects',
      weight: text.noticed ? 80 : 48,
      text: `${text.text}${seeds}${inBrackets(result, variant)}.`,
      where: result.variants.length > 1 ? [variant.name] : [],
      evidence: [{ variant: variant.name, metric: 'series in-system', value: text.value, unit: 'count' }],
      chart: 'queue-depth',
    },
  ]
}

interface Told {
  readonly text: string
  readonly noticed: boolean
  readonly value: number
}

interface Bin {
  readonly from: number
  readonly to: number
  readonly value: number
}

const binsOf = ({ start, width, values }: Series): readonly Bin[] =>
  values.flatMap((value, i) =>
    value === null || !Number.isFinite(value)
      ? []
      : [{ from: start + i * width, to: start + (i + 1) * width, value }],
  )

const mean = (bins: readonly Bin[]): number => bins.reduce((sum, { value }) => sum + value, 0) / bins.length

/** `fault at 4 s (crash of node.1)`. */
const inWords = ({ kind, target, detail, at }: Fault): string =>
  `fault at ${format(at, 'ns')} (${label(kind, 30)}${target === '' ? '' : ` of ${label(target, 40)}`}${detail === '' ? '' : `, ${label(detail, 40)}`})`

function ofOne(variant: Variant, fault: Fault): Told | undefined {
  const inSystem = binsOf(variant.series['in-system']!)
  const before = inSystem.filter(({ to }) => to <= fault.at)
  const after = inSystem.filter(({ to }) => to > fault.at)
  if (before.length < LEAST_BINS || after.length === 0) return undefined
  const usual = mean(before)
  const highest = before.reduce((most, { value }) => Math.max(most, value), 0)
  const peak = after.reduce((most, bin) => (bin.value > most.value ? bin : most))
  if (peak.value < Math.max(NOTICED * highest, usual + 1))
    return {
      text: `The ${inWords(fault)} hardly shows: at most ${formatNumber(peak.value)} requests are in the system after it, ${formatNumber(highest)} before`,
      noticed: false,
      value: peak.value,
    }
  const back = after.find(
    (bin, i) =>
      bin.from >= peak.to &&
      after.slice(i, i + 3).every(({ value }) => value <= Math.max(highest, usual * NOTICED)),
  )
  const ended =
    back === undefined
      ? 'and it is not over by the end of the run'
      : `and it is over ${format(back.from - fault.at, 'ns')} after its beginning${fault.until === null || back.from <= fault.until ? '' : `, ${format(back.from - fault.until, 'ns')} after its end`}`
  return {
    text: `The ${inWords(fault)} shows: requests in the system rise from ${formatNumber(usual)} on average to ${formatNumber(peak.value)}${answers(variant, fault, peak)}, ${ended}`,
    noticed: true,
    value: peak.value,
  }
}

/** `, answers fall from 121/s to 0/s`, where they do by a tenth or more, between the fault and the peak. */
function answers({ series }: Variant, { at }: Fault, peak: Bin): string {
  const bins = series.throughput ? binsOf(series.throughput) : []
  const before = bins.filter(({ to }) => to <= at)
  const during = bins.filter(({ from, to }) => from >= at && to <= peak.to)
  if (before.length < LEAST_BINS || during.length === 0) return ''
  const [usual, now] = [mean(before), mean(during)]
  return now <= 0.9 * usual ? `, answers fall from ${format(usual, '/s')} to ${format(now, '/s')}` : ''
}

function ofMany({ faults, series }: Variant): Told | undefined {
  const all = binsOf(series['in-system']!)
  // When all is done, nothing is there to be disturbed.
  const bins = all.slice(0, all.findLastIndex(({ value }) => value > 0) + 1)
  const under = (bin: Bin): boolean =>
    faults.some(({ at, until }) => at < bin.to && (until === null || until > bin.from))
  const [inside, outside] = [bins.filter(under), bins.filter((bin) => !under(bin))]
  if (inside.length < LEAST_BINS || outside.length < LEAST_BINS) return undefined
  const [some, none] = [mean(inside), mean(outside)]
  if (none <= 0 && some <= 0) return undefined
  const share = percent(inside.length / bins.length)
  const noticed = some >= NOTICED * none
  const compared =
    none > 0 && noticed
      ? `${timesAs(some / none)} the ${formatNumber(none)} of the rest of the time`
      : `against ${formatNumber(none)} in the rest`
  return {
    text: `While any of the ${formatNumber(faults.length)} faults lasts (${share} of the time), ${formatNumber(some)} requests are in the system, ${compared}`,
    noticed,
    value: some,
  }
}
