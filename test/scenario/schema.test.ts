/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios are full of them */
// The schema for editors agrees with the check, as far as a schema can. The validator here knows just the words that occur.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { newChecker } from '../../src/scenario/check/check.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { parts } from '../../src/scenario/parts.ts'
import { jsonSchema } from '../../src/scenario/schema.ts'
import { edit, registries, VALID } from './fakes.ts'

type Schema = Readonly<Record<string, unknown>>
type Data = Readonly<Record<string, unknown>>

const isMapping = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isType = (value: unknown, type: unknown): boolean =>
  type === 'object'
    ? isMapping(value)
    : type === 'array'
      ? Array.isArray(value)
      : type === 'integer'
        ? Number.isInteger(value)
        : type === 'null'
          ? value === null
          : typeof value === type

/** Each word of JSON Schema that occurs → whether a value is as it says. */
const WORDS: Readonly<
  Record<string, (value: unknown, word: never, schema: Schema, root: Schema) => boolean>
> = {
  type: (value, types: unknown) => [types].flat().some((type) => isType(value, type)),
  const: (value, constant: unknown) => value === constant,
  enum: (value, choices: unknown[]) => choices.includes(value),
  pattern: (value, pattern: string) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  minimum: (value, least: number) => typeof value !== 'number' || value >= least,
  maximum: (value, most: number) => typeof value !== 'number' || value <= most,
  minLength: (value, least: number) => typeof value !== 'string' || value.length >= least,
  maxLength: (value, most: number) => typeof value !== 'string' || value.length <= most,
  minItems: (value, least: number) => !Array.isArray(value) || value.length >= least,
  maxItems: (value, most: number) => !Array.isArray(value) || value.length <= most,
  items: (value, schema: Schema, _, root) =>
    !Array.isArray(value) || value.every((item) => isValid(item, schema, root)),
  prefixItems: (value, schemas: Schema[], _, root) =>
    !Array.isArray(value) ||
    schemas.every((schema, i) => i >= value.length || isValid(value[i], schema, root)),
  required: (value, keys: string[]) => !isMapping(value) || keys.every((key) => Object.hasOwn(value, key)),
  properties: (value, schemas: Record<string, Schema>, _, root) =>
    !isMapping(value) ||
    Object.entries(value).every(([key, each]) => !schemas[key] || isValid(each, schemas[key], root)),
  additionalProperties: (value, rule: Schema | false, { properties }, root) =>
    !isMapping(value) ||
    Object.entries(value).every(
      ([key, each]) =>
        Object.hasOwn((properties as object) ?? {}, key) || (rule !== false && isValid(each, rule, root)),
    ),
  propertyNames: (value, schema: Schema, _, root) =>
    !isMapping(value) || Object.keys(value).every((key) => isValid(key, schema, root)),
  anyOf: (value, schemas: Schema[], _, root) => schemas.some((schema) => isValid(value, schema, root)),
  oneOf: (value, schemas: Schema[], _, root) =>
    schemas.filter((schema) => isValid(value, schema, root)).length === 1,
  if: (value, schema: Schema, { else: other }, root) =>
    isValid(value, schema, root) || isValid(value, other as Schema, root),
  $ref: (value, path: string, _, root) =>
    isValid(
      value,
      path
        .split('/')
        .slice(1)
        .reduce<Schema>((at, key) => at[key] as Schema, root),
      root,
    ),
}

const SILENT = ['else', '$schema', '$defs', 'title', 'description', 'default']

function isValid(value: unknown, schema: Schema, root: Schema): boolean {
  return Object.entries(schema).every(([word, rule]) => {
    if (SILENT.includes(word)) return true
    if (!WORDS[word]) throw new Error(`a word that the validator does not know: ${word}`)
    return WORDS[word](value, rule as never, schema, root)
  })
}

const fake = jsonSchema(registries) as Schema
const accepts = (text: string) => isValid(parse(text), fake, fake)

describe('the schema', () => {
  test('is JSON, of draft 2020-12, and the same each time', () => {
    expect(fake.$schema).toBe('https://json-schema.org/draft/2020-12/schema')
    expect(JSON.stringify(jsonSchema(registries))).toBe(JSON.stringify(fake))
  })

  test('accepts the valid scenario', () => {
    expect(accepts(VALID)).toBe(true)
  })

  test.each([
    ['an unknown section', `${VALID}service: {}\n`],
    ['an unknown key', edit('cores: 4', 'coers: 4')],
    ['an unknown kind', edit('kind: queue', 'kind: queu')],
    ['a missing parameter', edit(', rate: "${rho}/s"', '')],
    ['a duration without unit', edit('duration: 600s', 'duration: 600')],
    ['a unit of something else', edit('memory: 8GiB', 'memory: 8kg')],
    ['a number out of bounds', edit('cores: 4', 'cores: 4000')],
    ['a fraction of a whole thing', edit('cores: 4', 'cores: 4.5')],
    ['an unknown choice', edit('servers: 2', 'discipline: lofi')],
    ['a text that does not match', edit('servers: 2', 'label: ABC')],
    [
      'a distribution within a distribution',
      edit('kind: exponential, mean: 1s', 'kind: exponental, mean: 1s'),
    ],
    ['a name that is no name', edit('front: {}', 'Front_1: {}')],
    ['no number of seeds', edit('seeds: 3', 'seeds: 0')],
    ['a parameter with a dash', edit('rho: 0.8', 'rho: 0.8, slow-down: 3')],
    ['a claim with a wrong number', edit('id: OM-02', 'id: OM-2')],
  ])('refuses %s, as the check does', (_, text) => {
    expect(accepts(text)).toBe(false)
  })

  test.each([
    ['a number', edit('cores: 4', 'cores: "${agents}"')],
    ['a quantity', edit('8GiB', '"${agents}GiB"')],
    ['a choice', edit('servers: 2', 'discipline: "${mode}"')],
    ['a truth value', edit('servers: 2', 'preload: "${agents == 4}"')],
    ['a text with a pattern', edit('servers: 2', 'label: "${mode}"')],
    ['a distribution', edit('latency: 1ms, loss', 'latency: "${agents}ms", loss')],
    ['a limit', edit('below: 30s', 'below: "${agents}s"')],
  ])('accepts ${…} for %s', (_, text) => {
    expect(accepts(text)).toBe(true)
  })

  test('says what a key means, and its default as one would write it', () => {
    const at = (...keys: string[]) => keys.reduce<Schema>((schema, key) => schema[key] as Schema, fake)
    expect(at('else', 'properties', 'workload', 'properties', 'timeout')).toMatchObject({
      description: 'patience. Default: 600s',
      default: '600s',
    })
    expect(at('else', 'properties', 'hosts', 'additionalProperties', 'properties', 'memory')).toMatchObject({
      description: 'size of the memory. Default: 32GiB',
      default: '32GiB',
    })
    expect(at('else', 'properties', 'network', 'properties', 'latency')).toMatchObject({
      description: 'one way. Default: 200us',
    })
  })
})

describe('the scenarios that come with the program', () => {
  const real = jsonSchema(parts) as Schema
  const checker = newChecker(parts)
  const read = (path: string) => readFileSync(path, 'utf8')
  const files = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => join('scenarios', file))

  test.each(files)('%s is right to the check and to the schema, by itself and with its bases', (file) => {
    const { resolved } = loadScenario(file, { checker, read })
    expect(isValid(resolved, real, real)).toBe(true)
    expect(isValid(parse(read(file)), real, real)).toBe(true)
  })
})
