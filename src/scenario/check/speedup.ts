// The `speedup` of a scenario: the axis along which something is scaled, the figure that tells what it buys, and whose time it takes.

import { z } from 'zod'
import { invalid, listed, missing, say, unknown } from '../problem.ts'
import type { Scalar, SpeedupSpec } from '../scenario.ts'
import type { Context } from './context.ts'
import { fail, mappingError, referenceSchema, textSchema } from './parameter.ts'

const OVER = 'the axis of the matrix along which something is scaled: whole numbers, 1 and two more at least'
const OF = 'the metric that tells what it buys: a time or a throughput'
const WORKERS = 'the service or coordinator that is scaled: where its time goes is then told'

const WHOLE = 'one service or coordinator with all its instances'

export function speedupSchema(context: Context) {
  const described = <S extends z.ZodType>(schema: S, description: string): S => {
    context.notes.add(schema, { description })
    return schema
  }
  const shape = {
    over: described(overSchema(context), OVER),
    of: described(textSchema(undefined, OF), OF),
    workers: referenceSchema('any', WORKERS, context).optional(),
  }
  return z
    .strictObject(shape, { error: mappingError('whose speedup is asked for', Object.keys(shape)) })
    .transform(({ over, of, workers }, refinement): SpeedupSpec => {
      const [worker, another] = workers ?? []
      return another === undefined && !worker?.name.includes('.')
        ? { over, of, workers: worker?.name }
        : fail(refinement, {
            ...invalid(workers!.map(({ name }) => name).join(', '), WHOLE),
            at: ['workers'],
          })
    })
}

const overSchema = (context: Context) =>
  z
    .string({
      error: ({ input }) =>
        say(input === undefined ? missing('an axis', OVER) : invalid(input, 'the name of an axis')),
    })
    .transform((name, refinement): string => {
      const { axes } = context.surroundings
      if (!axes) return name
      const values = axes.get(name)
      if (!values) return fail(refinement, unknown('axis', name, [...axes.keys()]))
      return isScale(values)
        ? name
        : fail(refinement, {
            message: `${name} is no scale: it takes ${listed(values.map(String))}; expected whole numbers, 1 and two more at least`,
          })
    })

const isScale = (values: readonly Scalar[]): boolean =>
  values.includes(1) &&
  new Set(values).size >= 3 &&
  values.every((value) => typeof value === 'number' && Number.isInteger(value) && value > 0)
