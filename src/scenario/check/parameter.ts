// From a declared parameter to the schema of what a scenario may write for it. The checked value is in base units, under
// the parameter's own name; errors carry problems (see problem.ts) in the one text that zod has for them.

import { z } from 'zod'
import { ScenarioError } from '../../errors.ts'
import {
  type DistributionSpec,
  type Kinds,
  kebab,
  type Parameter,
  type Parameters,
  type ParameterType,
} from '../../parameters.ts'
import { expectedOf, type Unit } from '../../units.ts'
import { invalid, listed, missing, type Problem, say, shown, unknown, unknownKey } from '../problem.ts'
import { type Context, type Note, referenceProblem } from './context.ts'
import { formsOf, readQuantity, written } from './quantity.ts'

const MAX_LIST = 100_000

type Issue = z.core.$ZodRawIssue

/** Fails a transformation with a problem. */
export function fail(context: z.core.$RefinementCtx, problem: Problem): never {
  context.addIssue({ code: 'custom', message: say(problem) })
  return z.NEVER
}

/** Says what is missing, or what was expected instead of what is there. */
const expecting =
  (looks: string, meaning: string, hint?: (input: unknown) => string | undefined) =>
  ({ input }: Issue): string =>
    say(input === undefined ? missing(looks, meaning) : invalid(input, looks, hint?.(input)))

/** A mapping of declared parameters and what else may stand beside them; no other key. */
export function mappingSchema<Beside extends z.core.$ZodShape>(
  parameters: Parameters,
  beside: Beside,
  meaning: string,
  context: Context,
) {
  const shape: Record<string, z.ZodType> = {}
  for (const [name, parameter] of Object.entries(parameters))
    shape[kebab(name)] = parameterSchema(parameter, context)
  const known = [...Object.keys(beside), ...Object.keys(shape)]
  const schema = z.strictObject({ ...beside, ...shape }, { error: mappingError(meaning, known) })
  context.notes.add(schema, { description: meaning })
  return schema.transform((data) => {
    const all = data as Readonly<Record<string, unknown>>
    const values: Record<string, unknown> = {}
    for (const name of Object.keys(parameters)) values[name] = all[kebab(name)]
    return { beside: all as z.output<z.ZodObject<Beside>>, values }
  })
}

export const mappingError =
  (meaning: string, known: readonly string[]) =>
  (issue: Issue): string =>
    issue.code === 'unrecognized_keys'
      ? say(...issue.keys.map((key) => unknownKey(key, known)))
      : expecting(`a mapping of ${listed(known)}`, meaning)(issue)

/** One of several mappings, told apart by `kind`. */
export function kindSchema<S extends z.ZodType>(
  kinds: readonly (readonly [kind: string, schema: S])[],
  meaning: string,
  what?: string,
  names: readonly string[] = kinds.map(([kind]) => kind),
): z.ZodType<z.output<S>> {
  const [first, ...rest] = kinds.map(([, schema]) => schema as unknown as z.core.$ZodTypeDiscriminable)
  const looks = `a mapping with a kind: ${listed(names)}`
  const error = (issue: Issue): string => {
    if (issue.code !== 'invalid_union') return expecting(looks, meaning)(issue)
    const { kind } = issue.input as { kind?: unknown }
    if (kind === undefined) return say(missing(listed(names), meaning))
    return say(
      typeof kind === 'string'
        ? unknown(what ? `kind of ${what}` : 'kind', kind, names)
        : invalid(kind, listed(names)),
    )
  }
  if (!first) return z.never({ error: () => say({ message: `no ${what ?? 'kind'} is known` }) })
  return z.discriminatedUnion('kind', [first, ...rest], { error }) as unknown as z.ZodType<z.output<S>>
}

/** The schema of one parameter: its value, its default, or nothing if it is optional. */
export function parameterSchema(parameter: Parameter<unknown>, context: Context): z.ZodType {
  const known = context.parameters.get(parameter)
  if (known) return known
  const made = newSchema(parameter, context)
  context.parameters.set(parameter, made)
  return made
}

function newSchema(parameter: Parameter<unknown>, context: Context): z.ZodType {
  const schema = valueSchema(parameter.shape, parameter.meaning, context)
  const { default: value, optional } = parameter
  const whole = value !== undefined ? schema.default(value as never) : optional ? schema.optional() : schema
  context.notes.add(whole, noteOf(parameter))
  return whole
}

function noteOf({ meaning, shape, default: value }: Parameter<unknown>): Note {
  const text = value === undefined ? undefined : defaultOf(value, shape)
  return {
    description: text === undefined ? meaning : `${meaning}. Default: ${shown(text)}`,
    ...(text === undefined ? {} : { written: text }),
  }
}

/** A default as a scenario would write it, where it is a single value. */
function defaultOf(value: unknown, shape: ParameterType): unknown {
  if (shape.type === 'quantity') return quantityText(value as number, shape.unit)
  if (shape.type === 'distribution') {
    const { kind, value: constant } = value as { kind: string; value?: unknown }
    return kind === 'constant' && typeof constant === 'number'
      ? quantityText(constant, shape.unit)
      : undefined
  }
  return shape.type === 'flag' || shape.type === 'choice' || shape.type === 'text' ? value : undefined
}

function quantityText(value: number, unit: Unit): string | number {
  const text = written(value, unit)
  return text === String(value) ? value : text
}

function valueSchema(shape: ParameterType, meaning: string, context: Context): z.ZodType {
  switch (shape.type) {
    case 'quantity':
      return quantitySchema(shape, meaning, context)
    case 'text':
      return textSchema(shape.pattern, meaning)
    case 'flag':
      return z.boolean({ error: expecting('true or false', meaning, truth) })
    case 'choice':
      return choiceSchema(shape.choices, meaning)
    case 'distribution':
      return distributionSchema(shape.unit, meaning, context)
    case 'reference':
      return referenceSchema(shape.to, meaning, context)
    case 'list':
      return listSchema(parameterSchema(shape.of, context), meaning, shape.max)
    case 'map':
      return z.record(z.string(), parameterSchema(shape.of, context), {
        error: expecting('a mapping from names to values', meaning),
      })
    case 'record':
      return mappingSchema(shape.fields, {}, meaning, context).transform(({ values }) => values)
    case 'kind':
      return kindsSchema(shape.kinds, meaning, context)
    case 'request':
      return kindsSchema(context.registries.requests, meaning, context)
  }
}

const kindsSchema = (kinds: Kinds, meaning: string, context: Context): z.ZodType =>
  kindSchema(
    Object.entries(kinds).map(([kind, part]) => [
      kind,
      mappingSchema(part.parameters, { kind: z.literal(kind) }, part.meaning, context).transform(
        ({ values }) => ({ kind, values }),
      ),
    ]),
    meaning,
  )

/** A text or number that is a quantity of the unit. */
export function quantitySchema(
  shape: Extract<ParameterType, { type: 'quantity' }>,
  meaning: string,
  context: Context,
) {
  const [text, number] = [z.string(), z.number()]
  const [textForm, numberForm] = formsOf(shape)
  context.notes.add(text, textForm)
  context.notes.add(number, numberForm)
  const schema = z
    .union([text, number], { error: expecting(expectedOf(shape.unit), meaning) })
    .transform((raw, refinement) => {
      const value = readQuantity(raw, shape)
      return typeof value === 'number' ? value : fail(refinement, value)
    })
  context.notes.add(schema, { description: meaning })
  return schema
}

/** YAML 1.2 has no other words for them. */
const truth = (input: unknown): string | undefined =>
  input === 'yes' || input === 'on'
    ? 'did you mean true?'
    : input === 'no' || input === 'off'
      ? 'did you mean false?'
      : undefined

export function textSchema(pattern: RegExp | undefined, meaning: string) {
  const hint = (input: unknown) =>
    typeof input === 'number' || typeof input === 'boolean' ? 'put it in quotes to make it a text' : undefined
  const text = z.string({ error: expecting('a text', meaning, hint) })
  return pattern
    ? text.regex(pattern, {
        error: ({ input }) => say(invalid(input, `a text that matches ${pattern.source}`)),
      })
    : text
}

function choiceSchema(choices: readonly string[], meaning: string) {
  return z.enum(choices, {
    error: (issue) => {
      const { input } = issue
      if (input === undefined) return say(missing(listed(choices), meaning))
      const near = typeof input === 'string' ? unknown('', input, choices).hint : undefined
      return say(invalid(input, listed(choices), near))
    },
  })
}

export function listSchema<Item extends z.ZodType>(item: Item, meaning: string, max = MAX_LIST) {
  return z.array(item, { error: expecting('a list', meaning) }).max(max, {
    error: ({ input }) =>
      say({ invalid: `${(input as unknown[]).length} entries`, expected: `at most ${max}` }),
  })
}

/** A bare quantity stands for the constant one. */
function distributionSchema(unit: Unit, meaning: string, context: Context) {
  const { constant } = context.registries.distributions
  const bare = Object.keys(constant?.parameters(unit) ?? {})[0]
  const whole = (raw: unknown, refinement: z.core.$RefinementCtx) => {
    if (raw === undefined) return fail(refinement, missing(distributionLooks(unit), meaning))
    return typeof raw === 'object' || bare === undefined ? raw : { kind: 'constant', [bare]: raw }
  }
  return z.preprocess(
    whole,
    z.lazy(() => distributionKinds(unit, context)),
  )
}

const distributionLooks = (unit: Unit): string => `${expectedOf(unit)}; or a distribution, by its kind`

function distributionKinds(unit: Unit, context: Context): z.ZodType {
  const made = context.distributions.get(unit)
  if (made) return made
  const kinds = Object.entries(context.registries.distributions).map(([kind, part]) => {
    const schema = mappingSchema(part.parameters(unit), { kind: z.literal(kind) }, part.meaning, context)
    const whole = schema.transform(({ values }, refinement): DistributionSpec => {
      const spec = { kind, ...values }
      const problems = contradictions(() => context.registries.createDistribution(spec, unit))
      if (problems.length > 0) refinement.addIssue({ code: 'custom', message: say(...problems) })
      return spec
    })
    return [kind, whole] as const
  })
  const schema = kindSchema(kinds, 'which distribution it is', 'distribution')
  context.distributions.set(unit, schema)
  context.notes.add(schema, { id: `distribution-${unit.replace('/', '-per-')}`, also: formsOf({ unit }) })
  return schema
}

/** What is wrong with values each of which is right by itself. */
function contradictions(make: () => unknown): readonly Problem[] {
  try {
    make()
    return []
  } catch (error) {
    if (error instanceof ScenarioError) return error.mistakes.map(({ message, hint }) => ({ message, hint }))
    throw error
  }
}

const PART_LOOKS = {
  host: 'host',
  service: 'service',
  coordinator: 'coordinator',
  any: 'service or coordinator',
}

/** A name or a list of names, each of which must be that of a part. */
export function referenceSchema(to: keyof typeof PART_LOOKS, meaning: string, context: Context) {
  const looks = `the name of a ${PART_LOOKS[to]}, or a list of them`
  const name = z.string({ error: expecting(`the name of a ${PART_LOOKS[to]}`, meaning) })
  const error = expecting(looks, meaning)
  const names = z
    .array(name, { error })
    .min(1, { error })
    .max(MAX_LIST, { error })
    .transform((names, refinement) => {
      for (const [i, each] of names.entries()) {
        const problem = referenceProblem(each, to, context.surroundings)
        if (problem) refinement.addIssue({ code: 'custom', message: say({ ...problem, at: [i] }) })
      }
      return names.map((each) => ({ name: each }))
    })
  context.notes.add(names, { also: [{ type: 'string' }] })
  return z.preprocess((raw) => (typeof raw === 'string' ? [raw] : raw), names)
}
