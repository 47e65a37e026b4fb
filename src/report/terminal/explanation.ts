// Why B is slower than A, as a person reads it: the figures, the change that is responsible, the causes, the first event that
// differs, the slowest request of each side.

import { pathText } from '../../explain/configuration.ts'
import type { SeenEvent } from '../../explain/event-log.ts'
import { type Explanation, type FirstDivergence, isCode } from '../../explain/explanation.ts'
import { type Difference, together } from '../../explain/take-apart.ts'
import { format, formatInstant, formatNumber } from '../../units.ts'
import { meaningOfPart } from '../breakdown.ts'
import { counted, percent } from '../figures.ts'
import { codeInWords } from '../why.ts'
import { causeLines, causeName, left, mainDifference, right, shownAs, signed } from './causes.ts'
import { changeLines, effectName } from './changes.ts'
import { countLines } from './counts.ts'
import { notes, table } from './table.ts'
import { type Line, oneLine, quiet, render, strong, toned, wrap } from './text.ts'
import { waterfallLines } from './waterfall.ts'

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
    ...mostlyBy(found, columns),
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

/** The difference in a sentence: its largest cause, and the change that is most responsible. */
function mostlyBy(found: Explanation, columns: number): readonly Line[] {
  const { attribution, unit, a, b } = found
  if (a === null || b === null || a === b) return []
  const main = mainDifference(found)
  const cause = main && together(main.causes, shownAs)[0]
  const [effect] = attribution?.effects ?? []
  const sentences = [
    ...(main && cause && main.a !== main.b
      ? [
          `latency.${main.figure} ${signed(main.b - main.a, 'ns')}: ${causeName(cause)} (${meaningOfPart(cause.part)}) ${signed(cause.b - cause.a, 'ns')}`,
        ]
      : []),
    ...(effect?.explains
      ? [`${effectName(effect)} explains ${signed(effect.explains, unit)} of ${signed(b - a, unit)}`]
      : []),
  ]
  return wrap(sentences.join('; '), columns).map((line): Line => [line])
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

function figureLines({ differences }: Explanation, columns: number): readonly Line[] {
  if (differences.length === 0) return []
  const cells = (of: (each: Difference) => string) => differences.map(of)
  return [
    [],
    ...table(
      [
        left(
          '',
          cells(({ figure }) => `latency.${figure}`),
        ),
        right(
          'A',
          cells(({ a }) => format(a, 'ns')),
        ),
        right(
          'B',
          cells(({ b }) => format(b, 'ns')),
        ),
        right(
          'difference',
          cells(({ a, b }) => signed(b - a, 'ns')),
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
          ...wrap(`${at(event)}  ${event.name}`, columns - 5).map(
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
    ...before.map((event): Line => [quiet(`     ${at(event)}  ${oneLine(event.name)}`)]),
    ...(request
      ? notes(
          [
            `the first request that took another time is number ${formatNumber(request.number)}, asked at ${formatInstant(request.at)}: ${format(request.a, 'ns')} in A, ${format(request.b, 'ns')} in B`,
          ],
          columns,
        )
      : []),
  ]
}
