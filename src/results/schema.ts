// The shape of a result file, as it is checked on reading. It follows result.ts; keys it does not know are let through,
// so that a later version may add some under the same schema.

import { z } from 'zod'
import { RESULT_SCHEMA, type Result } from './result.ts'

const unit = z.enum(['ns', 'bytes', '/s', 'bytes/s', 'ratio', 'count', 'tokens', 'number'])
const figure = z.number().nullable()
const interval = z.tuple([z.number(), z.number()]).nullable()
const scalar = z.union([z.string(), z.number(), z.boolean()])

const metric = z.object({
  class: z.enum(['exact', 'sampled', 'wall']),
  unit,
  better: z.enum(['lower', 'higher', 'neither']),
  meaning: z.string(),
  value: figure,
  interval,
  samples: z.array(figure),
})

const series = z.object({
  unit,
  meaning: z.string(),
  start: z.number(),
  width: z.number().positive(),
  values: z.array(figure),
})

const histogram = z.object({
  unit,
  meaning: z.string(),
  count: z.number(),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  relativeError: z.number(),
  buckets: z.array(z.tuple([z.number(), z.number(), z.number()])),
})

const breakdown = z.object({
  of: z.enum(['all', 'p50', 'p95', 'p99']),
  requests: z.number(),
  latency: z.number(),
  parts: z.record(z.string(), z.number()),
})

const fault = z.object({
  at: z.number(),
  until: figure,
  kind: z.string(),
  befalls: z.enum(['host', 'process', 'network', 'protocol']),
  target: z.string(),
  detail: z.string(),
})

const check = z.object({
  name: z.string(),
  kind: z.enum(['law', 'expect']),
  pass: z.boolean().nullable(),
  detail: z.string(),
  violation: z
    .object({
      seed: z.string(),
      at: z.number(),
      what: z.string(),
      events: z.array(z.object({ at: z.number(), process: z.string(), event: z.string() })),
      further: z.number(),
      seeds: z.number(),
      replay: z.string(),
    })
    .optional(),
})

const traffic = z.object({
  seed: z.string(),
  measured: z.number(),
  hosts: z.array(z.object({ name: z.string(), cores: z.number(), utilisation: z.number() })),
  processes: z.array(
    z.object({
      name: z.string(),
      part: z.string(),
      host: z.number(),
      handled: z.number(),
      busy: z.number(),
    }),
  ),
  links: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  further: z.object({ links: z.number(), messages: z.number(), bytes: z.number() }),
})

const excerpt = z.object({
  seed: z.string(),
  of: z.enum(['slowest request', 'violation', 'beginning']),
  what: z.string(),
  from: z.number(),
  until: z.number(),
  processes: z.array(z.object({ name: z.string(), host: z.string() })),
  kinds: z.array(z.string()),
  messages: z.array(
    z.object({
      sent: z.number(),
      begun: figure,
      done: figure,
      from: z.number(),
      to: z.number(),
      kind: z.number(),
      bytes: z.number(),
      cause: z.number(),
      own: z.boolean(),
    }),
  ),
  omitted: z.number(),
})

const variant = z
  .object({
    name: z.string(),
    parameters: z.record(z.string(), scalar),
    seeds: z.array(z.string()),
    costs: z.object({ table: z.string(), hash: z.string(), scale: z.number() }).optional(),
    metrics: z.record(z.string(), metric),
    series: z.record(z.string(), series),
    histograms: z.record(z.string(), histogram),
    breakdown: z.array(breakdown),
    // Results of before there were faults have none.
    faults: z.array(fault).default([]),
    traffic: traffic.exactOptional(),
    excerpt: excerpt.exactOptional(),
    checks: z.array(check),
    fingerprints: z.record(z.string(), z.string()),
  })
  .superRefine(({ seeds, metrics }, context) => {
    // Comparisons pair the samples of two results by seed.
    for (const [name, { samples }] of Object.entries(metrics))
      if (samples.length !== seeds.length)
        context.addIssue({
          code: 'custom',
          path: ['metrics', name, 'samples'],
          message: `${samples.length} samples for ${seeds.length} seeds`,
        })
  })

const serialFit = z.object({ serial: z.number(), interval, residual: z.number() }).nullable()

const attribution = z.object({
  useful: z.number(),
  lost: z.object({
    contention: z.number(),
    serial: z.number(),
    network: z.number(),
    coherency: z.number(),
    stragglers: z.number(),
    idle: z.number(),
    down: z.number(),
  }),
})

const speedup = z.object({
  axis: z.string(),
  metric: z.string(),
  where: z.record(z.string(), scalar),
  points: z.array(z.tuple([z.number(), z.number(), z.number()])),
  efficiencies: z.array(z.object({ efficiency: z.number(), serial: figure })).exactOptional(),
  attribution: z.array(attribution).exactOptional(),
  amdahl: serialFit,
  gustafson: serialFit,
  usl: z
    .object({
      contention: z.number(),
      contentionInterval: interval,
      coherency: z.number(),
      coherencyInterval: interval,
      peak: z.number().nullable(),
      residual: z.number(),
    })
    .nullable(),
})

const counted = { variants: z.number(), holds: z.number() }
const extent = z.object({ ...counted, own: z.object({ ...counted, condition: z.string() }).optional() })

const claim = z.object({
  id: z.string(),
  text: z.string(),
  verdict: z.enum(['reproduced', 'refuted', 'out of reach']),
  found: z.string(),
  conditions: z.string(),
  extent: extent.optional(),
  source: z.string().optional(),
})

const provenance = z.object({
  tool: z.string(),
  version: z.string(),
  node: z.string(),
  platform: z.string(),
  commit: z.string().nullable(),
  created: z.string(),
  wallSeconds: z.number(),
  events: z.number(),
})

export const resultSchema: z.ZodType<Result> = z.object({
  schema: z.literal(RESULT_SCHEMA),
  scenario: z.object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    hash: z.string(),
    resolved: z.unknown(),
  }),
  variants: z.array(variant),
  speedups: z.array(speedup),
  claims: z.array(claim),
  provenance,
})
