// A part in words: what it means, what can be set on it (unit, bounds, default, source), what it observes.

import type { MetricDefinition } from '../env/metric.ts'
import { kebab, type Parameter, type Parameters, type ParameterType } from '../parameters.ts'
import { format, type Unit } from '../units.ts'
import { figuresText } from './metric-families.ts'
import { glossary, hanging } from './prose.ts'
import type { Entry } from './topics.ts'

/** One entry, whole. */
export function describeEntry(name: string, entry: Entry, columns: number): string {
  const { meaning, parameters = {}, metrics = {}, figures = [], faults = {}, family, source, note } = entry
  const blocks = [hanging(`${name}: `, meaning, columns)]
  if (source) blocks.push(hanging('source: ', source, columns))
  if (family) blocks.push(glossary(familyLines(family.name, family), columns, 0))
  if (Object.keys(parameters).length > 0)
    blocks.push(`parameters\n${describeParameters(parameters, columns, 2)}`)
  if (note) blocks.push(hanging('', note, columns))
  if (Object.keys(metrics).length > 0)
    blocks.push(`metrics\n${glossary(Object.entries(metrics).map(metricLine), columns)}`)
  if (Object.keys(faults).length > 0) blocks.push(`faults\n${glossary(Object.entries(faults), columns)}`)
  if (figures.length > 0)
    blocks.push(
      `figures\n${glossary(
        figures.map((each) => [each.name, each.meaning]),
        columns,
      )}`,
    )
  return blocks.join('\n\n')
}

const familyLines = (name: string, { unit, better, figures }: NonNullable<Entry['family']>) =>
  [
    ['unit', UNIT_WORDS[unit] ?? unit],
    ['better', better],
    ['figures', figuresText(figures)],
    ['in a scenario', `expect: [{ metric: ${name}${figures[0]}, … }]`],
  ] as const

const metricLine = ([name, { unit, better, meaning }]: readonly [string, MetricDefinition]) =>
  [
    name,
    `${meaning} (${UNIT_WORDS[unit] ?? unit}${better === 'neither' ? '' : `, ${better} is better`})`,
  ] as const

function describeParameters(parameters: Parameters, columns: number, margin: number): string {
  const names = Object.keys(parameters).map(kebab)
  const indent = margin + Math.min(24, Math.max(...names.map((name) => name.length))) + 2
  return Object.entries(parameters)
    .flatMap(([key, parameter]) => describeParameter(kebab(key), parameter, columns, margin, indent))
    .join('\n')
}

function describeParameter(
  name: string,
  parameter: Parameter<unknown>,
  columns: number,
  margin: number,
  indent: number,
): string[] {
  const { meaning, source, shape } = parameter
  const beside = (text: string) => hanging(' '.repeat(indent), text, columns)
  const lines = [
    hanging(' '.repeat(margin) + name, `${typeOf(shape)}; ${needOf(parameter)}`, columns, indent),
    beside(meaning),
  ]
  if (source) lines.push(beside(`source: ${source}`))
  const inner = fieldsOf(shape)
  if (inner) lines.push(describeParameters(inner, columns, margin + 2))
  return lines
}

function fieldsOf(shape: ParameterType): Parameters | undefined {
  if (shape.type === 'record') return shape.fields
  return shape.type === 'map' || shape.type === 'list' ? fieldsOf(shape.of.shape) : undefined
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
      return `list: ${typeOf(shape.of.shape)}`
    case 'map':
      return `mapping from names: ${typeOf(shape.of.shape)}`
    case 'record':
      return 'mapping'
    case 'kind':
      return `kind: ${Object.keys(shape.kinds).join(' | ')}`
    case 'request':
      return 'kind of request'
    case 'flag':
      return 'true | false'
    case 'text':
      return 'text'
  }
}

const UNIT_WORDS: Readonly<Record<string, string>> = {
  ns: 'duration',
  bytes: 'size',
  '/s': 'rate',
  'bytes/s': 'bandwidth',
  count: 'whole number',
}

function boundsOf({ unit, min, max }: Extract<ParameterType, { type: 'quantity' }>): string {
  const least = min ? ` from ${format(min, unit)}` : ''
  return `${least}${max === undefined || unit === 'ratio' ? '' : ` to ${format(max, unit)}`}`
}

function needOf(parameter: Parameter<unknown>): string {
  if (parameter.default !== undefined) return `default ${valueText(parameter.default, parameter.shape)}`
  return parameter.optional ? 'optional' : 'required'
}

function valueText(value: unknown, shape: ParameterType): string {
  if (shape.type === 'quantity') return format(value as number, shape.unit)
  if (shape.type === 'distribution') return distributionText(value as { kind: string }, shape.unit)
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((each) => innerText(each, shape)).join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.keys(value).length === 0 ? 'none' : JSON.stringify(value)
}

const innerText = (value: unknown, shape: ParameterType): string =>
  valueText(value, shape.type === 'list' ? shape.of.shape : { type: 'text' })

/** `200 µs`, or `{ kind: lognormal, median: 1020, p99: 4142 }`. */
function distributionText(
  { kind, ...terms }: { readonly kind: string; readonly [term: string]: unknown },
  unit: Unit,
): string {
  if (kind === 'constant') return format(terms.value as number, unit)
  const written = Object.entries(terms).map(([term, value]) => `, ${kebab(term)}: ${value}`)
  return `{ kind: ${kind}${written.join('')} }`
}
