// Expectations and claims: a metric, one comparison, and when it counts.

import { z } from 'zod'
import { NUMBER, numberOf } from '../../units.ts'
import { type Expression, parseExpression } from '../expression.ts'
import { expressionProblem, invalid, listed, missing, type Problem, say, shown, unknown } from '../problem.ts'
import type { ClaimSpec, Criterion, Limit, Path, Scalar, Test } from '../scenario.ts'
import type { Context } from './context.ts'
import {
  fail,
  kindSchema,
  listSchema,
  mappingError,
  mappingSchema,
  quantitySchema,
  textSchema,
} from './parameter.ts'

const LIMITS = ['below', 'above', 'at-least', 'at-most'] as const
const TESTS = [...LIMITS, 'equals', 'between', 'law'] as const

/** `10_000` is a number here as it is in quantities, though YAML takes it for a text. */
export const scalar = z
  .union([z.string(), z.number(), z.boolean()], {
    error: ({ input }) => say(invalid(input, 'a single value: a number, a text, true or false')),
  })
  .transform((raw, refinement): Scalar => {
    if (typeof raw !== 'string' || !GROUPED.test(raw)) return raw
    const value = numberOf(raw)
    return Math.abs(value) <= 2 ** 53 ? value : fail(refinement, invalid(raw, 'a number from -2^53 to 2^53'))
  })

const GROUPED = new RegExp(`^(?=.*_)[-+]?${NUMBER}$`)

/** A list of expectations; each is made for the path at which it stands. */
export const expectSchema = (context: Context) => listSchema(criterionSchema(context), 'what must hold', 1000)

export const claimsSchema = (context: Context) =>
  listSchema(claimSchema(context), 'claims to be settled', 1000)

function criterionSchema(context: Context) {
  const fields = criterionFields(context)
  const shape = { ...fields, metric: metricSchema(context) }
  return z
    .strictObject(shape, { error: mappingError('one expectation', Object.keys(shape)) })
    .transform((raw, refinement) => criterionOf(raw, refinement))
}

const CLAIM_ID = 'two capital letters, a dash and two digits, such as OM-02'

function claimSchema(context: Context) {
  const note = (meaning: string) => described(textSchema(undefined, meaning).optional(), meaning, context)
  const fields = criterionFields(context)
  const shape = {
    id: described(
      textSchema(undefined, CLAIM_ID).regex(/^[A-Z]{2}-\d{2}$/, {
        error: ({ input }) => say(invalid(input, CLAIM_ID)),
      }),
      CLAIM_ID,
      context,
    ),
    text: note('the claim in words'),
    note: note('what else to know of it'),
    source: note('who claims it'),
    condition: expressionSchema('what the claim asks for, besides when it speaks', context).optional(),
    'out-of-reach': note('why no scenario can settle it'),
    ...fields,
    metric: metricSchema(context).optional(),
  }
  return z
    .strictObject(shape, { error: mappingError('one claim', Object.keys(shape)) })
    .transform((raw, refinement) => {
      const { id, text, note, source, condition, 'out-of-reach': outOfReach, ...rest } = raw
      const settledBy = settlement(rest, outOfReach, refinement)
      return (path: Path): ClaimSpec => ({
        id,
        text,
        note,
        source,
        condition,
        path,
        settledBy: settledBy(path),
      })
    })
}

function settlement(
  raw: Raw & { metric?: string | undefined },
  outOfReach: string | undefined,
  refinement: z.core.$RefinementCtx,
): (path: Path) => ClaimSpec['settledBy'] {
  const { metric } = raw
  if (outOfReach !== undefined) {
    const beside = Object.keys(raw).find((key) => raw[key as keyof Raw] !== undefined)
    return beside === undefined
      ? () => ({ outOfReach })
      : fail(refinement, {
          message: `${beside} beside out-of-reach; expected a metric and its comparison, or the reason why there is none`,
          at: [beside],
          key: true,
        })
  }
  if (metric === undefined)
    return fail(refinement, {
      ...missing('such as setup.time.mean', 'what the claim is about; or out-of-reach: why'),
      at: ['metric'],
    })
  const criterion = criterionOf({ ...raw, metric }, refinement)
  return (path) => ({ criterion: criterion(path) })
}

type Raw = z.output<z.ZodObject<ReturnType<typeof criterionFields>>>

function criterionFields(context: Context) {
  const limit = (meaning: string) => described(limitSchema.optional(), meaning, context)
  return {
    'relative-to': described(
      relativeSchema(context).optional(),
      'axis values of the variant to whose figure this one is taken as a ratio',
      context,
    ),
    when: expressionSchema('in which variants it counts', context).optional(),
    below: limit('the figure must be less than this'),
    above: limit('the figure must be more than this'),
    'at-least': limit('the figure must be this or more'),
    'at-most': limit('the figure must be this or less'),
    equals: limit('the figure must be this, within `within`'),
    between: described(
      z
        .tuple([limitSchema, limitSchema], {
          error: ({ input }) => say(invalid(input, 'two limits, such as [10ms, 20ms]')),
        })
        .optional(),
      'the figure must lie between these, or be one of them',
      context,
    ),
    law: described(
      lawSchema(context).optional(),
      'the closed form that must lie in the interval of the figure',
      context,
    ),
    within: described(
      quantitySchema({ type: 'quantity', unit: 'ratio', min: 0 }, 'relative tolerance', context).optional(),
      'relative tolerance of `equals` or `law`; exactly, if left out',
      context,
    ),
    why: described(textSchema(undefined, 'why').optional(), 'why it is expected', context),
  }
}

const metricSchema = (context: Context) =>
  described(
    textSchema(/^[a-z0-9][\w.:/%-]*$/i, 'what is looked at, such as latency.p95'),
    'what is looked at, such as latency.p95',
    context,
  )

const limitSchema = z.union([z.string(), z.number()], {
  error: ({ input }) => say(invalid(input, 'a figure in the unit of the metric, such as 30s')),
})

/** The criterion at a path, of which the comparison is exactly one. */
function criterionOf(
  raw: Raw & { metric: string },
  refinement: z.core.$RefinementCtx,
): (path: Path) => Criterion {
  const problem = comparisonProblem(raw)
  if (problem) return fail(refinement, problem)
  const { metric, when, why } = raw
  return (path) => ({ metric, relativeTo: raw['relative-to'], when, test: testOf(raw, path), why, path })
}

function comparisonProblem(raw: Raw): Problem | undefined {
  const given = TESTS.filter((test) => raw[test] !== undefined)
  if (given.length === 0) return { message: `missing a comparison: one of ${listed(TESTS)}` }
  const second = given[1]
  if (second)
    return { message: `${given.join(' and ')} at once; expected one of them`, at: [second], key: true }
  if (raw.within === undefined || given[0] === 'equals' || given[0] === 'law') return undefined
  return { message: `within goes with equals or law, not with ${given[0]}`, at: ['within'], key: true }
}

function testOf(raw: Raw, path: Path): Test {
  const limit = (text: string | number, ...steps: Path): Limit => ({ text, path: [...path, ...steps] })
  const { equals, between, law, within = 0 } = raw
  if (equals !== undefined) return { kind: 'equals', limit: limit(equals, 'equals'), within }
  if (law) return { kind: 'law', ...law, within }
  if (between)
    return { kind: 'between', low: limit(between[0], 'between', 0), high: limit(between[1], 'between', 1) }
  const kind = LIMITS.find((each) => raw[each] !== undefined)!
  return { kind, limit: limit(raw[kind]!, kind) }
}

/** An expression over the parameters that is true or false for those of the variant at hand. */
function expressionSchema(meaning: string, context: Context) {
  const schema = z
    .union([z.string(), z.boolean()], {
      error: ({ input }) =>
        say(invalid(input, 'an expression such as agents == 54 and mode != "sequential"')),
    })
    .transform((text, refinement): Expression => {
      const { parameters } = context.surroundings
      try {
        const expression = parseExpression(String(text), Object.keys(parameters))
        const value = expression.evaluate(parameters)
        return typeof value === 'boolean'
          ? expression
          : fail(refinement, { message: `the expression gives ${shown(value)}; expected true or false` })
      } catch (error) {
        return fail(refinement, expressionProblem('expression', error))
      }
    })
  return described(schema, meaning, context)
}

/** Axes and one of their values each. */
function relativeSchema(context: Context) {
  return z
    .record(z.string(), scalar, {
      error: ({ input }) =>
        say(invalid(input, 'axes of the matrix and their values, such as { mode: concurrent }')),
    })
    .transform((raw, refinement): Readonly<Record<string, Scalar>> => {
      const { axes } = context.surroundings
      if (!axes) return raw
      for (const [name, value] of Object.entries(raw)) {
        const values = axes.get(name)
        const problem = !values
          ? { ...unknown('axis', name, [...axes.keys()]), at: [name], key: true as const }
          : values.includes(value)
            ? undefined
            : { ...invalid(value, `one of the axis's values: ${listed(values.map(shown))}`), at: [name] }
        if (problem) refinement.addIssue({ code: 'custom', message: say(problem) })
      }
      return raw
    })
}

function lawSchema(context: Context) {
  const laws = Object.entries(context.registries.laws).map(([law, { meaning, parameters, figures }]) => {
    const names = figures.map(({ name }) => name)
    const beside = { kind: z.literal(law), of: figureSchema(names) }
    const schema = mappingSchema(parameters, beside, meaning, context)
    return [law, schema.transform(({ beside: { of }, values }) => ({ law, of, values }))] as const
  })
  return kindSchema(laws, 'which closed form it is', 'law')
}

/** `wait.N` stands for `wait.0`, `wait.1` … */
function figureSchema(names: readonly string[]) {
  const pattern = names.map((name) => name.replaceAll('.', '\\.').replaceAll('N', '\\d+')).join('|')
  return z
    .string({
      error: ({ input }) =>
        say(
          input === undefined
            ? missing(listed(names), 'which of its figures')
            : invalid(input, listed(names)),
        ),
    })
    .regex(new RegExp(`^(${pattern})$`), {
      error: ({ input }) => say(unknown('figure', String(input), names)),
    })
}

function described<S extends z.ZodType>(schema: S, description: string, context: Context): S {
  context.notes.add(schema, { description })
  return schema
}
