// A baseline, `rehearsal/baseline/1`: figures that were accepted, to hold later runs against. It is kept in the repository beside the
// scenarios, so it is made to be merged: canonical JSON, objects by name instead of lists, a line a figure, and no date
// (HISTORY.ndjson has those). What is written is its short form (baseline-file.ts); both are read.

import { z } from 'zod'
import { ScenarioError } from '../errors.ts'
import { SHORT_SCHEMA, type ShortBaseline, shortParts, spelledOut } from './baseline-file.ts'
import type { MetricClass, MetricValue, Verdict } from './result.ts'

export const BASELINE_SCHEMA = 'rehearsal/baseline/1'

export interface BaselineMetric {
  readonly class: MetricClass
  readonly unit: MetricValue['unit']
  readonly better: MetricValue['better']
  /** The mean over the seeds; `null`: nothing was observed. */
  readonly value: number | null
  /** By seed. */
  readonly samples: Readonly<Record<string, number | null>>
}

export interface BaselineVariant {
  readonly seeds: readonly string[]
  /** Of the costs that computing was charged by; `null`: there were no coordinators. */
  readonly costs: string | null
  readonly fingerprints: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, BaselineMetric>>
}

export interface Baseline {
  readonly schema: typeof BASELINE_SCHEMA
  readonly accepted: {
    /** Where the repository stood; the commit that brings this file comes after it. */
    readonly commit: string | null
    readonly reason: string
  }
  readonly scenario: {
    readonly name: string
    /** From the folder in which it was accepted; `null`: it was accepted from a result. */
    readonly file: string | null
    /** Of what is run, not of how it is judged. */
    readonly hash: string
    /** Of what the traces held that it replays, by their paths as seen from the folder in which it was accepted; left out: nobody looked. */
    readonly traces?: Readonly<Record<string, string>>
  }
  /** How its claims were settled, by their ids; older baselines do not say. */
  readonly claims?: Readonly<Record<string, Verdict>>
  readonly tool: { readonly version: string; readonly result: string }
  readonly variants: Readonly<Record<string, BaselineVariant>>
}

const figure = z.number().nullable()

const metric = z.object({
  class: z.enum(['exact', 'sampled', 'wall']),
  unit: z.enum(['ns', 'bytes', '/s', 'bytes/s', 'ratio', 'count', 'tokens', 'number']),
  better: z.enum(['lower', 'higher', 'neither']),
  value: figure,
  samples: z.record(z.string(), figure),
})

const variant = z
  .object({
    seeds: z.array(z.string()).min(1),
    costs: z.string().nullable(),
    fingerprints: z.record(z.string(), z.string()),
    metrics: z.record(z.string(), metric),
  })
  .superRefine(({ seeds, metrics, fingerprints }, context) => {
    const lacking = (of: object): boolean => seeds.some((seed) => !Object.hasOwn(of, seed))
    const refuse = (path: string[]) =>
      context.addIssue({ code: 'custom', path, message: 'not one entry for each of the seeds' })
    if (lacking(fingerprints)) refuse(['fingerprints'])
    for (const [name, { samples }] of Object.entries(metrics))
      if (lacking(samples)) refuse(['metrics', name, 'samples'])
  })

const head = {
  accepted: z.object({ commit: z.string().nullable(), reason: z.string() }),
  scenario: z.object({
    name: z.string(),
    file: z.string().nullable(),
    hash: z.string(),
    traces: z.record(z.string(), z.string()).optional(),
  }),
  claims: z.record(z.string(), z.enum(['reproduced', 'refuted', 'out of reach'])).optional(),
  tool: z.object({ version: z.string(), result: z.string() }),
}

const longSchema: z.ZodType<Baseline> = z.object({
  schema: z.literal(BASELINE_SCHEMA),
  ...head,
  variants: z.record(z.string(), variant),
})

const shortSchema: z.ZodType<ShortBaseline> = z.object({
  schema: z.literal(SHORT_SCHEMA),
  ...head,
  ...shortParts,
})

const AGAIN = 'take it from git again, or accept it anew: rehearsal baseline accept SCENARIO --reason TEXT'
const MOST_MISTAKES = 10

/** The baseline in a text; a ScenarioError names the file and says what is wrong with it. */
export function parseBaseline(text: string, file: string): Baseline {
  const refuse = (...reasons: string[]): never => {
    throw new ScenarioError(reasons.map((reason) => ({ message: `${file} ${reason}`, hint: AGAIN })))
  }
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return refuse(
      /^(<{7}|>{7}) /m.test(text) ? 'has a merge conflict; expected one of its sides' : 'is not JSON',
    )
  }
  const schema = (data as { schema?: unknown } | null)?.schema
  const short = schema === SHORT_SCHEMA
  if (!short && schema !== BASELINE_SCHEMA)
    return refuse(`is no baseline: it has no schema ${SHORT_SCHEMA}, nor ${BASELINE_SCHEMA}`)
  const { error } = (short ? shortSchema : longSchema).safeParse(data)
  if (error)
    return refuse(
      ...error.issues
        .slice(0, MOST_MISTAKES)
        .map(({ path, message }) => `is not a whole baseline: ${path.join('.')}: ${message}`),
    )
  if (!short) return data as Baseline
  const { metrics: _, ...rest } = data as ShortBaseline
  const { variants, unknown } = spelledOut(data as ShortBaseline)
  if (unknown.length > 0)
    return refuse(`is not a whole baseline: metrics: ${unknown.slice(0, MOST_MISTAKES).join(', ')}: missing`)
  return { ...rest, schema: BASELINE_SCHEMA, variants }
}
