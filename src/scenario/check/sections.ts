// The sections of a scenario that can differ between its variants, and how their checked values are laid out.

import { z } from 'zod'
import { quote } from '../../errors.ts'
import { count, duration, flag, type Parameters } from '../../parameters.ts'
import { expectedOf, format } from '../../units.ts'
import type { PlannedFault } from '../../world/faults/plan.ts'
import { invalid, say } from '../problem.ts'
import type { Part } from '../registry.ts'
import type { HostGroup, LinkRule, Measure, PlacedPart } from '../scenario.ts'
import { checksSchema } from './checks.ts'
import { type Context, PART_NAME } from './context.ts'
import { costsSchema } from './costs.ts'
import { claimsSchema, expectSchema } from './criterion.ts'
import { profileSchema } from './fault-profile.ts'
import { gateSchema } from './gate.ts'
import {
  fail,
  kindSchema,
  listSchema,
  mappingSchema,
  parameterSchema,
  quantitySchema,
  referenceSchema,
} from './parameter.ts'
import { speedupSchema } from './speedup.ts'

const MAX_COUNT = 1_000_000
const DEFAULT_EVENTS = 200_000_000

const countOf = (meaning: string) => count({ meaning, default: 1, min: 1, max: MAX_COUNT })

/** Section → its schema; what is left out of a scenario is as good as empty. */
export function sectionsShape(context: Context) {
  const { registries, notes } = context
  const noted = <S extends z.ZodType>(schema: S, description: string): S => {
    notes.add(schema, { description })
    return schema
  }
  return {
    hosts: noted(hostsSchema(context).prefault({}), 'groups of hosts, by name'),
    network: noted(networkSchema(context).prefault({}), 'the network between the hosts'),
    services: noted(
      named(
        kindSchema(partKinds(registries.services, context), 'which service it is', 'service'),
        'service',
      ).prefault({}),
      'services, by name',
    ),
    coordinators: noted(
      named(coordinatorSchema(context), 'coordinator').prefault({}),
      'coordinators, by name: what is under test',
    ),
    workload: noted(
      mappingSchema(registries.workload, {}, 'what clients ask', context)
        .transform(({ values }) => values)
        .optional(),
      'what clients ask, and when',
    ),
    faults: noted(faultsSchema(context).prefault([]), 'what goes wrong, and when'),
    'fault-profile': noted(profileSchema(context).optional(), 'faults to be drawn from the seed'),
    costs: noted(costsSchema(context).optional(), 'what computing costs'),
    checks: noted(checksSchema(context).prefault({}), 'what no run may violate'),
    measure: noted(measureSchema(context).prefault({}), 'how long to look, and from when on'),
    speedup: noted(speedupSchema(context).optional(), 'whose speedup is asked for, and of what'),
    expect: noted(expectSchema(context).prefault([]), 'what must hold'),
    claims: noted(claimsSchema(context).prefault([]), 'claims to be settled'),
    gate: noted(gateSchema(context).optional(), 'by how much figures may be worse than the baseline'),
  }
}

export const SECTIONS = [
  'hosts',
  'network',
  'services',
  'coordinators',
  'workload',
  'faults',
  'fault-profile',
  'costs',
  'checks',
  'measure',
  'speedup',
  'expect',
  'claims',
  'gate',
] as const satisfies readonly (keyof ReturnType<typeof sectionsShape>)[]

/** Names of the user's own choice, each with a part. */
const named = <S extends z.ZodType>(schema: S, what: string) =>
  z.record(z.string().regex(PART_NAME), schema, {
    error: ({ code, input, path = [] }) =>
      code === 'invalid_key'
        ? say({
            message: `invalid name of a ${what}: ${quote(path.at(-1))}; expected small letters, digits and single dashes, such as worker-2`,
            key: true,
          })
        : say(invalid(input, `a mapping from names to ${what}s`)),
  })

function hostsSchema(context: Context) {
  const beside = { count: parameterSchema(countOf('how many of them'), context) }
  const host = mappingSchema(context.registries.host, beside, 'a group of hosts', context)
  return named(
    host.transform(({ beside, values }): HostGroup => ({ count: beside.count as number, values })),
    'host',
  )
}

function networkSchema(context: Context) {
  const { network, link } = context.registries
  const between = referenceSchema('host', 'the two ends: hosts or groups of hosts', context)
    .refine((ends) => ends.length === 2, {
      error: () => say({ message: 'invalid between; expected two hosts or groups, such as [front, worker]' }),
    })
    .transform((ends) => ends.map(({ name }) => name) as [string, string])
  const rule = mappingSchema(link, { between }, 'a link', context).transform(
    ({ beside, values }): LinkRule => ({ between: beside.between, values }),
  )
  const links = listSchema(rule, 'links that differ from the rest').prefault([])
  return mappingSchema(network, { links }, 'the network', context).transform(({ beside, values }) => ({
    values,
    links: beside.links,
  }))
}

const placeOf = (context: Context) => ({
  on: referenceSchema('host', 'where it runs; one instance on each host', context),
  count: parameterSchema(countOf('instances on each host'), context),
})

const partKinds = (parts: Readonly<Record<string, Part>>, context: Context) =>
  Object.entries(parts).map(([kind, { meaning, parameters }]) => {
    const beside = { kind: z.literal(kind), ...placeOf(context) }
    const schema = mappingSchema(parameters, beside, meaning, context).transform(
      ({ beside: { on, count }, values }): PlacedPart => ({
        kind,
        on: on.map(({ name }) => name),
        count: count as number,
        values,
      }),
    )
    return [kind, schema] as const
  })

/** Coordinators that are ours, and those of modules, which have a module's key for a kind (see modules.ts). */
function coordinatorSchema(context: Context) {
  const { coordinators, modules = {} } = context.registries
  const brought = Object.entries(modules).map(([key, { kind, meaning, parameters }]) => {
    const beside = {
      kind: z.literal(key),
      module: z.string(),
      export: z.string().optional(),
      ...placeOf(context),
    }
    const schema = mappingSchema(parameters, beside, meaning, context).transform(
      ({ beside: { module, export: name, on, count }, values }): PlacedPart => ({
        kind,
        module: name === undefined ? { file: module } : { file: module, export: name },
        on: on.map(({ name }) => name),
        count: count as number,
        values,
      }),
    )
    return [key, schema] as const
  })
  const meaning = 'which coordinator it is; or module: the file of one of your own'
  const kinds = [...partKinds(coordinators, context), ...brought]
  const schema = kindSchema(kinds, meaning, 'coordinator', Object.keys(coordinators))
  context.notes.add(schema, { also: [MODULE_FORM] })
  return schema
}

/** A coordinator of a module, of whose parameters an editor cannot know. */
const MODULE_FORM = {
  type: 'object',
  description: 'a coordinator of your own; such a scenario runs with --allow-modules',
  properties: {
    module: {
      type: 'string',
      description: 'the file that exports it, relative to this one, such as ./my-queen.ts',
    },
    export: { type: 'string', description: 'which of its exports; by default the default one' },
  },
  required: ['module'],
}

function faultsSchema(context: Context) {
  const at = { type: 'quantity', unit: 'ns', min: 0 } as const
  const kinds = Object.entries(context.registries.faults).map(([kind, { meaning, parameters }]) => {
    const beside = { kind: z.literal(kind), at: quantitySchema(at, 'when it begins', context) }
    const schema = mappingSchema(parameters, beside, meaning, context).transform(
      ({ beside: { at }, values }): PlannedFault => ({ at, kind, values }),
    )
    return [kind, schema] as const
  })
  return listSchema(kindSchema(kinds, 'which fault it is', 'fault'), 'what goes wrong, and when')
}

const MEASURE: Parameters = {
  duration: {
    ...duration({ meaning: 'when the run ends; without it, when nothing is left to do', min: 1 }),
    optional: true,
  },
  requests: {
    ...count({ meaning: 'the run ends after so many answers, failures included', min: 1 }),
    optional: true,
  },
  events: count({ meaning: 'the run is given up after so many events', default: DEFAULT_EVENTS, min: 1 }),
  antithetic: flag({
    meaning:
      'run each seed twice, the second time mirrored (~1 of 1: every draw u is 1 - u), and take the mean of both for its figure; narrower intervals where more of anything takes longer',
    default: false,
  }),
}

function measureSchema(context: Context) {
  const time = quantitySchema({ type: 'quantity', unit: 'ns', min: 0 }, 'warm-up', context)
  const looks = ({ input }: { input?: unknown }) => say(invalid(input, `${expectedOf('ns')}, or mser-5`))
  const warmUp = z.union([z.literal('mser-5'), time], { error: looks }).default(0)
  context.notes.add(warmUp, {
    description: 'what is not measured at the beginning: a duration, or mser-5 to find it',
  })
  return mappingSchema(MEASURE, { 'warm-up': warmUp }, 'how long to look', context).transform(
    ({ beside, values }, refinement): Measure => {
      const measure = { ...values, warmUp: beside['warm-up'] } as Measure
      const { duration, warmUp } = measure
      return duration !== undefined && typeof warmUp === 'number' && warmUp >= duration
        ? fail(refinement, {
            message: `the warm-up, ${format(warmUp, 'ns')}, is no shorter than the run, ${format(duration, 'ns')}; nothing would be measured`,
            hint: 'measure for longer, or warm up for less',
            at: ['warm-up'],
          })
        : measure
    },
  )
}
