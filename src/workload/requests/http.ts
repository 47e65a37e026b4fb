// A request over HTTP: a path and a method, from one of so many consumers; of several kinds where paths are given.

import { type HttpRequest, METHODS } from '../../env/clients/http.ts'
import { ScenarioError } from '../../errors.ts'
import { createDistribution } from '../../kernel/distributions/registry.ts'
import { weighted } from '../../kernel/distributions/weighted.ts'
import {
  choice,
  count,
  type DistributionSpec,
  distribution,
  list,
  number,
  optional,
  record,
  text,
} from '../../parameters.ts'
import { defineRequest, type RequestStreams } from './request-kind.ts'

const path = { meaning: 'what is asked for', pattern: /^\// }
const method = { meaning: 'the method; POST and PATCH are not idempotent', default: 'GET' } as const
const bytes = optional(
  distribution('bytes', { meaning: 'size of the request; left out, its length as JSON' }),
)

export const http = defineRequest({
  name: 'http',
  meaning: 'a request of an HTTP service, direct or through a proxy',
  parameters: {
    path: text({ ...path, default: '/' }),
    method: choice(METHODS, method),
    bytes,
    paths: optional(
      list(
        record(
          {
            weight: number({
              meaning: 'how often it is asked for, relative to the others',
              default: 1,
              min: 0,
            }),
            path: text(path),
            method: choice(METHODS, method),
            bytes,
          },
          { meaning: 'one thing asked for' },
        ),
        { meaning: 'things asked for, one of which is drawn for each request; instead of path', max: 1000 },
      ),
    ),
    consumers: count({
      meaning:
        'by how many consumers, consumer-1 and so on, one of whom is drawn for each request; 0: nobody says who',
      default: 0,
      max: 1e6,
    }),
  },
  create({ path, method, bytes, paths, consumers }, streams) {
    const sign = signature(consumers, streams)
    if (!paths) return signed(requestsOf({ path, method, bytes }, streams), sign)
    if (paths.length === 0) throw new ScenarioError('invalid paths: none; expected at least one')
    const kinds = paths.map((terms) => requestsOf(terms, streams))
    const mix = weighted(paths.map(({ weight }) => weight))
    const random = streams('path')
    return signed(() => kinds[mix.draw(random)]!(), sign)
  },
})

interface PathTerms {
  readonly path: string
  readonly method: HttpRequest['method']
  readonly bytes: DistributionSpec | undefined
}

function requestsOf({ path, method, bytes }: PathTerms, streams: RequestStreams): () => HttpRequest {
  const size = bytes && createDistribution(bytes, 'bytes')
  const random = streams('bytes')
  const request = { kind: 'http', method, path } as const
  return () => (size ? { ...request, bytes: Math.max(0, Math.round(size.sample(random))) } : request)
}

/** Who asks next; undefined: nobody says. */
function signature(consumers: number, streams: RequestStreams): (() => string) | undefined {
  if (consumers === 0) return undefined
  const random = streams('consumer')
  return () => `consumer-${1 + random.integer(consumers)}`
}

const signed =
  (make: () => HttpRequest, sign: (() => string) | undefined): (() => HttpRequest) =>
  () =>
    sign ? { ...make(), consumer: sign() } : make()
