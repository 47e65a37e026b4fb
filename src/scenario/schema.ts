// The JSON Schema of scenarios, for editors: what the check itself is made of, in their words. Left out is whatever needs
// more than one place of a file: the names of parts and parameters, the unit of an expectation's metric.

import { z } from 'zod'
import { type Note, newContext } from './check/context.ts'
import { headerShape } from './check/header.ts'
import { sectionsShape } from './check/sections.ts'
import type { Registries } from './registry.ts'

interface Schema {
  [word: string]: unknown
}

/**
 * Draft 2020-12. A scenario that extends another says only a part, and may leave out anywhere what the other has: of such
 * a one the sections are not looked into, since nobody but the check can tell whether the whole is right.
 */
export function jsonSchema(registries: Registries): object {
  const context = newContext(registries)
  const convert = (shape: z.core.$ZodShape): Schema =>
    z.toJSONSchema(z.strictObject(shape), {
      io: 'input',
      metadata: context.notes,
      override: ({ jsonSchema }) => fromNotes(jsonSchema as Schema),
    }) as Schema
  const header = convert(headerShape(context))
  const sections = withTemplates(convert(sectionsShape(context))) as Schema
  const whole = sections.properties as Readonly<Record<string, Schema>>
  return {
    $schema: sections.$schema,
    title: 'A scenario of Rehearsal',
    type: 'object',
    properties: {
      ...deletable(header.properties as Schema),
      extends: {
        type: 'string',
        description: 'path of the scenario that this one builds on, relative to this file',
      },
      ...Object.fromEntries(Object.entries(whole).map(([name, { description }]) => [name, { description }])),
    },
    additionalProperties: false,
    if: { required: ['extends'] },
    else: { properties: whole },
    $defs: { template: TEMPLATE, ...(header.$defs as Schema), ...(sections.$defs as Schema) },
  }
}

/** An axis of a base is taken away by null. */
function deletable(properties: Schema): Schema {
  const orNull = (schema: unknown): Schema => ({ anyOf: [schema, { type: 'null' }] })
  const matrix = properties.matrix as Schema
  const whole = { ...matrix, additionalProperties: orNull(matrix.additionalProperties) }
  return { ...properties, matrix: whole }
}

/** Defaults become those that are written, not those that are checked; other ways of writing become alternatives. */
function fromNotes(schema: Schema): void {
  const { also, written, description, default: _, id, ...rest } = schema
  for (const word of ['also', 'written', 'default']) delete schema[word]
  if (written !== undefined) schema.default = written
  if (!also) return
  for (const word of Object.keys(rest)) delete schema[word]
  schema.anyOf = [rest, ...(also as NonNullable<Note['also']>)]
}

const TEMPLATE = {
  type: 'string',
  pattern: '\\$\\{[^}]*\\}',
  description: `a text with \${…} in it: expressions over the scenario's parameters`,
}
const REFERENCE = { $ref: '#/$defs/template' }

/** The schema with `${…}` allowed wherever a single value may stand. */
function withTemplates(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withTemplates)
  if (typeof schema !== 'object' || schema === null) return schema
  const { description, default: written, ...rest } = schema as Schema
  const about = {
    ...(description === undefined ? {} : { description }),
    ...(written === undefined ? {} : { default: written }),
  }
  if (isScalar(rest)) return { ...about, anyOf: [rest, REFERENCE] }
  if (Array.isArray(rest.anyOf) && rest.anyOf.some(isScalar))
    return {
      ...about,
      ...rest,
      anyOf: [...rest.anyOf.map((each) => (isScalar(each) ? each : withTemplates(each))), REFERENCE],
    }
  return {
    ...about,
    // A kind that is a template may be any of them.
    ...Object.fromEntries(
      Object.entries(rest).map(([word, value]) => [word === 'oneOf' ? 'anyOf' : word, below(word, value)]),
    ),
  }
}

/** Schemas are found in the values of these words, and of the properties and definitions by name. */
function below(word: string, value: unknown): unknown {
  if (word === 'propertyNames' || word === 'required' || word === 'const' || word === 'enum') return value
  if (word !== 'properties' && word !== '$defs') return withTemplates(value)
  return Object.fromEntries(
    Object.entries(value as Schema).map(([name, schema]) => [name, withTemplates(schema)]),
  )
}

/** A single value that is not any text at all, in which `${…}` may stand anyway. */
const isScalar = (schema: Schema): boolean =>
  ['number', 'integer', 'boolean'].includes(String(schema.type)) ||
  (schema.type === 'string' &&
    (schema.enum !== undefined || schema.pattern !== undefined || schema.const !== undefined))
