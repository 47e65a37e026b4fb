// The `checks` of a scenario: which checkers are held against it, with what values. Those that need no figure are on by
// default where something is stated that they can judge.

import { z } from 'zod'
import type { CheckSettings } from '../../observe/checkers/checking.ts'
import { invalid, listed, say, unknown } from '../problem.ts'
import type { Context } from './context.ts'
import { fail, listSchema, mappingError, mappingSchema } from './parameter.ts'

const MEANING = 'what no run may violate'

export function checksSchema(context: Context) {
  const { checkers } = context.registries
  const names = Object.keys(checkers)
  const shape = Object.fromEntries(
    Object.entries(checkers).map(([name, { meaning, parameters }]) => {
      const values = mappingSchema(parameters, {}, meaning, context).transform(({ values }) => values)
      return [name, values.optional()]
    }),
  )
  const name = z.enum(names, {
    error: ({ input }) =>
      say(typeof input === 'string' ? unknown('checker', input, names) : invalid(input, listed(names))),
  })
  const off = listSchema(name, 'checkers that are not to be held against it').optional()
  context.notes.add(off, { description: 'checkers that are not to be held against it' })
  const known = ['off', ...names]
  return z
    .strictObject({ off, ...shape }, { error: mappingError(MEANING, known) })
    .transform(({ off = [], ...given }, refinement): CheckSettings => {
      const named = Object.fromEntries(
        Object.entries(
          given as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>,
        ).flatMap(([name, values]) => (values === undefined ? [] : [[name, values]])),
      )
      const both = off.findIndex((each) => each in named)
      return both < 0
        ? { off, named }
        : fail(refinement, {
            message: `${off[both]} is both off and set; expected one of them`,
            at: ['off', both],
          })
    })
}
