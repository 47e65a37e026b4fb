// Checks, claims and speedups for a terminal: what failed first, with its figures.

import type { Attribution, Claim, Result, Speedup, Verdict } from '../../results/result.ts'
import { format } from '../../units.ts'
import { verdictInWords } from '../claim-words.ts'
import { counted, percent, times } from '../figures.ts'
import {
  amdahlInWords,
  briefly,
  type CheckGroup,
  causesOf,
  checkGroups,
  countOf,
  lastInWords,
  otherLawsInWords,
  serialInWords,
  speedupTitle,
  unitOf,
} from '../verdicts.ts'
import { type Column, notes, table, tableWidth } from './table.ts'
import { cut, type Line, oneLine, quiet, type Span, strong, type Tone, toned, wrap } from './text.ts'
import { violationLines } from './violation.ts'

const MOST_GROUPS = 8
const MOST_FIGURES = 4
const MOST_NAMES = 6
const MOST_CLAIMS = 30
const MOST_SPEEDUPS = 8
const MOST_POINTS = 12
const MARK_WIDTH = 11

type Tally = readonly (readonly [count: number, word: string, tone: Tone])[]

const tally = (parts: Tally): readonly (Span | string)[] =>
  parts
    .filter(([count]) => count > 0)
    .flatMap(([count, word, tone]) => ['  ', toned(tone, `${count} ${word}`)])

/** Text beside a mark of some width, and below itself where it is longer than a line. */
function marked(
  mark: Span,
  width: number,
  text: string,
  columns: number,
  tone: Tone = 'plain',
): readonly Line[] {
  const indent = 2 + width + 2
  return wrap(text, Math.max(20, columns - indent)).map((line, i) =>
    i === 0
      ? ['  ', toned(mark.tone, mark.text.padEnd(width)), '  ', toned(tone, line)]
      : [' '.repeat(indent), toned(tone, line)],
  )
}

const NO_MARK = toned('plain', '')

export function checkLines(result: Result, columns: number): readonly Line[] {
  const groups = checkGroups(result)
  if (groups.length === 0) return []
  const failed = groups.filter(({ outcome }) => outcome === 'failed')
  const untold = groups.filter(({ outcome }) => outcome === 'untold')
  const passed = groups
    .filter(({ outcome }) => outcome === 'passed')
    .map(({ name }) => cut(oneLine(name), 60))
  return [
    [],
    [
      strong('checks'),
      ...tally([
        [countOf(groups, 'failed'), 'FAIL', 'bad'],
        [countOf(groups, 'untold'), 'cannot tell', 'doubtful'],
        [countOf(groups, 'passed'), 'pass', 'good'],
      ]),
    ],
    ...groupLines(failed, toned('bad', 'FAIL'), columns),
    ...groupLines(untold, toned('doubtful', 'cannot tell'), columns),
    ...(passed.length === 0
      ? []
      : marked(toned('good', 'pass'), MARK_WIDTH, briefly(passed, MOST_NAMES), columns)),
  ]
}

function groupLines(groups: readonly CheckGroup[], mark: Span, columns: number): readonly Line[] {
  const width = columns - MARK_WIDTH - 4
  const left = groups.length - MOST_GROUPS
  return [
    ...groups.slice(0, MOST_GROUPS).flatMap(({ name, found }) => [
      ...marked(mark, MARK_WIDTH, cut(oneLine(name), 2 * width), columns),
      ...found.slice(0, MOST_FIGURES).flatMap(({ detail, where, violation }, i) => {
        const places = briefly(where, 2)
        const text = where.length === 0 ? detail : `${detail} (${places})`
        const tone = violation ? 'plain' : 'quiet'
        return [
          ...marked(NO_MARK, MARK_WIDTH, cut(oneLine(text), (violation ? 5 : 2) * width), columns, tone),
          ...(violation ? violationLines(violation, i === 0, columns) : []),
        ]
      }),
      ...(found.length > MOST_FIGURES
        ? marked(NO_MARK, MARK_WIDTH, `and in ${found.length - MOST_FIGURES} more ways`, columns, 'quiet')
        : []),
    ]),
    ...(left > 0
      ? notes([`${left} more ${mark.text}: see the result file or the HTML report`], columns)
      : []),
  ]
}

const VERDICT_TONE: Readonly<Record<Verdict, Tone>> = {
  reproduced: 'good',
  refuted: 'bad',
  'out of reach': 'doubtful',
}
const VERDICTS: readonly Verdict[] = ['refuted', 'out of reach', 'reproduced']

export function claimLines(result: Result, columns: number): readonly Line[] {
  const { claims } = result
  if (claims.length === 0) return []
  const width = Math.min(16, Math.max(...claims.map((claim) => oneLine(claim.id).length)))
  const left = claims.length - MOST_CLAIMS
  return [
    [],
    [
      strong('claims'),
      ...tally(
        VERDICTS.map((verdict) => [
          claims.filter((claim) => claim.verdict === verdict).length,
          verdict,
          VERDICT_TONE[verdict],
        ]),
      ),
    ],
    ...claims.slice(0, MOST_CLAIMS).flatMap((claim) => claimBlock(claim, width, columns)),
    ...(left > 0
      ? notes([`${counted(left, 'more claim')}: see the result file or the HTML report`], columns)
      : []),
  ]
}

function claimBlock(claim: Claim, width: number, columns: number): readonly Line[] {
  const under = (text: string, tone: Tone = 'plain'): readonly Line[] =>
    marked(NO_MARK, width, cut(oneLine(text), 4 * columns), columns, tone)
  return [
    ...marked(
      strong(cut(oneLine(claim.id), width)),
      width,
      cut(oneLine(verdictInWords(claim)), 4 * columns),
      columns,
      VERDICT_TONE[claim.verdict],
    ),
    ...under(claim.text),
    ...(claim.found === '' ? [] : under(`found: ${claim.found}`)),
    ...(claim.conditions === '' ? [] : under(`where: ${claim.conditions}`, 'quiet')),
  ]
}

/** One row a point: what it found, and what of the workers' time went where, beside it where there is room. */
function speedupTables(result: Result, speedup: Speedup, width: number): readonly Line[] {
  const step = Math.max(1, Math.ceil(speedup.points.length / MOST_POINTS))
  const last = speedup.points.length - 1
  const places = speedup.points.flatMap((_, i) => (i % step === 0 || i === last ? [i] : []))
  const { points, axis, attribution } = speedup
  const place = columnOf(
    axis,
    places.map((i) => String(points[i]![0])),
  )
  const found = [place, ...foundColumns(result, speedup, places)]
  if (!attribution) return table(found, width)
  const shares = shareColumns(places.map((i) => attribution[i]!))
  return tableWidth([...found, ...shares]) <= width
    ? table([...found, ...shares], width)
    : [...table(found, width), ...table([place, ...shares], width)]
}

const columnOf = (title: string, cells: readonly string[]): Column => ({ title, align: 'right', cells })

function foundColumns(result: Result, speedup: Speedup, places: readonly number[]): readonly Column[] {
  const { metric, points, efficiencies } = speedup
  const unit = unitOf(result, metric)
  const column = (title: string, cell: (i: number) => string): Column => columnOf(title, places.map(cell))
  return [
    column(metric, (i) => format(points[i]![1], unit)),
    column('speedup', (i) => times(points[i]![2])),
    ...(efficiencies
      ? [
          column('efficiency', (i) => percent(efficiencies[i]!.efficiency)),
          column('Karp-Flatt', (i) => serialInWords(efficiencies[i]!)),
        ]
      : []),
  ]
}

const shareColumns = (attribution: readonly Attribution[]): readonly Column[] => [
  columnOf(
    'useful',
    attribution.map(({ useful }) => percent(useful)),
  ),
  ...causesOf(attribution).map((cause) =>
    columnOf(
      cause,
      attribution.map(({ lost }) => percent(lost[cause])),
    ),
  ),
]

export function speedupLines(result: Result, columns: number): readonly Line[] {
  const { speedups } = result
  if (speedups.length === 0) return []
  const left = speedups.length - MOST_SPEEDUPS
  return [
    [],
    [strong('speedup')],
    ...speedups.slice(0, MOST_SPEEDUPS).flatMap((speedup) => {
      return [
        ['  ', cut(oneLine(speedupTitle(speedup)), columns - 2)] as Line,
        ...speedupTables(result, speedup, columns - 2).map((line): Line => ['  ', ...line]),
        ...[lastInWords(speedup), amdahlInWords(speedup), ...otherLawsInWords(speedup)].flatMap((law) =>
          wrap(law, columns - 4).map((line): Line => ['    ', quiet(line)]),
        ),
      ]
    }),
    ...(left > 0
      ? notes([`${counted(left, 'more speedup')}: see the result file or the HTML report`], columns)
      : []),
  ]
}
