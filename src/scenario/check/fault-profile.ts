// The profile of faults that are drawn: which kinds, how often, whom among those named, and how long they last.

import { z } from 'zod'
import { choice, count, distribution, duration, optional, type Parameters, rate } from '../../parameters.ts'
import { format, type Nanos } from '../../units.ts'
import { type FaultProfile, MOST_FAULTS, type ProfileEntry } from '../../world/faults/profile.ts'
import { type Report, say } from '../problem.ts'
import type { Context } from './context.ts'
import { kindSchema, listSchema, mappingSchema, parameterSchema } from './parameter.ts'

const PROFILE: Parameters = {
  from: duration({ meaning: 'no fault comes before', default: 0 }),
  until: optional(duration({ meaning: 'no fault comes after. Default: the end of the run' })),
  count: optional(
    count({
      meaning:
        'exactly so many faults, of each kind in proportion to its rate. Left out: as many as the rates bring',
      max: MOST_FAULTS,
    }),
  ),
}

const ENTRY: Parameters = {
  rate: rate({ meaning: 'how often it happens, over all that it names together' }),
  spread: choice(['one', 'rack', 'all'], {
    meaning: 'whom it befalls: one of those named, all hosts of that one’s rack, or all of those named',
    default: 'one',
  }),
}

const LASTS = optional(distribution('ns', { meaning: 'how long it lasts. Left out: for good' }))

/** The profile as written; `bounded` gives it its end. */
export function profileSchema(context: Context) {
  const kinds = Object.entries(context.registries.faults).map(([kind, { meaning, parameters }]) => {
    const { for: lasting, ...own } = parameters
    const beside = {
      kind: z.literal(kind),
      rate: parameterSchema(ENTRY.rate!, context),
      spread: parameterSchema(ENTRY.spread!, context),
      ...(lasting ? { for: parameterSchema(LASTS, context) } : {}),
    }
    const schema = mappingSchema(own, beside, meaning, context).transform(
      ({ beside, values }): ProfileEntry => {
        const { rate, spread, for: lasts } = beside as Record<string, unknown>
        return { kind, rate, spread, lasts, values } as ProfileEntry
      },
    )
    return [kind, schema] as const
  })
  const draw = listSchema(
    kindSchema(kinds, 'which fault it is', 'fault'),
    'what may go wrong, and how often',
  ).refine((entries) => entries.some(({ rate }) => rate > 0), {
    error: () => say({ message: 'no fault has a rate above 0; expected at least one that has' }),
  })
  return mappingSchema(PROFILE, { draw }, 'faults to be drawn from the seed', context).transform(
    ({ beside, values }) => ({ ...values, entries: beside.draw }) as unknown as Unbounded,
  )
}

type Unbounded = Omit<FaultProfile, 'until'> & { readonly until: Nanos | undefined }

/** The profile with its end, which is the run's where it says none; `undefined` where it has none, which is reported. */
export function bounded(
  profile: Unbounded,
  end: Nanos | undefined,
  report: Report,
): FaultProfile | undefined {
  const { from, until = end } = profile
  if (until !== undefined && from < until) return { ...profile, until }
  report(
    ['fault-profile'],
    until === undefined
      ? { message: 'a run without measure.duration has no end, nor has the fault-profile; expected until' }
      : {
          message: `no time is left for faults: they come from ${format(from, 'ns')} to ${format(until, 'ns')}`,
        },
  )
  return undefined
}
