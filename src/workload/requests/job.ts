// A plain piece of work, as textbook queues and pools of workers take it; of several classes where classes are given.

import type { JobRequest } from '../../env/clients/job.ts'
import { ScenarioError } from '../../errors.ts'
import { createDistribution } from '../../kernel/distributions/registry.ts'
import { weighted } from '../../kernel/distributions/weighted.ts'
import { type DistributionSpec, distribution, list, number, optional, record } from '../../parameters.ts'
import { defineRequest, type RequestStreams } from './request-kind.ts'

const service = optional(
  distribution('ns', { meaning: 'how long it takes to serve; left out, the server draws it' }),
)
const priority = optional(number({ meaning: 'lower is served first, where the server has priorities' }))

export const job = defineRequest({
  name: 'job',
  meaning: 'a piece of work that takes its time',
  parameters: {
    service,
    priority,
    classes: optional(
      list(
        record(
          {
            weight: number({ meaning: 'how often it comes, relative to the others', default: 1, min: 0 }),
            service,
            priority,
          },
          { meaning: 'one class of jobs' },
        ),
        {
          meaning: 'classes of jobs, one of which is drawn for each; instead of service and priority',
          max: 1000,
        },
      ),
    ),
  },
  create({ service, priority, classes }, streams) {
    if (!classes) return jobsOf({ service, priority }, streams)
    if (service !== undefined || priority !== undefined)
      throw new ScenarioError(
        'both classes and service or priority; expected classes alone, each with its service and priority',
      )
    if (classes.length === 0) throw new ScenarioError('invalid classes: none; expected at least one')
    const jobs = classes.map((terms) => jobsOf(terms, streams))
    const mix = weighted(classes.map(({ weight }) => weight))
    const random = streams('class')
    return () => jobs[mix.draw(random)]!()
  },
})

interface JobTerms {
  readonly service: DistributionSpec | undefined
  readonly priority: number | undefined
}

function jobsOf({ service, priority }: JobTerms, streams: RequestStreams): () => JobRequest {
  const distribution = service && createDistribution(service)
  const random = streams('service')
  const ranked = priority === undefined ? {} : { priority }
  return () => ({
    kind: 'job',
    ...(distribution ? { service: Math.max(0, Math.round(distribution.sample(random))) } : {}),
    ...ranked,
  })
}
