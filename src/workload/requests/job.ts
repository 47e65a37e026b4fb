// A plain piece of work, as textbook queues and pools of workers take it; of several classes where classes are given.

import type { JobRequest } from '../../env/clients/job.ts'
import { ScenarioError } from '../../errors.ts'
import { createDistribution } from '../../kernel/distributions/registry.ts'
import { weighted } from '../../kernel/distributions/weighted.ts'
import {
  type DistributionSpec,
  distribution,
  list,
  number,
  optional,
  record,
  text,
} from '../../parameters.ts'
import { defineRequest, type RequestStreams } from './request-kind.ts'

const service = optional(
  distribution('ns', { meaning: 'how long it takes to serve; left out, the server draws it' }),
)
const priority = optional(number({ meaning: 'lower is served first, where the server has priorities' }))
const capability = optional(
  text({ meaning: 'what whoever does it should be good at, where those who do it differ in that' }),
)

export const job = defineRequest({
  name: 'job',
  meaning: 'a piece of work that takes its time',
  parameters: {
    service,
    priority,
    capability,
    classes: optional(
      list(
        record(
          {
            weight: number({ meaning: 'how often it comes, relative to the others', default: 1, min: 0 }),
            service,
            priority,
            capability,
          },
          { meaning: 'one class of jobs' },
        ),
        {
          meaning:
            'classes of jobs, one of which is drawn for each; instead of service, priority and capability',
          max: 1000,
        },
      ),
    ),
  },
  create({ service, priority, capability, classes }, streams) {
    if (!classes) return jobsOf({ service, priority, capability }, streams)
    if (service !== undefined || priority !== undefined || capability !== undefined)
      throw new ScenarioError(
        'both classes and service, priority or capability; expected classes alone, each with its own',
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
  readonly capability: string | undefined
}

function jobsOf({ service, priority, capability }: JobTerms, streams: RequestStreams): () => JobRequest {
  const distribution = service && createDistribution(service)
  const random = streams('service')
  const told = {
    ...(priority === undefined ? {} : { priority }),
    ...(capability === undefined ? {} : { capability }),
  }
  return () => ({
    kind: 'job',
    ...(distribution ? { service: Math.max(0, Math.round(distribution.sample(random))) } : {}),
    ...told,
  })
}
