// Why something became worse, in a few sentences, for a gate's report: what the difference comes of; what is sent, or handled, more often;
// where the time goes; the first event that differs.

import type { Effect } from '../explain/attribution.ts'
import { changeText, valuesText } from '../explain/configuration.ts'
import { type Beside, type CodeDifference, type Explanation, isCode } from '../explain/explanation.ts'
import { together } from '../explain/take-apart.ts'
import { format, formatInstant, formatNumber, type Unit } from '../units.ts'
import { apart, mostTelling } from './counts.ts'
import { eventText } from './events.ts'
import { ABSENT, counted, percent } from './figures.ts'
import { causeInWords, mainDifference, shownAs, signed } from './terminal/causes.ts'
import { oneLine } from './terminal/text.ts'

const MOST_CAUSES = 2
const MOST_FILES = 3
const MOST_CHANGES = 3
const MOST_TOGETHER = 3
const LONGEST_VALUE = 32
/** A change that explains less than this share of what the first one explains is not named with it. */
const WORTH_NAMING = 0.1
/** What a change leaves unexplained, up to this share, is not told. */
const ALL = 0.01
/** A cause of less than this share of the first one is not named with it. */
const WORTH_A_WORD = 0.02
/** Where every cause differs by less than this share of the latency, its time goes nowhere else. */
const NO_DIFFERENCE = 1e-4
/** Counts that differ by this share are no matter of when things come. */
const CLEARLY = 0.2
/** Errors that differ by less are not told, nor are shares of requests that got no answer in their time. */
const WORTH_TELLING = { errors: 0.001, open: 0.02 }

/** Plain text, without line breaks; none where every run had the same events. */
export function whyLines(found: Explanation): readonly string[] {
  if (found.same) return []
  const counts = countsInWords(found)
  const byCode = isByCounts(found)
  const changes = changesInWords(found)
  return [
    `${figureInWords(found)}${changes === '' ? '' : ` comes of ${changes}`}`,
    unansweredInWords(found),
    byCode ? '' : counts,
    whereInWords(found),
    byCode ? `No parameter differs, ${codeInWords(found.code!)}` : '',
    firstEventInWords(found),
  ].flatMap((sentence) => (sentence === '' ? [] : [oneLine(`${sentence}.`)]))
}

/**
 * Whether what the code does otherwise says more of it than its files do, which are named at the end then: not, where counts differ by
 * little, and by less than the figure does; they may come of it, as more pings do.
 */
function isByCounts(found: Explanation): boolean {
  const { code, changes, counts, differences, a, b } = found
  if (code === null || !changes.every(isCode) || !counts) return false
  const { words, share } = mostTelling({ counts, differences })
  return words.length > 0 && share >= Math.min(CLEARLY, apart(a ?? 0, b ?? 0))
}

const countsInWords = ({ counts, differences }: Explanation): string =>
  counts ? mostTelling({ counts, differences }).words.join('; ') : ''

function figureInWords({ metric, unit, a, b }: Explanation): string {
  return a === null || b === null
    ? `${metric} is absent in ${a === null ? 'A' : 'B'}`
    : changeOf(metric, a, b, unit)
}

/** `latency.p95 +2 ms (+40 %)`. */
function changeOf(metric: string, a: number, b: number, unit: Unit): string {
  if (a === b) return `${metric} is the same, ${format(a, unit)}`
  const ratio = percent(Math.abs((b - a) / a))
  const share = a === 0 ? '' : ` (${/^\d/.test(ratio) ? (b > a ? '+' : '−') : ''}${ratio})`
  return `${metric} ${signed(b - a, unit)}${share}`
}

/**
 * What the difference comes of: `network.latency (1ms → 2ms)`; of several each with its share; empty where nobody knows. Of the code what
 * it does otherwise, or its files.
 */
export function changesInWords(found: Explanation): string {
  const { attribution, code, unit, a, b } = found
  const effects = attribution?.effects ?? []
  const most = effects[0]?.explains
  if (!most || a === null || b === null) return ''
  const ofCode = isByCounts(found) ? countsInWords(found) : code ? filesInWords(code) : ''
  const named = effects
    .filter(({ explains }) => explains !== null && Math.abs(explains) >= WORTH_NAMING * Math.abs(most))
    .slice(0, MOST_CHANGES)
  if (named.length > 1)
    return named.map((each) => `${nameOf(each, ofCode)} ${signed(each.explains!, unit)}`).join(', ')
  const share = Math.abs(most - (b - a)) <= ALL * Math.abs(b - a) ? '' : `: ${signed(most, unit)} of it`
  return `${nameOf(named[0]!, ofCode)}${share}`
}

/** `network.latency (1ms → 2ms)`; of changes that are made together `services.hop (…) with workload.target (…)`, of many their names. */
function nameOf({ unit }: Effect, ofCode: string): string {
  const values = unit.length <= 2
  const names = unit
    .slice(0, MOST_TOGETHER)
    .map((change) =>
      isCode(change)
        ? `the code${ofCode === '' ? '' : ` (${ofCode})`}`
        : `${changeText(change)}${values ? ` (${valuesText(change, LONGEST_VALUE)})` : ''}`,
    )
  const more = unit.length - names.length
  return `${names.join(' with ')}${more > 0 ? ` and ${counted(more, 'more change')}` : ''}`
}

/** Where time goes that the latency has more, or less, or elsewhere: `waiting for redis (mailbox) +38 ms, on the network to queen +3.2 ms`. */
export function whereInWords(found: Explanation): string {
  const main = mainDifference(found)
  if (!main) return ''
  const causes = together(main.causes, shownAs)
  // In a closed loop one cause takes what another gives: the latency may be the same all the while.
  if (!causes.some(({ a, b }) => Math.abs(b - a) > NO_DIFFERENCE * main.a)) return ''
  const named = causes
    .filter(({ a, b }, _, [most]) => Math.abs(b - a) > WORTH_A_WORD * Math.abs(most!.b - most!.a))
    .slice(0, MOST_CAUSES)
    .map((each) => `${causeInWords(each)} ${signed(each.b - each.a, 'ns')}`)
    .join(', ')
  const latency = `latency.${main.figure}`
  return found.metric === latency
    ? `Where the time goes: ${named}`
    : `${changeOf(latency, main.a, main.b, 'ns')}: ${named}`
}

/** That one side answers fewer of its requests: those are in no latency. */
export function unansweredInWords({ beside, counts }: Explanation): string {
  const errors = beside.find(({ metric }) => metric === 'errors')
  const failed = Math.abs((errors?.b ?? 0) - (errors?.a ?? 0)) >= WORTH_TELLING.errors
  const { open, units } = counts?.per === 'request' ? counts : NONE_OPEN
  const left = Math.abs(open.b - open.a) >= WORTH_TELLING.open * Math.max(units.a, units.b)
  const told = [
    ...(failed ? [`errors ${fromTo(errors!)}`] : []),
    ...(left
      ? [
          `${formatNumber(open.a)} of ${formatNumber(units.a)} requests without an answer in A, ${formatNumber(open.b)} of ${formatNumber(units.b)} in B`,
        ]
      : []),
  ]
  return told.length === 0 ? '' : `Only what is answered has a latency: ${told.join('; ')}`
}

const NONE_OPEN = { open: { a: 0, b: 0 }, units: { a: 1, b: 1 } }

function fromTo({ a, b, unit }: Beside): string {
  const [before, after] = [a, b].map((value) => (value === null ? ABSENT : format(value, unit)))
  return `${before} → ${after}`
}

function firstEventInWords({ divergence }: Explanation): string {
  if (!divergence) return ''
  const { a, b } = divergence
  const at = formatInstant(Math.min(a?.at ?? Number.POSITIVE_INFINITY, b?.at ?? Number.POSITIVE_INFINITY))
  const name = (event: typeof a): string => (event ? eventText(event) : 'nothing more')
  const first =
    a?.name === b?.name
      ? `${name(a)}, which comes at ${formatInstant(b!.at)} instead of ${formatInstant(a!.at)}`
      : `${name(b)} instead of ${name(a)}, at ${at}`
  return `The first event that differs (seed ${divergence.seed}): ${first}`
}

/** `the code does: src/coordination/allocation/dispatcher.ts`. */
export function codeInWords(code: CodeDifference): string {
  return code.files.length === 0
    ? 'and no file of the code does: the two builds do'
    : `the code does: ${filesInWords(code)}`
}

function filesInWords({ files }: CodeDifference): string {
  const more = files.length - MOST_FILES
  return `${files.slice(0, MOST_FILES).join(', ')}${more > 0 ? ` and ${counted(more, 'more file')}` : ''}`
}
