// A comparison as a person reads it: what is better, what is worse, what nobody can tell yet.

import { format, formatNumber } from '../../units.ts'
import { ABSENT, counted, percent } from '../figures.ts'
import { notes, table } from './table.ts'
import { cut, type Line, oneLine, quiet, render, type Span, strong, toned } from './text.ts'

/** What `experiment/comparison.ts` found, as far as it is shown. */
export interface ShownComparison {
  readonly a: string
  readonly b: string
  readonly seeds: readonly string[]
  readonly same: boolean
  readonly metrics: readonly ShownMetric[]
}

interface ShownMetric {
  readonly name: string
  readonly unit: Parameters<typeof format>[1]
  readonly better: 'higher' | 'lower' | 'neither'
  readonly change: {
    readonly a: number
    readonly b: number
    readonly interval: { readonly low: number; readonly high: number } | null
  } | null
  readonly answer:
    | { readonly kind: 'different' | 'alike' | 'absent' }
    | { readonly kind: 'untold'; readonly pairs: number }
}

/** @param minimum the smallest difference that matters, as a share of A */
export function renderComparison(
  compared: readonly ShownComparison[],
  { columns, colour, minimum }: { columns: number; colour: boolean; minimum: number },
): string {
  const lines = compared.flatMap((each, i): Line[] => [
    ...(i > 0 ? [[]] : []),
    [strong(cut(oneLine(each.a === each.b ? each.a : `A ${each.a} against B ${each.b}`), columns))],
    [quiet(`${counted(each.seeds.length, 'seed')} on both sides`)],
    [],
    ...(each.same
      ? [[toned('good', '  every run had the same events on both sides: there is no difference')] as Line]
      : table(columnsOf(each.metrics, minimum), columns)),
  ])
  const sampled = compared.some(({ same, seeds }) => !same && seeds.length > 1)
  const note = sampled
    ? '± 95 % interval of the paired difference; a verdict takes that interval, flipped signs (p after Holm) and the minimum effect together'
    : 'one seed: exact figures, without chance in them'
  const differs = compared.some(({ same }) => !same)
  return render([...lines, ...(differs ? [[], ...notes([note], columns)] : [])], columns, colour)
}

function columnsOf(metrics: readonly ShownMetric[], minimum: number) {
  const cell = (pick: (metric: ShownMetric) => Span | string) => metrics.map(pick)
  const value = (side: 'a' | 'b') => (metric: ShownMetric) =>
    metric.change ? format(metric.change[side], metric.unit) : ABSENT
  return [
    { title: 'what', align: 'left' as const, cells: cell(({ name }) => name), least: 12 },
    { title: 'A', align: 'right' as const, cells: cell(value('a')) },
    { title: 'B', align: 'right' as const, cells: cell(value('b')) },
    { title: 'change', align: 'right' as const, cells: cell(changeInWords) },
    { title: '', align: 'left' as const, cells: cell((metric) => verdict(metric, minimum)), least: 10 },
  ]
}

/** `+4.1 ± 0.3 %`. */
function changeInWords({ change }: ShownMetric): string {
  if (!change) return ''
  const { a, b, interval } = change
  if (a === b && interval === null) return '0 %'
  if (a === 0) return 'from 0'
  const share = (value: number): string => (100 * value).toFixed(Math.abs(value) < 0.0995 ? 2 : 1)
  const size = Math.abs(a)
  const sign = b >= a ? '+' : '−'
  const half = interval ? ` ± ${share((interval.high - interval.low) / 2 / size)}` : ''
  return `${sign}${share(Math.abs(b - a) / size)}${half} %`
}

function verdict({ answer, better, change }: ShownMetric, minimum: number): Span {
  switch (answer.kind) {
    case 'absent':
      return toned('doubtful', 'absent')
    case 'alike':
      return toned('quiet', change!.a === change!.b ? 'equal' : `within ${percent(minimum)}`)
    case 'untold':
      return toned(
        'doubtful',
        Number.isFinite(answer.pairs) ? `cannot tell: ${formatNumber(answer.pairs)} seeds` : 'cannot tell',
      )
    case 'different': {
      if (better === 'neither') return toned('accent', 'different')
      const good = change!.b > change!.a === (better === 'higher')
      return good ? toned('good', 'better') : toned('bad', 'worse')
    }
  }
}
