// The `costs` of a scenario: a table laid over the nominal one, a scale, figures for single operations. The table's file has
// been read by then and stands in the tree where its path stood (see cost-table.ts beside this folder).

import { z } from 'zod'
import { quote } from '../../errors.ts'
import { duration, number } from '../../parameters.ts'
import { type CostEntry, type CostTable, GROWTHS } from '../../world/costs/cost-table.ts'
import type { CostSettings } from '../../world/costs/costs.ts'
import { invalid, listed, missing, say, unknown } from '../problem.ts'
import type { Context } from './context.ts'
import { fail, listSchema, mappingError, parameterSchema } from './parameter.ts'

const MAX_ENTRIES = 10_000
const MAX_POINTS = 1000
/** A coordinator's kind, a message's kind, an operation. */
const OPERATION = /^[^\s/]{1,100}(\/[^\s/]{1,100})?$/

const SCALE = number({
  meaning: 'how many times what the table says: 2 for a core half as fast as that of the table',
  default: 1,
  min: 0.000_001,
  max: 1_000_000,
})
const OVERRIDE = duration({
  meaning: 'what the operation costs, whatever its size; scale does not apply to it',
})

export function costsSchema(context: Context) {
  const noted = <S extends z.ZodType>(schema: S, description: string, also = {}): S => {
    context.notes.add(schema, { description, ...also })
    return schema
  }
  const table = noted(
    tableSchema(),
    'a table as `npm run bench -- costs` writes it, laid over the nominal one: the path of a JSON file, or the table itself',
    { also: [{ type: 'string' }] },
  )
  const shape = {
    table: table.optional(),
    scale: parameterSchema(SCALE, context),
    operations: z
      .record(z.string(), parameterSchema(OVERRIDE, context), {
        error: ({ input }) => say(invalid(input, 'a mapping from operations to durations')),
      })
      .prefault({}),
  }
  noted(shape.operations, 'what single operations cost; names as in `rehearsal list costs`')
  return z
    .strictObject(shape, { error: mappingError('what computing costs', Object.keys(shape)) })
    .transform((given, refinement): CostSettings => {
      const { table, scale, operations } = given as CostSettings
      const known = knownOperations(context, table)
      const kinds = Object.keys(context.registries.coordinators)
      for (const name of Object.keys(operations)) {
        if (known.includes(name) || kinds.includes(name.split('/')[0]!)) continue
        const problem = {
          ...unknown('operation', name, [...known, ...kinds]),
          at: ['operations', name],
          key: true as const,
        }
        refinement.addIssue({ code: 'custom', message: say(problem) })
      }
      return { ...(table ? { table } : {}), scale, operations }
    })
}

const knownOperations = ({ registries }: Context, table: CostTable | undefined): string[] => [
  ...new Set([...Object.keys(table?.entries ?? {}), ...Object.keys(registries.costs?.entries ?? {})]),
]

const TABLE = 'the path of a JSON file with a cost table, such as ./my-costs.json, written out'

function tableSchema() {
  const text = (what: string, max: number) => {
    const error = ({ input }: { input?: unknown }) => say(invalid(input, `${what} of at most ${max} letters`))
    return z.string({ error }).min(1, { error }).max(max, { error })
  }
  const shape = {
    name: text('a name', 64).default('a table of its own'),
    provenance: z.unknown().optional(),
    entries: z
      .record(z.string(), entrySchema(text('what the size counts', 64)), {
        error: ({ input }) =>
          say(
            input === undefined
              ? missing('a mapping from operations to entries', 'what each operation costs')
              : invalid(input, 'a mapping from operations to entries'),
          ),
      })
      .superRefine((entries, refinement) => {
        const names = Object.keys(entries)
        if (names.length > MAX_ENTRIES)
          fail(refinement, { message: `${names.length} entries; expected at most ${MAX_ENTRIES}` })
        for (const name of names)
          if (!OPERATION.test(name))
            refinement.addIssue({
              code: 'custom',
              message: say({
                message: `invalid name of an operation: ${quote(name)}; expected OPERATION, COORDINATOR or COORDINATOR/MESSAGE`,
                at: [name],
                key: true,
              }),
            })
      }),
  }
  const error = (issue: z.core.$ZodRawIssue) =>
    typeof issue.input === 'string'
      ? say(invalid(issue.input, TABLE))
      : mappingError('a cost table', Object.keys(shape))(issue)
  return z
    .strictObject(shape, { error })
    .transform(({ name, entries }): CostTable => ({ name, entries: entries as CostTable['entries'] }))
}

function entrySchema(size: z.ZodType<string>) {
  const whole = z.strictObject(
    {
      size: size.optional(),
      growth: z.enum(GROWTHS, {
        error: ({ input }) =>
          say(
            input === undefined
              ? missing(listed(GROWTHS), 'how the cost grows beyond the last point')
              : invalid(input, listed(GROWTHS)),
          ),
      }),
      points: listSchema(
        pointSchema,
        'points: size, nanoseconds and, if known, their p99',
        MAX_POINTS,
      ).superRefine(ascending),
      samples: z.number({ error: ({ input }) => say(invalid(input, 'a number')) }).optional(),
    },
    { error: mappingError('an entry of a cost table', ['size', 'growth', 'points', 'samples']) },
  )
  const error = ({ input }: z.core.$ZodRawIssue) =>
    say(invalid(input, 'nanoseconds, or a mapping of size, growth, points, samples'))
  const figure = z
    .number({ error })
    .min(0, { error })
    .transform((ns): CostEntry => ({ growth: '1', points: [[1, ns]] }))
  return z.unknown().transform((raw, refinement): CostEntry => {
    const schema: z.ZodType = typeof raw === 'object' && raw !== null ? whole : figure
    const result = schema.safeParse(raw)
    if (result.success) return result.data as CostEntry
    for (const { path, message } of result.error.issues)
      refinement.addIssue({ code: 'custom', path: path as (string | number)[], message })
    return z.NEVER
  })
}

const FIGURES = '[size, nanoseconds] or [size, nanoseconds, p99], numbers from 0 to 2^53'

const pointSchema = z
  .array(z.unknown(), { error: ({ input }) => say(invalid(input, FIGURES)) })
  .superRefine((point, refinement) => {
    const figures = point.every((each) => typeof each === 'number' && each >= 0 && each <= 2 ** 53)
    if (!figures || point.length < 2 || point.length > 3) fail(refinement, invalid(point, FIGURES))
  })

function ascending(points: readonly unknown[], refinement: z.core.$RefinementCtx): void {
  const sizes = points.map((point) => (point as readonly number[])[0]!)
  const lower = sizes.findIndex((size, i) => i > 0 && !(size > sizes[i - 1]!))
  if (sizes.length === 0)
    fail(refinement, { message: 'no points; expected at least one: [size, nanoseconds]' })
  if (lower > 0)
    fail(refinement, {
      message: `sizes must grow from point to point: ${sizes[lower]} comes after ${sizes[lower - 1]}`,
      at: [lower],
    })
}
