// In what two sides of an explanation differ by count, in words: `redis.get: 2 instead of 1 a request`.

import type { CountDifference, CountDifferences, WorkDifference } from '../explain/counts.ts'
import type { Explanation } from '../explain/explanation.ts'
import { format, formatNumber } from '../units.ts'

/** Counts a request that differ by less than this, and counts a run that differ by less than this share, may come of when runs end. */
const WORTH = { least: 0.01, share: 0.03 }
/** What comes as often in the same time, to this share, may come by the clock. */
const BY_THE_CLOCK = 0.02
/** Work that differs by less than this share of what differs most is not told. */
const WORTH_OF_MOST = 0.05
/** Neither is work where less than this share of what differs in the latency is spent in processes; nor bytes, of what is spent on links. */
const WORTH_OF_TIME = 0.01
/** Messages that differ less in size are alike: sizes may be drawn. */
const LARGER = 0.03
/** Neither is work that takes as long each time, to this share, and comes as often. */
const LONGER = 0.003
const MOST_TOLD = 2
/** What differs by less than this share of the share by which the first one does, comes of it more likely than beside it. */
const WORTH_OF_FIRST = 0.4

type Found = Pick<Explanation, 'differences'> & { readonly counts: CountDifferences }

/**
 * The counts that differ by more than when runs end can bring about: requests that are under way then lack messages, and what comes by
 * the clock comes more often a request in a run that lasts longer. What reads the same on both sides is none. The largest difference first.
 */
export function tellingCounts({ counts, differences }: Found): Pick<CountDifferences, 'sent' | 'handled'> {
  const { sent, handled } = counts
  const most = handled.reduce((largest, each) => Math.max(largest, heldMore(each)), 0)
  const [onLinks, inProcesses] = [['network'], ['mailbox', 'core', 'compute']].map((parts) =>
    matters(differences, parts),
  )
  return {
    sent: sent.filter(
      (each) =>
        (isTelling(each, counts) || (onLinks && isLarger(each))) &&
        sentText(each, 'a') !== sentText(each, 'b'),
    ),
    handled: handled.filter(
      (each) =>
        (isTelling(each, counts) || (isLonger(each) && each.what !== 'slept')) &&
        (each.what === 'slept' || (inProcesses && heldMore(each) >= WORTH_OF_MOST * most)) &&
        workText(each, 'a') !== workText(each, 'b'),
    ),
  }
}

/**
 * Those of them that tell most of what a side does otherwise, and by which share the first one differs: what is sent, and how often somebody
 * sleeps; where that is the same, the work that is longer.
 */
export function mostTelling(found: Found): { readonly words: readonly string[]; readonly share: number } {
  const { counts } = found
  const { sent, handled } = tellingCounts(found)
  const often = [
    ...sent.map((each) => ({ share: shareOf(each), words: () => sentInWords(each, counts) })),
    ...handled
      .filter(({ what }) => what === 'slept')
      .map((each) => ({ share: shareOf(each), words: () => workInWords(each, counts) })),
  ].sort((x, y) => y.share - x.share)
  const [first] = often
  if (first) {
    const told = often.filter(({ share }) => share >= WORTH_OF_FIRST * first.share).slice(0, MOST_TOLD)
    return { words: told.map(({ words }) => words()), share: first.share }
  }
  const [work] = handled
  return work
    ? { words: [workInWords(work, counts)], share: apart(heldIn(work, 'a'), heldIn(work, 'b')) }
    : { words: [], share: 0 }
}

/** By which share of the larger one they differ. */
export const apart = (a: number, b: number): number =>
  a === b ? 0 : Math.abs(b - a) / Math.max(Math.abs(a), Math.abs(b))

const shareOf = (each: CountDifference | WorkDifference): number =>
  Math.max(apart(each.a, each.b), 'bytes' in each ? apart(each.bytes.a ?? 0, each.bytes.b ?? 0) : 0)

const heldIn = (work: WorkDifference, side: 'a' | 'b'): number => work[side] * (work.each[side] ?? 0)

/** Whether these parts have a share in what differs; where no request was answered, nobody knows. */
function matters([mean]: Explanation['differences'], parts: readonly string[]): boolean {
  if (!mean) return true
  const times = mean.causes.map(({ a, b }) => Math.abs(b - a))
  const own = mean.causes.map(({ part }, i) => (parts.includes(part) ? times[i]! : 0))
  return Math.max(0, ...own) >= WORTH_OF_TIME * Math.max(0, ...times)
}

function isTelling(
  { a, b }: { readonly a: number; readonly b: number },
  { per, open, units, lasted }: CountDifferences,
): boolean {
  const [more, larger] = [Math.abs(b - a), Math.max(a, b)]
  if (per === 'run') return more > Math.max(WORTH.least, WORTH.share * larger)
  const unanswered = Math.max(open.a / units.a, open.b / units.b)
  if (more <= Math.max(WORTH.least, unanswered * larger)) return false
  const rates = [(a * units.a) / lasted.a, (b * units.b) / lasted.b] as const
  const alike = Math.abs(rates[1] - rates[0]) <= BY_THE_CLOCK * Math.max(...rates)
  const longer = Math.abs(lasted.b - lasted.a) / Math.max(lasted.a, lasted.b)
  return !alike || more > longer * (1 + BY_THE_CLOCK) * larger
}

function isLarger({ bytes: { a, b } }: CountDifference): boolean {
  return a !== null && b !== null && apart(a, b) > LARGER
}

const isLonger = ({ each: { a, b } }: WorkDifference): boolean =>
  a !== null && b !== null && apart(a, b) > LONGER

const heldMore = (work: WorkDifference): number => Math.abs(heldIn(work, 'b') - heldIn(work, 'a'))

/** The clients' own name stands in brackets. */
export const partName = (name: string): string => name.replace(/^\((.*)\)$/, '$1')

/** `job, queen to agent`; `job refused, agent to queen`; `command GET, queen to redis`. */
export const sentName = ({ kind, role, from, to }: CountDifference): string =>
  `${role === 'command' ? 'command ' : ''}${kind}${role === 'failure' ? ' refused' : ''}, ${partName(from)} to ${partName(to)}`

/** `1.25`; so that a count that is not 0 does not read as 0. */
const countText = (value: number): string =>
  value === 0
    ? '0'
    : Math.abs(value) < 0.01
      ? formatNumber(value)
      : formatNumber(Math.round(value * 100) / 100)

/** `2`, and where they are of another size on the other side `2 × 1 KiB`. */
export function sentText(each: CountDifference, side: 'a' | 'b'): string {
  const bytes = each.bytes[side]
  return isLarger(each) ? `${countText(each[side])} × ${format(bytes!, 'bytes')}` : countText(each[side])
}

/** `1 × 20 µs` */
export function workText(work: WorkDifference, side: 'a' | 'b'): string {
  const each = work.each[side]
  return each === null ? countText(work[side]) : `${countText(work[side])} × ${format(each, 'ns')}`
}

/** `get, queen to redis: 2 instead of 1 a request`; of as many that are larger `get, queen to redis: 1 MiB instead of 1 KiB each`. */
function sentInWords(each: CountDifference, { per }: CountDifferences): string {
  const { a, b, bytes } = each
  const told =
    countText(a) === countText(b)
      ? `${format(bytes.b ?? 0, 'bytes')} instead of ${format(bytes.a ?? 0, 'bytes')} each`
      : `${countText(b)} instead of ${countText(a)} a ${per}`
  return `${sentName(each)}: ${told}`
}

/** `queen, job: 1.2 ms instead of 20 µs each`; `queen sleeps 2 instead of 1 times a request`. */
function workInWords({ part, what, a, b, each }: WorkDifference, { per }: CountDifferences): string {
  if (what === 'slept')
    return `${partName(part)} sleeps ${countText(b)} instead of ${countText(a)} times a ${per}`
  const [before, after] = [each.a, each.b].map((held) => (held === null ? '' : format(held, 'ns')))
  const told = [
    countText(a) === countText(b) ? '' : `${countText(b)} instead of ${countText(a)} a ${per}`,
    before === after || before === '' || after === '' ? '' : `${after} instead of ${before} each`,
  ]
  return `${partName(part)}, ${what}: ${told.filter((some) => some !== '').join(', ')}`
}
