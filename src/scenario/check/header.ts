// What a scenario says once for all its variants: its name, parameters, matrix and seeds.

import { z } from 'zod'
import { quote } from '../../errors.ts'
import { PARAMETER_NAME, RESERVED } from '../expression.ts'
import { invalid, missing, type Problem, say, shown } from '../problem.ts'
import { type Context, PART_NAME } from './context.ts'
import { scalar } from './criterion.ts'
import { fail, textSchema } from './parameter.ts'

const MAX_SEEDS = 100_000
const MAX_VALUES = 10_000
const VALUES = 'a list of values'

export function headerShape(context: Context) {
  const noted = <S extends z.ZodType>(schema: S, description: string): S => {
    context.notes.add(schema, { description })
    return schema
  }
  const text = (meaning: string) => noted(textSchema(undefined, meaning).optional(), meaning)
  return {
    name: noted(nameSchema, 'short name: small letters, digits and dashes'),
    title: text('one line'),
    description: text('what it shows, and why'),
    parameters: noted(
      parametersSchema.prefault({}),
      `values used as \${name} anywhere below, and in expressions`,
    ),
    matrix: noted(
      matrixSchema.prefault({}),
      'axes: parameters or dotted paths with the values they take; every combination is a variant',
    ),
    seeds: noted(seedsSchema.prefault(1), 'a number n, for the seeds 1 to n, or a list of seeds. Default: 1'),
  }
}

const nameSchema = z
  .string({
    error: ({ input }) =>
      say(
        input === undefined
          ? missing('small letters, digits and dashes', 'what the scenario is called')
          : invalid(input, NAME),
      ),
  })
  .regex(PART_NAME, { error: ({ input }) => say(invalid(input, NAME)) })

const NAME = 'small letters, digits and single dashes, such as multi-container'

const parametersSchema = z.record(z.string().regex(PARAMETER_NAME), scalar, {
  error: ({ code, input, path = [] }) =>
    code === 'invalid_key'
      ? say({
          message: `invalid name of a parameter: ${quote(path.at(-1))}; expected letters, digits and _, and none of ${RESERVED.join(', ')}`,
          key: true,
          hint: suggestedName(String(path.at(-1))),
        })
      : say(invalid(input, 'a mapping from names to single values')),
})

/** `slow-down` would be a subtraction. */
const suggestedName = (name: string): string | undefined =>
  PARAMETER_NAME.test(name.replaceAll('-', '_')) ? `did you mean "${name.replaceAll('-', '_')}"?` : undefined

const list = (what: string) => ({
  error: ({ input }: { input?: unknown }) => say(invalid(input, what, meant(input, what))),
})

function meant(input: unknown, what: string): string | undefined {
  if (typeof input === 'string' && /^\d+(_\d+)+$/.test(input))
    return `did you mean ${input.replaceAll('_', '')}?`
  return typeof input !== 'object' && what === VALUES ? `such as [${shown(input)}]` : undefined
}

const axisName = z.string(list('the name of an axis'))
const zipSchema = z.array(
  z.array(axisName, list('a list of axes, such as [agents, slots]')).min(2, list('at least two axes')),
  list('a list of groups of axes, such as [[agents, slots]]'),
)

const matrixSchema = z
  .object(
    {
      zip: zipSchema.optional(),
      where: z.union([z.string(), z.boolean()], list('an expression such as agents <= slots')).optional(),
    },
    list('a mapping from axes to lists of values'),
  )
  .catchall(
    z
      .array(scalar, list(VALUES))
      .min(1, list('at least one value'))
      .max(MAX_VALUES, list(`at most ${MAX_VALUES} values`)),
  )

const SEEDS = `a number of seeds from 1 to ${MAX_SEEDS}, or a list of seeds`

const seedsSchema = z
  .union(
    [
      z.int(list(SEEDS)).min(1, list(SEEDS)).max(MAX_SEEDS, list(SEEDS)),
      z
        .array(z.union([z.string(), z.number()], list(SEEDS)))
        .min(1, list(SEEDS))
        .max(MAX_SEEDS, list(SEEDS)),
    ],
    list(SEEDS),
  )
  .transform((raw, refinement): readonly string[] => {
    if (typeof raw === 'number') return Array.from({ length: raw }, (_, i) => String(i + 1))
    const seeds = raw.map(String)
    const problem = seedsProblem(seeds)
    return problem ? fail(refinement, problem) : seeds
  })

function seedsProblem(seeds: readonly string[]): Problem | undefined {
  const seen = new Set<string>()
  for (const [i, seed] of seeds.entries()) {
    if (!/^[\w.:+-]{1,64}$/.test(seed))
      return { ...invalid(seed, 'at most 64 letters, digits and any of _ . : + -'), at: [i] }
    if (seen.has(seed)) return { message: `duplicate seed: ${quote(seed)}`, at: [i] }
    seen.add(seed)
  }
  return undefined
}

export type Header = {
  readonly [K in keyof ReturnType<typeof headerShape>]: z.output<ReturnType<typeof headerShape>[K]>
}
