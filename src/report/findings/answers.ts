// Answers over time: what was usual, and when they were missing. Of the first seed's series.

import type { Fault, Result, Series, Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import { label } from '../charts/labels.ts'
import { type Point, pointsOf } from '../series.ts'
import { listed } from './wording.ts'

export interface Bin {
  readonly from: number
  readonly to: number
  readonly value: number
}

export const binsOf = ({ start, width, values }: Series): readonly Bin[] =>
  values.flatMap((value, i) =>
    value === null || !Number.isFinite(value)
      ? []
      : [{ from: start + i * width, to: start + (i + 1) * width, value }],
  )

export const meanOf = (bins: readonly { readonly value: number | null }[]): number =>
  bins.reduce((sum, { value }) => sum + (value ?? 0), 0) / bins.length

/** So many answers are to be expected in a stretch for half of them to be no chance. */
export const ENOUGH = 20

const POINTS = 48
/** With arrivals of another kind answers come and go by themselves. */
const STEADY: readonly unknown[] = ['poisson', 'constant']

interface Dip {
  readonly points: readonly Point[]
  readonly last: boolean
}

/** Stretches in which less than half of the usual is answered. */
function dipsOf({ faults }: Variant, answered: Series): { usual: number; dips: readonly Dip[] } | undefined {
  const points = pointsOf(answered, POINTS).filter(({ value }) => value !== null)
  const first = faults.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY)
  const before = points.filter(({ to }) => to <= first)
  const sorted = points.map(({ value }) => value!).sort((a, b) => a - b)
  // Without a fault, or with one from the beginning on, the better half is what is usual.
  const usual =
    faults.length > 0 && before.length >= 4 ? meanOf(before) : (sorted[Math.floor(0.75 * sorted.length)] ?? 0)
  const dips: { points: Point[]; last: boolean }[] = []
  points.forEach((point, i) => {
    if (point.value! >= usual / 2) return
    const dip = dips.at(-1)
    if (dip?.points.at(-1) === points[i - 1] && dip !== undefined) dip.points.push(point)
    else dips.push({ points: [point], last: false })
    if (i === points.length - 1) dips.at(-1)!.last = true
  })
  const seconds = ({ points }: Dip): number => (points.at(-1)!.to - points[0]!.from) / 1e9
  return usual > 0 ? { usual, dips: dips.filter((dip) => usual * seconds(dip) >= ENOUGH) } : undefined
}

/** `from 60 s to 120 s (crash of node.1)`: where it is a fault's, as that begins and ends, as far as the points can tell. */
function whenOf({ points, last }: Dip, faults: readonly Fault[]): string {
  const [{ from, to }, end] = [points[0]!, points.at(-1)!.to]
  const width = to - from
  const fault = faults.find(({ at }) => at >= from - width && at < to)
  const over = fault?.until != null && Math.abs(fault.until - end) <= width ? fault.until : end
  const until = last && over === end ? 'to the end' : `to ${format(over, 'ns')}`
  return `from ${format(fault?.at ?? from, 'ns')} ${until}${fault === undefined ? '' : ` (${faultInWords(fault)})`}`
}

/** `crash of node.1, for 20 s`; of a service's own faults which: `hang of docker, for 60 s`. */
export function faultInWords({ kind, target, detail }: Fault): string {
  const own = kind === 'service' ? /^fault ([^,]+)(?:, (.+))?$/.exec(detail) : null
  const [what, how] = own === null ? [kind, detail] : [own[1]!, own[2] ?? '']
  return `${label(what, 30)}${target === '' ? '' : ` of ${label(target, 40)}`}${how === '' ? '' : `, ${label(how, 40)}`}`
}

/**
 * ` Most of it is from 300 s to 420 s (outage of api): 0/s are answered then instead of 2/s.`, where about as many are missing then as get none; else
 * nothing: when errors come is not kept.
 */
export function missingAnswers({ scenario }: Result, variant: Variant, errors: number): string {
  const answered = variant.series.throughput
  const workload = (scenario.resolved as { workload?: { arrivals?: { kind?: unknown } } } | null)?.workload
  if (answered === undefined || !STEADY.includes(workload?.arrivals?.kind)) return ''
  const found = dipsOf(variant, answered)
  if (found === undefined || found.dips.length === 0) return ''
  const { usual, dips } = found
  const missing = dips
    .flatMap(({ points }) => points)
    .reduce((sum, { from, to, value }) => sum + ((usual - value!) * (to - from)) / 1e9, 0)
  if (missing < 0.5 * errors || missing > 1.5 * errors) return ''
  const when = dips.map((dip) => whenOf(dip, variant.faults))
  const least = meanOf(dips.flatMap(({ points }) => points))
  const seeds = variant.seeds.length > 1 ? ' (first seed)' : ''
  return ` Most of it is ${listed(when)}: ${format(least, '/s')} are answered then instead of ${format(usual, '/s')}${seeds}.`
}
