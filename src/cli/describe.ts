// A parameter in words: its name, unit, bounds, default, meaning and where the default comes from.

import { kebab, type Parameter, type ParameterType } from '../parameters.ts'
import { format } from '../units.ts'

/** Lines about one parameter and what is inside it, indented. */
export function describeParameter(name: string, parameter: Parameter<unknown>, indent: string): string[] {
  const { meaning, source, shape } = parameter
  const lines = [`${indent}${name} (${typeOf(shape)}${needOf(parameter)}): ${meaning}`]
  if (source) lines.push(`${indent}  source: ${source}`)
  if (shape.type === 'record')
    for (const [key, field] of Object.entries(shape.fields))
      lines.push(...describeParameter(kebab(key), field, `${indent}  `))
  if ((shape.type === 'map' || shape.type === 'list') && shape.of.shape.type === 'record')
    for (const [key, field] of Object.entries(shape.of.shape.fields))
      lines.push(...describeParameter(kebab(key), field, `${indent}  `))
  return lines
}

function typeOf(shape: ParameterType): string {
  switch (shape.type) {
    case 'quantity':
      return `${UNIT_WORDS[shape.unit] ?? shape.unit}${boundsOf(shape)}`
    case 'choice':
      return shape.choices.join(' | ')
    case 'distribution':
      return `${UNIT_WORDS[shape.unit] ?? shape.unit}, or a distribution`
    case 'reference':
      return `name of a ${shape.to === 'any' ? 'service or coordinator' : shape.to}`
    case 'list':
      return `list of ${typeOf(shape.of.shape)}`
    case 'map':
      return `names to ${typeOf(shape.of.shape)}`
    case 'kind':
      return `one of ${Object.keys(shape.kinds).join(', ')}`
    case 'flag':
      return 'true | false'
    default:
      return shape.type
  }
}

const UNIT_WORDS: Readonly<Record<string, string>> = {
  ns: 'duration',
  bytes: 'size',
  '/s': 'rate',
  'bytes/s': 'bandwidth',
}

function boundsOf({ unit, min, max }: Extract<ParameterType, { type: 'quantity' }>): string {
  const least = min ? ` from ${format(min, unit)}` : ''
  return `${least}${max === undefined || unit === 'ratio' ? '' : ` to ${format(max, unit)}`}`
}

function needOf(parameter: Parameter<unknown>): string {
  if (parameter.default !== undefined) return `, default ${valueText(parameter.default, parameter.shape)}`
  return parameter.optional ? ', optional' : ', required'
}

function valueText(value: unknown, shape: ParameterType): string {
  if (shape.type === 'quantity') return format(value as number, shape.unit)
  if (shape.type === 'distribution') {
    const { kind, value: constant } = value as { kind: string; value?: number }
    return kind === 'constant' ? format(constant!, shape.unit) : JSON.stringify(value)
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}
