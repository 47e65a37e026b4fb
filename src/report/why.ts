// Why something became worse, in at most three sentences, for a gate's report: the largest causes of the difference; what is sent, or
// handled, more often; what differs, and the first event that does.

import type { Attribution } from '../explain/attribution.ts'
import { changeText, valueText } from '../explain/configuration.ts'
import type { CountDifferences, WorkDifference } from '../explain/counts.ts'
import { CODE, type CodeDifference, type Explanation, isCode } from '../explain/explanation.ts'
import { together } from '../explain/take-apart.ts'
import { format, formatInstant, type Unit } from '../units.ts'
import { sentInWords, workInWords } from './counts.ts'
import { counted, percent } from './figures.ts'
import { causeName, mainDifference, shownAs, signed } from './terminal/causes.ts'
import { oneLine } from './terminal/text.ts'

const MOST_CAUSES = 2
const MOST_COUNTS = 2
const MOST_FILES = 3
/** Counts a request that differ by less than this, and counts a run that differ by less than this share, may come of when runs end. */
const WORTH = { least: 0.01, share: 0.03 }
/** What comes as often in the same time, to this share, may come by the clock. */
const BY_THE_CLOCK = 0.02
/** Work that differs by less than this share of what differs most is not told. */
const WORTH_OF_MOST = 0.05

/** Plain text, without line breaks; none where every run had the same events. */
export function whyLines(found: Explanation): readonly string[] {
  if (found.same) return []
  return [causesInWords(found), countsInWords(found.counts), whatDiffers(found)].flatMap((sentence) =>
    sentence === '' ? [] : [oneLine(`${sentence}.`)],
  )
}

/** `latency.p95 +41.2 ms: queue redis +38 ms, network to queen +3.2 ms`. */
function causesInWords(found: Explanation): string {
  const { metric, unit, a, b } = found
  const main = mainDifference(found)
  const own = main && metric === `latency.${main.figure}`
  const figure = own || a === null || b === null ? '' : changeOf(metric, a, b, unit)
  if (!main || main.a === main.b) return figure
  const causes = together(main.causes, shownAs).filter((each) => each.a !== each.b)
  const named = causes
    .slice(0, MOST_CAUSES)
    .map((each) => `${causeName(each)} ${signed(each.b - each.a, 'ns')}`)
    .join(', ')
  const apart = `${changeOf(`latency.${main.figure}`, main.a, main.b, 'ns')}: ${named}`
  return figure === '' ? apart : `${figure}; ${apart}`
}

/** `latency.p95 +2 ms (+40 %)`. */
function changeOf(metric: string, a: number, b: number, unit: Unit): string {
  if (a === b) return `${metric} is the same, ${format(a, unit)}`
  const share = a === 0 ? '' : ` (${b > a ? '+' : '−'}${percent(Math.abs((b - a) / a))})`
  return `${metric} ${signed(b - a, unit)}${share}`
}

/**
 * The counts that differ by more than when runs end can bring about: requests that are under way then lack messages, and what comes by
 * the clock comes more often a request in a run that lasts longer. The largest difference first.
 */
export function tellingCounts(counts: CountDifferences): Pick<CountDifferences, 'sent' | 'handled'> {
  const { handled } = counts
  const most = handled.reduce((largest, each) => Math.max(largest, heldMore(each)), 0)
  return {
    sent: counts.sent.filter((each) => isTelling(each, counts)),
    handled: handled.filter((each) => most > 0 && heldMore(each) >= WORTH_OF_MOST * most),
  }
}

function isTelling(
  { a, b }: { a: number; b: number },
  { per, open, units, lasted }: CountDifferences,
): boolean {
  const [apart, larger] = [Math.abs(b - a), Math.max(a, b)]
  if (per === 'run') return apart > Math.max(WORTH.least, WORTH.share * larger)
  const unanswered = Math.max(open.a / units.a, open.b / units.b)
  if (apart <= Math.max(WORTH.least, unanswered * larger)) return false
  const rates = [(a * units.a) / lasted.a, (b * units.b) / lasted.b] as const
  const alike = Math.abs(rates[1] - rates[0]) <= BY_THE_CLOCK * Math.max(...rates)
  const longer = Math.abs(lasted.b - lasted.a) / Math.max(lasted.a, lasted.b)
  return !alike || apart > longer * (1 + BY_THE_CLOCK) * larger
}

const heldMore = ({ a, b, each }: WorkDifference): number => Math.abs(b * (each.b ?? 0) - a * (each.a ?? 0))

function countsInWords(counts: CountDifferences | null): string {
  if (!counts) return ''
  const { sent, handled } = tellingCounts(counts)
  const [longest] = handled
  return [
    ...sent.slice(0, MOST_COUNTS).map((each) => sentInWords(each, counts)),
    ...(sent.length === 0 && longest ? [workInWords(longest, counts)] : []),
  ].join('; ')
}

function whatDiffers(found: Explanation): string {
  const { divergence } = found
  const what = changesInWords(found)
  if (!divergence) return what
  const { a, b } = divergence
  const at = formatInstant(Math.min(a?.at ?? Number.POSITIVE_INFINITY, b?.at ?? Number.POSITIVE_INFINITY))
  const name = (event: typeof a): string => event?.name ?? 'nothing more'
  const first =
    a?.name === b?.name
      ? `${name(a)}, which comes at ${formatInstant(b!.at)} instead of ${formatInstant(a!.at)}`
      : `${name(b)} instead of ${name(a)}, at ${at}`
  return `${what}${what === '' ? 'T' : '; t'}he first event that differs (seed ${divergence.seed}): ${first}`
}

/** What is responsible: values of the scenario or of the costs, or the code. */
function changesInWords({ attribution, changes, code, unit, a, b }: Explanation): string {
  const onlyCode = code && changes.every(isCode)
  if (onlyCode) return `No parameter differs, ${codeInWords(code)}`
  return attribution && a !== null && b !== null ? largestChange(attribution, b - a, unit, code) : ''
}

/** `the code does: src/coordination/allocation/dispatcher.ts`. */
export function codeInWords({ files }: CodeDifference): string {
  if (files.length === 0) return 'and no file of the code does: the two builds do'
  const shown = files.slice(0, MOST_FILES).join(', ')
  const more = files.length - MOST_FILES
  return `the code does: ${shown}${more > 0 ? ` and ${counted(more, 'more file')}` : ''}`
}

function largestChange(
  { effects }: Attribution,
  total: number,
  unit: Unit,
  code: CodeDifference | null,
): string {
  const [effect] = effects
  if (!effect?.explains) return ''
  const names = effect.unit.map((change) => {
    if (isCode(change)) return code ? `the code (${code.files.slice(0, MOST_FILES).join(', ')})` : CODE
    const values = effect.unit.length === 1 ? ` (${valueText(change.a)} → ${valueText(change.b)})` : ''
    return `${changeText(change)}${values}`
  })
  return `${names.join(' + ')} explains ${signed(effect.explains, unit)} of ${signed(total, unit)}`
}
