// Whether what a module exports is a coordinator: everything that its types say, since nobody need have checked them.

import type { CoordinatorDefinition } from '../env/index.ts'
import { quote, unknownName } from '../errors.ts'
import type { Parameter, ParameterType } from '../parameters.ts'
import { expectedOf, UNITS } from '../units.ts'

/** What is wrong, and a word of the module's text near which it may be. */
export interface Flaw {
  readonly message: string
  readonly hint?: string
  readonly near?: string
}

type Data = Readonly<Record<string, unknown>>

const isMapping = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether it is meant to be one. */
export const looksLikeCoordinator = (value: unknown): value is Data =>
  isMapping(value) && typeof value.create === 'function' && 'parameters' in value

/** Everything that is wrong with a definition. `reserved` are the names in a scenario that a parameter cannot have. */
export function flawsOf(value: Data, reserved: ReadonlySet<string>): readonly Flaw[] {
  const {
    name,
    meaning,
    parameters,
    metrics = {},
    promises,
  } = value as unknown as Partial<CoordinatorDefinition>
  const flaws: Flaw[] = []
  if (typeof name !== 'string' || !/^(?=.{1,64}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    flaws.push({
      message: `invalid name of a coordinator: ${shown(name)}; expected small letters, digits and single dashes, such as my-queen`,
      near: 'name',
    })
  if (typeof meaning !== 'string' || meaning.trim() === '')
    flaws.push({ message: 'missing meaning: one line that says what the coordinator does', near: 'name' })
  if (promises !== undefined && typeof promises !== 'boolean')
    flaws.push({ message: `invalid promises: ${shown(promises)}; expected true or false`, near: 'promises' })
  if (!isMapping(parameters))
    flaws.push({
      message: `invalid parameters: ${shown(parameters)}; expected a mapping`,
      near: 'parameters',
    })
  else
    for (const [key, parameter] of Object.entries(parameters)) {
      if (reserved.has(key))
        flaws.push({
          message: `a parameter cannot be called ${quote(key)}: every coordinator has one of that name`,
          hint: 'rehearsal list sections container',
          near: key,
        })
      flaws.push(...parameterFlaws(key, parameter))
    }
  if (!isMapping(metrics)) flaws.push({ message: 'invalid metrics; expected a mapping', near: 'metrics' })
  else for (const [key, metric] of Object.entries(metrics)) flaws.push(...metricFlaws(key, metric))
  return flaws
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : quote(value))

function parameterFlaws(name: string, value: unknown): readonly Flaw[] {
  const flaw = (message: string, hint?: string): readonly Flaw[] => [
    { message: `parameter ${quote(name)}: ${message}`, near: name, ...(hint === undefined ? {} : { hint }) },
  ]
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) return flaw('invalid name; expected camelCase, such as maxQueue')
  if (!isMapping(value) || !isMapping(value.shape))
    return flaw(
      'expected what duration(…), count(…), text(…) and the like return',
      "import them from 'rehearsal'",
    )
  const { meaning, shape, default: usual } = value as unknown as Parameter<unknown>
  if (typeof meaning !== 'string' || meaning.trim() === '') return flaw('missing meaning: one line')
  return [
    ...shapeFlaws(name, shape),
    ...(usual !== undefined && !isOf(usual, shape)
      ? flaw(`invalid default: ${shown(usual)}; ${expectedDefault(shape)}`)
      : []),
  ]
}

function shapeFlaws(name: string, shape: ParameterType): readonly Flaw[] {
  const unknown = (what: string, given: unknown, known: readonly string[]): readonly Flaw[] => {
    const { message, hint } = unknownName(what, String(given), known)
    return [
      {
        message: `parameter ${quote(name)}: ${message}`,
        near: name,
        ...(hint === undefined ? {} : { hint }),
      },
    ]
  }
  if (!Object.hasOwn(TYPES, String(shape.type)))
    return unknown('type of a parameter', shape.type, Object.keys(TYPES))
  switch (shape.type) {
    case 'quantity':
    case 'distribution':
      return UNITS.includes(shape.unit) ? [] : unknown('unit', shape.unit, UNITS)
    case 'reference':
      return REFERENTS.includes(shape.to) ? [] : unknown('kind of part', shape.to, REFERENTS)
    case 'list':
    case 'map':
      return parameterFlaws(name, shape.of)
    case 'record':
      return Object.entries(shape.fields).flatMap(([field, each]) => parameterFlaws(field, each))
    case 'kind':
      return Object.values(shape.kinds).flatMap(({ parameters }) =>
        Object.entries(parameters).flatMap(([field, each]) => parameterFlaws(field, each)),
      )
    default:
      return []
  }
}

const TYPES: Readonly<Record<ParameterType['type'], true>> = {
  quantity: true,
  text: true,
  flag: true,
  choice: true,
  distribution: true,
  reference: true,
  list: true,
  map: true,
  record: true,
  kind: true,
  request: true,
}

const REFERENTS: readonly string[] = ['service', 'coordinator', 'any', 'host']

function isOf(value: unknown, shape: ParameterType): boolean {
  switch (shape.type) {
    case 'quantity':
      return typeof value === 'number' && Number.isFinite(value)
    case 'flag':
      return typeof value === 'boolean'
    case 'text':
      return typeof value === 'string'
    case 'choice':
      return shape.choices.includes(value as string)
    case 'list':
      return Array.isArray(value) && value.every((item) => isOf(item, shape.of.shape))
    case 'distribution':
      return isMapping(value) && typeof value.kind === 'string'
    case 'reference':
      return Array.isArray(value)
    default:
      return true
  }
}

function expectedDefault(shape: ParameterType): string {
  switch (shape.type) {
    case 'quantity':
      return shape.unit === 'ns'
        ? 'expected nanoseconds, such as ms(20)'
        : `expected a number in base units; in a scenario it is ${expectedOf(shape.unit)}`
    case 'choice':
      return `expected one of ${shape.choices.join(', ')}`
    case 'distribution':
      return "expected a mapping such as { kind: 'constant', value: ms(20) }"
    default:
      return `expected a ${shape.type}`
  }
}

const OBSERVED: readonly string[] = ['value', 'count', 'level']
const BETTER: readonly string[] = ['lower', 'higher', 'neither']

function metricFlaws(name: string, value: unknown): readonly Flaw[] {
  const flaws: Flaw[] = []
  const { observed, unit, better, meaning } = isMapping(value) ? value : {}
  const one = (key: string, given: unknown, known: readonly string[]): void => {
    if (known.includes(given as string)) return
    flaws.push({
      message: `metric ${quote(name)}: invalid ${key}: ${shown(given)}; expected one of ${known.join(', ')}`,
      near: name,
    })
  }
  if (!/^[a-z][a-z0-9]*([-.][a-z0-9]+)*$/.test(name))
    flaws.push({
      message: `invalid name of a metric: ${quote(name)}; expected small letters, digits, dashes and dots, such as setup.time`,
      near: name,
    })
  one('observed', observed, OBSERVED)
  one('unit', unit, UNITS)
  one('better', better, BETTER)
  if (typeof meaning !== 'string' || meaning.trim() === '')
    flaws.push({ message: `metric ${quote(name)}: missing meaning: one line`, near: name })
  return flaws
}
