// In what two resolved scenarios differ, value by value, and scenarios between the two: some values of one, the rest of the other.
// Plain data: what a scenario says after `extends` and `--set`, its cost table included.

import { quote } from '../errors.ts'
import type { Scope } from '../scenario/expression.ts'
import { parsePath } from '../scenario/source/set.ts'
import { parseTemplate } from '../scenario/template.ts'
import { format } from '../units.ts'
import type { CostEntry } from '../world/costs/cost-table.ts'

export type Data = Readonly<Record<string, unknown>>

/** One value in which two scenarios differ; `undefined`: left out there. */
export interface Change {
  readonly path: readonly string[]
  readonly a: unknown
  readonly b: unknown
  /** What `${…}` in the values stands for, where a side has it there. */
  readonly filled?: { readonly a: unknown; readonly b: unknown }
}

/** What a scenario says of itself and of its verdicts, and nothing that happens in a run hangs on. */
const TELLING = [
  'name',
  'title',
  'description',
  'extends',
  'matrix',
  'seeds',
  'expect',
  'claims',
  'gate',
  'speedup',
]

/** The scenario without what no run hangs on. */
export const decisive = (data: Data): Data =>
  Object.fromEntries(Object.entries(data).filter(([key]) => !TELLING.includes(key)))

const isMapping = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The values that differ, in the order of A, then what B alone has. */
export function changesBetween(a: Data, b: Data, path: readonly string[] = []): readonly Change[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return keys.flatMap((key) => changesAt(a[key], b[key], [...path, key]))
}

/** The changes, each with what `${…}` in its values stands for on its side. */
export const filledIn = (changes: readonly Change[], a: Data, b: Data): readonly Change[] =>
  changes.map((change) => {
    const filled = { a: filledWith(change.a, a), b: filledWith(change.b, b) }
    return filled.a === change.a && filled.b === change.b ? change : { ...change, filled }
  })

/** The value itself where it has no `${…}`, or where what that stands for cannot be told. */
function filledWith(value: unknown, { parameters = {} }: Data): unknown {
  if (typeof value !== 'string') return value
  const scope = parameters as Scope
  try {
    return parseTemplate(value, Object.keys(scope))?.fill(scope) ?? value
  } catch {
    return value
  }
}

function changesAt(a: unknown, b: unknown, path: readonly string[]): readonly Change[] {
  if (alike(a, b)) return []
  const whole = [{ path, a, b }]
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length ? a.flatMap((item, i) => changesAt(item, b[i], [...path, String(i)])) : whole
  if (!isMapping(a) || !isMapping(b) || isOneValue(a, b, path)) return whole
  return changesBetween(a, b, path)
}

/** What another kind takes is not what this one takes; an operation's cost is one curve. */
const isOneValue = (a: Data, b: Data, path: readonly string[]): boolean => a.kind !== b.kind || isCost(path)

function alike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => alike(item, b[i]))
  if (!isMapping(a) || !isMapping(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && alike(a[key], b[key]))
  )
}

/** The scenario with the values that these changes have on one side. */
export function withChanges(data: Data, changes: readonly Change[], side: 'a' | 'b'): Data {
  return changes.reduce<Data>((result, change) => put(result, change.path, change[side]) as Data, data)
}

/** The data with a value at a path, or without it. */
function put(at: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value
  if (Array.isArray(at)) return at.with(Number(step), put(at[Number(step)], rest, value))
  const mapping = isMapping(at) ? at : {}
  const next = put(mapping[step], rest, value)
  if (next !== undefined) return { ...mapping, [step]: next }
  const left = Object.entries(mapping).filter(([key]) => key !== step)
  return Object.fromEntries(left)
}

/** An entry of a cost table. */
const isCost = (path: readonly string[]): boolean =>
  path.length === 4 && path.slice(0, 3).join('.') === 'costs.table.entries'

/** `services.redis.service.mean`, as `--set` takes it; of a cost `the cost of queen/job`. */
export const changeText = ({ path }: Change): string =>
  isCost(path) ? `the cost of ${quote(path[3]!)}` : pathText(path)

/** `services.redis.service.mean`, as `--set` takes it. */
export const pathText = (path: readonly string[]): string =>
  path.map((step) => (/[.\s"]/.test(step) ? JSON.stringify(step) : step)).join('.')

/** `50ms → 60ms`, each value of at most so many characters. */
export const valuesText = ({ a, b, filled = { a, b } }: Change, most?: number): string =>
  `${valueText(filled.a, most)} → ${valueText(filled.b, most)}`

/** A value as it is read: `50ms`, `a mapping of kind queue`; of a cost its least and its largest: `6.92 µs to 18.2 µs`. */
export function valueText(value: unknown, most = 60): string {
  if (value === undefined) return 'left out'
  if (isMapping(value) && Array.isArray(value.points)) return costText(value.points as CostEntry['points'])
  if (isMapping(value) && typeof value.kind === 'string' && JSON.stringify(value).length > most)
    return `a mapping of kind ${quote(value.kind)}`
  return quote(typeof value === 'string' ? value : JSON.stringify(value), most)
}

function costText(points: CostEntry['points']): string {
  const costs = points.map(([, p50]) => p50)
  const [least, most] = [Math.min(...costs), Math.max(...costs)].map((cost) => format(cost, 'ns'))
  return least === most ? least! : `${least} to ${most}`
}

/** The scenario with its matrix gone, as this one of its variants has it. */
export function singleVariant(
  data: Data,
  axes: Readonly<Record<string, unknown>>,
  parameters: readonly string[],
): Data {
  return Object.entries(axes).reduce<Data>(
    (result, [name, value]) =>
      put(result, parameters.includes(name) ? ['parameters', name] : parsePath(name), value) as Data,
    decisive(data),
  )
}
