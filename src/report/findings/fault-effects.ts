// What faults did to what was going on: of one fault before, after and until it was over; of many, the one that shows most, or the time
// while any lasts against the rest. Of the first seed's series. Requests in the system stand for the latency, by Little's law.

import type { Fault, Result, Variant } from '../../results/result.ts'
import { format, formatNumber } from '../../units.ts'
import { worst } from '../axes.ts'
import { percent } from '../figures.ts'
import { headlineMetrics } from '../key-metrics.ts'
import { type Bin, binsOf, ENOUGH, faultInWords, meanOf } from './answers.ts'
import type { Finder } from './finding.ts'
import { placed, tellingAxes, timesAs } from './wording.ts'

/** So many bins before a fault are enough to know what was usual. */
const LEAST_BINS = 4
const NOTICED = 1.5
/** A fault shows most only where it shows by so much more than any other. */
const STANDS_OUT = 1.25
/** Of the usual answers, given for as long as a fault lasts: with fewer it shows by that. */
const FEW_ANSWERS = 0.5
const ENOUGH_ANSWERS = 0.75

export const faultEffects: Finder = (result) => {
  const having = result.variants.filter(
    (variant) => variant.faults.length > 0 && variant.series['in-system'] !== undefined,
  )
  const variant = worst({ ...result, variants: having }, headlineMetrics(result, 1)[0])
  if (variant === undefined || having.length === 0) return []
  const told = variant.faults.length === 1 ? ofOne(variant, variant.faults[0]!) : ofMany(variant)
  if (told === undefined) return []
  return [
    {
      name: 'fault-effects',
      // Of several variants it is what befalls one of them.
      weight: told.noticed ? (result.variants.length > 1 ? 66 : 80) : 48,
      text: `${told.text}${whereOf(result, variant)}.`,
      where: result.variants.length > 1 ? [variant.name] : [],
      evidence: [{ variant: variant.name, metric: 'series in-system', value: told.value, unit: 'count' }],
      chart: 'queue-depth',
    },
  ]
}

/** ` (first seed; away=30)`, as far as there are several of either. */
function whereOf(result: Result, variant: Variant): string {
  const parts = [
    ...(variant.seeds.length > 1 ? ['first seed'] : []),
    ...(result.variants.length > 1 ? [placed(variant, tellingAxes(result))] : []),
  ]
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`
}

interface Told {
  readonly text: string
  readonly noticed: boolean
  readonly value: number
}

/** `at 4 s (crash of node.1)`. */
const inWords = (fault: Fault): string => `at ${format(fault.at, 'ns')} (${faultInWords(fault)})`

function ofOne(variant: Variant, fault: Fault): Told | undefined {
  const inSystem = inSystemOf(variant)
  const before = inSystem.filter(({ to }) => to <= fault.at)
  const after = inSystem.filter(({ to }) => to > fault.at)
  if (before.length < LEAST_BINS || after.length === 0) return undefined
  const usual = meanOf(before)
  const highest = highestOf(before)
  const peak = peakOf(after)
  if (peak.value < Math.max(NOTICED * highest, usual + 1)) {
    const fall = fallOf(variant, fault, fault.until ?? Number.POSITIVE_INFINITY, ({ to }) => to <= fault.at)
    return fall === undefined
      ? {
          text: `The fault ${inWords(fault)} hardly shows in the requests: at most ${formatNumber(peak.value)} are in the system after it, ${formatNumber(highest)} before`,
          noticed: false,
          value: peak.value,
        }
      : {
          text: `The fault ${inWords(fault)} shows: ${fall.text}, ${backIn(variant, fault, fall.usual)}`,
          noticed: true,
          value: peak.value,
        }
  }
  const back = after.find(
    (bin, i) =>
      bin.from >= peak.to &&
      after.slice(i, i + 3).every(({ value }) => value <= Math.max(highest, usual * NOTICED)),
  )
  const fall = fallOf(variant, fault, peak.to, ({ to }) => to <= fault.at, 0.9)
  return {
    text: `The fault ${inWords(fault)} shows: requests in the system rise from ${formatNumber(usual)} on average to ${formatNumber(peak.value)}${fall === undefined ? '' : `, ${fall.text}`}, ${back === undefined ? 'and it is not over by the end of the run' : `and it is over ${afterIt(back.from, fault)}`}`,
    noticed: true,
    value: peak.value,
  }
}

const inSystemOf = ({ series }: Variant): readonly Bin[] => {
  const all = binsOf(series['in-system']!)
  // When all is done, nothing is there to be disturbed.
  return all.slice(0, all.findLastIndex(({ value }) => value > 0) + 1)
}

const highestOf = (bins: readonly Bin[]): number => bins.reduce((most, { value }) => Math.max(most, value), 0)

const peakOf = (bins: readonly Bin[]): Bin =>
  bins.reduce((most, bin) => (bin.value > most.value ? bin : most))

/** `30.8 s after its beginning, 802 ms after its end`. */
const afterIt = (instant: number, { at, until }: Fault): string =>
  `${format(instant - at, 'ns')} after its beginning${until === null || instant <= until ? '' : `, ${format(instant - until, 'ns')} after its end`}`

/** `answers fall from 121/s to 0/s`, where between the fault and `until` they are at most this share of those of calm bins. */
function fallOf(
  { series }: Variant,
  { at }: Fault,
  until: number,
  calm: (bin: Bin) => boolean,
  share = FEW_ANSWERS,
): { text: string; usual: number; lost: number } | undefined {
  const bins = series.throughput ? binsOf(series.throughput) : []
  const usually = bins.filter(calm)
  const during = bins.filter(({ from, to }) => from >= at && to <= until)
  if (usually.length < LEAST_BINS || during.length === 0) return undefined
  const [usual, now] = [meanOf(usually), meanOf(during)]
  const expected = (usual * (during.at(-1)!.to - during[0]!.from)) / 1e9
  return now <= share * usual && (share > FEW_ANSWERS || expected >= ENOUGH)
    ? {
        text: `answers fall from ${format(usual, '/s')} to ${format(now, '/s')}`,
        usual,
        lost: expected * (1 - now / usual),
      }
    : undefined
}

/** When answers are as usual again. */
function backIn({ series }: Variant, fault: Fault, usual: number): string {
  const after = binsOf(series.throughput!).filter(({ from }) => from >= (fault.until ?? fault.at))
  const back = after.find(
    (_, i) => i + 3 <= after.length && meanOf(after.slice(i, i + 3)) >= ENOUGH_ANSWERS * usual,
  )
  return back === undefined
    ? 'and they are not back by the end of the run'
    : `and they are back ${afterIt(back.from, fault)}`
}

/** The one that shows most, or the time while any lasts against the rest; one that has no end is one of its instant. */
function ofMany(variant: Variant): Told | undefined {
  const { faults } = variant
  const bins = inSystemOf(variant)
  const ending = faults.filter(({ until }) => until !== null)
  const under = (bin: Bin): boolean => ending.some(({ at, until }) => at < bin.to && until! > bin.from)
  const calm = (bin: Bin): boolean =>
    !under(bin) && !faults.some(({ at, until }) => until === null && at >= bin.from && at < bin.to)
  const [inside, outside] = [bins.filter(under), bins.filter(calm)]
  if (outside.length < LEAST_BINS) return undefined
  const most = mostOf(variant, bins, outside, calm)
  if (most !== undefined)
    return {
      text: `Of the ${formatNumber(faults.length)} faults the one ${inWords(most.fault)} shows most: ${most.text}`,
      noticed: true,
      value: most.value,
    }
  if (inside.length < LEAST_BINS) return undefined
  const [some, none] = [meanOf(inside), meanOf(outside)]
  if (none <= 0 && some <= 0) return undefined
  const noticed = some >= NOTICED * none
  const compared =
    none > 0 && noticed
      ? `${timesAs(some / none)} the ${formatNumber(none)} of the rest of the time`
      : `against ${formatNumber(none)} in the rest`
  const which =
    ending.length === faults.length ? `the ${formatNumber(faults.length)} faults` : 'the faults that end'
  return {
    text: `While any of ${which} lasts (${percent(inside.length / bins.length)} of the time), ${formatNumber(some)} requests are in the system, ${compared}`,
    noticed,
    value: some,
  }
}

/** The fault during which most requests pile up; if with none they do, that with which most answers are missing. */
function mostOf(
  variant: Variant,
  bins: readonly Bin[],
  outside: readonly Bin[],
  calm: (bin: Bin) => boolean,
): { fault: Fault; text: string; value: number } | undefined {
  const usual = meanOf(outside)
  const high = outside.map(({ value }) => value).sort((a, b) => a - b)[Math.floor(0.95 * outside.length)]!
  const found = variant.faults.flatMap((fault, i) => {
    const next = variant.faults.slice(i + 1).find(({ at }) => at > fault.at)?.at ?? Number.POSITIVE_INFINITY
    const end = fault.until ?? next
    const during = bins.filter(({ from, to }) => to > fault.at && from < end)
    return during.length === 0 ? [] : [{ fault, end, peak: peakOf(during) }]
  })
  const top = found.reduce<(typeof found)[number] | undefined>(
    (most, each) => (most === undefined || each.peak.value > most.peak.value ? each : most),
    undefined,
  )
  // What is seen under several at the same time is the largest's.
  const second = found.reduce(
    (most, { peak }) =>
      top !== undefined && peak.to > top.fault.at && peak.from < top.end ? most : Math.max(most, peak.value),
    0,
  )
  if (
    top !== undefined &&
    top.peak.value >= Math.max(NOTICED * high, usual + 1) &&
    top.peak.value >= STANDS_OUT * second
  ) {
    const fall = fallOf(variant, top.fault, top.end, calm)
    return {
      fault: top.fault,
      text: `requests in the system rise from ${formatNumber(usual)} on average to ${formatNumber(top.peak.value)}${fall === undefined ? '' : `, and ${fall.text}`}`,
      value: top.peak.value,
    }
  }
  const falls = found.flatMap(({ fault, end, peak }) => {
    const fall = fallOf(variant, fault, end, calm)
    return fall === undefined ? [] : [{ fault, text: fall.text, lost: fall.lost, value: peak.value }]
  })
  return falls.length === 0 ? undefined : falls.reduce((most, each) => (each.lost > most.lost ? each : most))
}
