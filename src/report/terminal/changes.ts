// Which change is responsible, as a person reads it: each value that differs, what putting it into A alone and taking it out of B alone
// does, and of two revisions the code.

import type { Attribution, Effect } from '../../explain/attribution.ts'
import { type Change, changeText, valuesText } from '../../explain/configuration.ts'
import { type Explanation, isCode } from '../../explain/explanation.ts'
import type { Unit } from '../../units.ts'
import { ABSENT, counted, percent } from '../figures.ts'
import { codeInWords } from '../why.ts'
import { causeName, left, mainDifference, right, signed } from './causes.ts'
import { notes, table } from './table.ts'
import { type Line, quiet, strong } from './text.ts'

const MOST_CHANGES = 10
const MOST_HANDLERS = 5

export function changeLines(found: Explanation, columns: number): readonly Line[] {
  const { attribution, changes, metric, unit, code } = found
  if (code && changes.every(isCode))
    return [
      [],
      [strong('which change')],
      ...notes([`no parameter and no cost differs; ${codeInWords(code)}`], columns),
    ]
  if (!attribution)
    return changes.length === 0
      ? [
          [],
          ...notes(['the two scenarios say the same: what differs is what they read, or the build'], columns),
        ]
      : []
  const { effects, a, b, scenarios } = attribution
  const total = b - a
  const shown = effects.slice(0, MOST_CHANGES)
  const more = effects.length - shown.length
  const cells = (of: (effect: Effect) => string) => shown.map(of)
  return [
    [],
    [strong('which change'), quiet(`  ${metric}, ${signed(total, unit)}`)],
    ...table(
      [
        left('', cells(effectName), 12),
        left('A → B', cells(valuesOf), 10),
        right(
          'explains',
          cells(({ explains }) => (explains === null ? ABSENT : signed(explains, unit))),
        ),
        right(
          '',
          cells(({ explains }) => (explains === null || total === 0 ? '' : shareOf(explains / total))),
        ),
      ],
      columns,
    ),
    ...(more > 0 ? notes([`${counted(more, 'further change')} that explain less`], columns) : []),
    ...notes(
      [
        togetherInWords(effects, total, unit, scenarios),
        ...lateInWords(attribution),
        ...(code && effects.some(({ unit, explains }) => explains !== 0 && unit.some(isCode))
          ? [codeInWords(code)]
          : []),
        ...handlersInWords(found),
      ],
      columns,
    ),
  ]
}

const lateInWords = ({ untried }: Attribution): readonly string[] =>
  untried === 0 ? [] : [`the time limit came first: ${counted(untried, 'change')} not tried`]

/** What another scale of all costs adds, handler by handler; what waits behind them is not in it. */
function handlersInWords(found: Explanation): readonly string[] {
  const main = mainDifference(found)
  const scaled = found.changes.some(({ path }) => ['costs', 'costs.scale'].includes(path.join('.')))
  if (!main || !scaled) return []
  const handlers = main.causes.filter(({ part, a, b }) => part === 'compute' && a !== b)
  if (handlers.length === 0) return []
  const sum = handlers.reduce((total, { a, b }) => total + b - a, 0)
  const list = handlers
    .slice(0, MOST_HANDLERS)
    .map((each) => `${causeName(each).replace(/^compute /, '')} ${signed(each.b - each.a, 'ns')}`)
    .join('; ')
  const more = handlers.length > MOST_HANDLERS ? ' …' : ''
  return [
    `the costs by handler, on latency.${main.figure}: ${list}${more}; in sum ${signed(sum, 'ns')}, and what waits behind them`,
  ]
}

const shareOf = (share: number): string =>
  share === 0 ? '0 %' : `${share < 0 ? '−' : ''}${percent(Math.abs(share))}`

function effectName({ unit }: Effect): string {
  const names = unit.map(changeName)
  return names.length <= 2 ? names.join(' + ') : `${names[0]} + ${names.length - 1} more`
}

const changeName = (change: Change): string => (isCode(change) ? 'the code' : changeText(change))

function valuesOf({ unit }: Effect): string {
  return unit.length <= 2 ? unit.map((change) => valuesText(change)).join(' + ') : ''
}

/** How far the changes act by themselves. */
function togetherInWords(effects: readonly Effect[], total: number, unit: Unit, scenarios: number): string {
  if (effects.length === 1 && scenarios === 2) return 'it is the only change there is'
  const into = effects.map(({ intoA }) => intoA)
  const ran = `${counted(scenarios, 'scenario')} run with the same seeds, each change put into A alone and taken out of B alone; the mean of both is what it explains`
  if (into.some((each) => each === null))
    return `${ran}; in some of them the figure is absent, or they come to no end`
  const alone = into.reduce<number>((sum, each) => sum + each!, 0)
  const apart = Math.abs(alone - total)
  const list = into
    .slice(0, 4)
    .map((each) => signed(each!, unit))
    .join(', ')
  return `${ran}. Together ${signed(total, unit)}; put into A alone ${list}${into.length > 4 ? ' …' : ''}, in sum ${signed(alone, unit)}${
    apart > 0.05 * Math.abs(total) ? `: ${signed(total - alone, unit)} come of their acting together` : ''
  }`
}
