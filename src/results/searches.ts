// What `capacity` and `sensitivity` leave beside a result: `rehearsal/capacity/1` and `rehearsal/sensitivity/1`, as far as pages show
// them. What else stands in the files is passed over.

import { z } from 'zod'
import { quote, ScenarioError } from '../errors.ts'
import { hash } from './hash.ts'

const figure = z.number().nullable()

const scenario = z.object({
  name: z.string(),
  title: z.string(),
  hash: z.string(),
  /** Of all but its seeds and what it is called; older files have none. */
  hashWithoutSeeds: z.string().optional(),
})

const told = {
  scenario,
  seeds: z.array(z.string()),
  runs: z.number(),
  /** The command that does it again; older files have none. */
  repeat: z.string().optional(),
}

const shortfall = z.object({
  variant: z.string().nullable(),
  expected: z.string(),
  found: z.string(),
  figure: z.string(),
  by: figure,
  others: z.number(),
})

const capacity = z.object({
  ...told,
  schema: z.literal('rehearsal/capacity/1'),
  of: z.object({
    name: z.string(),
    low: z.number(),
    high: z.number(),
    whole: z.boolean(),
    unit: z.string(),
  }),
  seek: z.enum(['highest', 'lowest']),
  by: z.string().nullable(),
  found: z
    .array(
      z.object({
        at: z.string().nullable(),
        passing: figure,
        failing: figure,
        uneven: z.object({ failed: z.number(), passed: z.number() }).nullable(),
        trials: z
          .array(
            z.object({
              value: z.number(),
              pass: z.boolean(),
              seeds: z.number(),
              passingSeeds: z.number(),
              shortfall: shortfall.nullable(),
              /** Of what passes, the expectation that was nearest to failing; older files have none. */
              nearest: shortfall.omit({ others: true }).nullable().optional(),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
})

const interval = z.object({ low: z.number(), high: z.number() })

const effect = z.discriminatedUnion('method', [
  z.object({
    method: z.literal('one-at-a-time'),
    points: z.array(z.object({ value: z.number(), figure })).min(1),
    swing: figure,
    interval: z.tuple([z.number(), z.number()]).nullable(),
  }),
  z.object({
    method: z.literal('morris'),
    size: z.number(),
    direction: z.number(),
    spread: z.number(),
  }),
  z.object({
    method: z.literal('sobol'),
    first: z.number(),
    firstInterval: interval,
    total: z.number(),
    totalInterval: interval,
  }),
])

const sensitivity = z.object({
  ...told,
  schema: z.literal('rehearsal/sensitivity/1'),
  metric: z.string(),
  unit: z.enum(['ns', 'bytes', '/s', 'bytes/s', 'ratio', 'count', 'tokens', 'number']),
  method: z.enum(['one-at-a-time', 'morris', 'sobol']),
  base: figure,
  inputs: z.array(z.object({ name: z.string(), ends: z.tuple([z.string(), z.string()]), effect })).min(1),
  /** The inputs in the order of each setting's values; older files have none. */
  varied: z.array(z.string()).optional(),
  settings: z.array(z.object({ values: z.array(figure), figure })),
})

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T

export type CapacityFile = Frozen<z.infer<typeof capacity>>
export type SensitivityFile = Frozen<z.infer<typeof sensitivity>>

export interface Searches {
  readonly capacity?: CapacityFile
  readonly sensitivity?: SensitivityFile
}

/** What can lie beside a result, by the names of the files without `.json`. */
export const SEARCHES = ['capacity', 'sensitivity'] as const
export type SearchName = (typeof SEARCHES)[number]

const SHAPES = { capacity, sensitivity } as const

/** @param file for the errors. Throws ScenarioError. */
export function parseSearch(name: SearchName, text: string, file: string): CapacityFile | SensitivityFile {
  const refuse = (why: string): never => {
    throw new ScenarioError([
      { message: `${quote(file, 200)} ${why}`, hint: `rehearsal ${name} writes it anew` },
    ])
  }
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return refuse('is not JSON')
  }
  const { success, error } = SHAPES[name].safeParse(data)
  const [issue] = error?.issues ?? []
  if (issue) refuse(`is no whole ${name}: ${quote(issue.path.join('.') || 'it', 100)}: ${issue.message}`)
  return success ? (data as CapacityFile | SensitivityFile) : refuse(`is no ${name}`)
}

/** How often it is run, and what it is called, makes no other scenario of it. */
export function hashWithoutSeeds(resolved: unknown): string {
  const { seeds: _, title: __, description: ___, ...rest } = (resolved ?? {}) as Record<string, unknown>
  return hash(rest)
}

/** A value as a scenario writes it. */
export function written({ whole, unit }: { whole: boolean; unit: string }, value: number): string {
  const number = whole ? Math.round(value) : Number(value.toPrecision(6))
  return `${number}${unit}`
}
