// Why B is slower than A, as a person reads it: the figures, the change that is responsible, the causes, the first event that
// differs, the slowest request of each side.

import { pathText } from '../../explain/configuration.ts'
import type { SeenEvent } from '../../explain/event-log.ts'
import { type Beside, type Explanation, type FirstDivergence, isCode } from '../../explain/explanation.ts'
import { format, formatInstant, formatNumber, type Unit } from '../../units.ts'
import { eventText } from '../events.ts'
import { ABSENT, counted, percent } from '../figures.ts'
import { changesInWords, codeInWords, unansweredInWords, whereInWords } from '../why.ts'
import { causeLines, left, right, signed } from './causes.ts'
import { changeLines } from './changes.ts'
import { countLines } from './counts.ts'
import { notes, table } from './table.ts'
import { type Line, oneLine, quiet, render, strong, toned, wrap } from './text.ts'
import { waterfallLines } from './waterfall.ts'

const MOST_BESIDE = 6

export interface ExplanationTitles {
  readonly a: string
  readonly b: string
  /** What is to be known of the sides. */
  readonly notes: readonly string[]
}

export function renderExplanation(
  found: Explanation,
  titles: ExplanationTitles,
  { columns, colour }: { columns: number; colour: boolean },
): string {
  const head: Line[] = [
    [strong(headline(found))],
    ...inSentences(found, columns),
    ...(['a', 'b'] as const).flatMap((side) => sideLines(side, titles[side], columns)),
    [quiet(`  ${counted(found.seeds.length, 'seed')} on both sides${requestsOf(found)}`)],
    ...notes(titles.notes, columns),
  ]
  const lines = found.same
    ? [...head, [], ...notes([sameInWords(found)], columns)]
    : [
        ...head,
        ...figureLines(found, columns),
        ...changeLines(found, columns),
        ...causeLines(found, columns),
        ...countLines(found, columns),
        ...eventLines(found.divergence, columns),
        ...waterfallLines(found.slowest, columns),
      ]
  return render(lines, columns, colour)
}

function headline({ same, metric, unit, a, b }: Explanation): string {
  if (same) return 'no difference: every run had the same events on both sides'
  if (a === null || b === null)
    return `${metric} is absent in ${a === null ? 'A' : 'B'}: nothing can be told of it`
  if (a === b) return `${metric} is the same on both sides, ${format(a, unit)}, though the events are not`
  const share = a === 0 ? '' : `, by ${percent(Math.abs(b - a) / Math.abs(a))}`
  return `${metric} is ${b > a ? 'higher' : 'lower'} in B than in A: ${format(b, unit)} against ${format(a, unit)}${share}`
}

/** The difference in sentences: what it comes of, where the time goes, and whose time is not in it. */
function inSentences(found: Explanation, columns: number): readonly Line[] {
  if (found.same || found.a === null || found.b === null) return []
  const changes = changesInWords(found)
  const sentences = [
    found.a === found.b || changes === '' ? '' : `It comes of ${changes}`,
    unansweredInWords(found),
    whereInWords(found),
  ].filter((sentence) => sentence !== '')
  return sentences.flatMap((sentence) => wrap(`${sentence}.`, columns).map((line): Line => [line]))
}

const sideLines = (side: 'a' | 'b', title: string, columns: number): readonly Line[] =>
  wrap(title, columns - 5).map((line, i): Line => [i === 0 ? `  ${side.toUpperCase()}  ` : '     ', line])

function requestsOf({ differences }: Explanation): string {
  const [mean] = differences
  if (!mean) return ''
  const { a, b } = mean.requests
  return a === b
    ? `, ${counted(a, 'request')} each`
    : `, ${counted(a, 'request')} in A and ${formatNumber(b)} in B`
}

function sameInWords({ changes: all, code }: Explanation): string {
  const changes = all.filter((change) => !isCode(change))
  const paths = changes.slice(0, 5).map(({ path }) => pathText(path))
  const more = changes.length > 5 ? ` and ${changes.length - 5} more` : ''
  const values = paths.length === 0 ? '' : `they differ in ${paths.join(', ')}${more}`
  if (code)
    return `${values || 'no parameter differs'}; ${codeInWords(code)}; no event of these runs hangs on that`
  return values === ''
    ? 'the two scenarios say the same'
    : `${values}, and no event of these runs hangs on that`
}

/** The metric asked about, the latency, and what else the scenario expects something of. */
function figureLines(
  { differences, metric, unit, a, b, beside }: Explanation,
  columns: number,
): readonly Line[] {
  const latencies = differences.map((each) => ({
    ...each,
    metric: `latency.${each.figure}`,
    unit: 'ns' as const,
  }))
  const asked = latencies.some((each) => each.metric === metric) ? [] : [{ metric, unit, a, b }]
  const rows: readonly Beside[] = [...asked, ...latencies, ...beside.slice(0, MOST_BESIDE)]
  const text = (value: number | null, of: Unit): string => (value === null ? ABSENT : format(value, of))
  const cells = (of: (each: Beside) => string) => rows.map(of)
  return [
    [],
    ...table(
      [
        left(
          '',
          cells((each) => each.metric),
          12,
        ),
        right(
          'A',
          cells((each) => text(each.a, each.unit)),
        ),
        right(
          'B',
          cells((each) => text(each.b, each.unit)),
        ),
        right(
          'difference',
          cells((each) => (each.a === null || each.b === null ? '' : signed(each.b - each.a, each.unit))),
        ),
      ],
      columns,
    ),
  ]
}

function eventLines(divergence: FirstDivergence | null, columns: number): readonly Line[] {
  if (!divergence) return []
  const { a, b, before, events, seed, request } = divergence
  const at = (event: SeenEvent): string => formatInstant(event.at)
  const side = (name: string, event: SeenEvent | undefined): readonly Line[] =>
    event === undefined
      ? [[`  ${name}  `, 'the run was over']]
      : [
          ...wrap(`${at(event)}  ${eventText(event)}`, columns - 5).map(
            (line, i): Line => [i === 0 ? `  ${name}  ` : '     ', toned('accent', line)],
          ),
          ...(event.state === ''
            ? []
            : wrap(event.state, columns - 5).map((line): Line => [quiet(`     ${line}`)])),
        ]
  return [
    [],
    [
      strong('from which event on'),
      quiet(
        `  seed ${oneLine(seed)}: ${events === 0 ? 'none in common:' : `${counted(events, 'event')} in common, then`}`,
      ),
    ],
    ...side('A', a),
    ...side('B', b),
    ...(before.length > 0 ? [[quiet('  before that, on both sides')] as Line] : []),
    ...before.map((event): Line => [quiet(`     ${at(event)}  ${oneLine(eventText(event))}`)]),
    ...(request
      ? notes(
          [
            `the first request that took another time is number ${formatNumber(request.number)}, asked at ${formatInstant(request.at)}: ${format(request.a, 'ns')} in A, ${format(Math.abs(request.b - request.a), 'ns')} ${request.b > request.a ? 'more' : 'less'} in B`,
          ],
          columns,
        )
      : []),
  ]
}
