// What can be set on nginx, and what it observes. Names are those of its directives, without `proxy_`.

import { choice, count, duration, list, optional, reference, text, type Values } from '../../../parameters.ts'
import { seconds, us } from '../../../units.ts'
import { POLICIES } from './upstream.ts'

export const parameters = {
  upstreams: reference('service', { meaning: 'the servers behind it' }),
  policy: choice(POLICIES, {
    meaning:
      'who gets a request: the server with the fewest connections by weight (ties in turn), each in turn, one at random, the less busy of two at random, the same for all requests of a host, the same for all with the same hash-key (consistent hashing)',
    default: 'least_conn',
  }),
  hashKey: text({
    meaning:
      'by which field of a request the policy hash goes: path and consumer of HTTP, model and prefix of Ollama; requests without it go to each in turn',
    default: 'path',
  }),
  weights: optional(
    list(count({ meaning: 'weight of a server', min: 1 }), {
      meaning: 'weights of the servers, in their order; left out: 1 each',
    }),
  ),
  maxFails: count({
    meaning: 'failures after which a server is out of service; 0: never',
    default: 1,
    source: 'nginx: max_fails',
  }),
  failTimeout: duration({
    meaning: 'time for which failures count and a server is out of service',
    default: seconds(10),
    source: 'nginx: fail_timeout',
  }),
  connectTimeout: duration({
    meaning: 'time limit for a connection to a server; it runs out where host or network are down',
    default: seconds(60),
    source: 'nginx: proxy_connect_timeout',
  }),
  readTimeout: duration({
    meaning: 'time limit for the beginning of an answer, which is the whole of one that is not streamed',
    default: seconds(60),
    source: 'nginx: proxy_read_timeout',
  }),
  nextUpstream: list(
    choice(
      [
        'error',
        'timeout',
        'http_500',
        'http_502',
        'http_503',
        'http_504',
        'http_403',
        'http_404',
        'http_429',
        'non_idempotent',
      ],
      { meaning: 'a case' },
    ),
    {
      meaning:
        'cases in which another server is tried; non_idempotent: also for requests that were sent and are not idempotent. Empty: off',
      default: ['error', 'timeout'],
      source: 'nginx: proxy_next_upstream',
    },
  ),
  idempotent: list(text({ meaning: 'a kind of message' }), {
    meaning: 'requests besides HTTP that are idempotent, as GET is; all others count as POST',
    default: ['ollama.ps'],
  }),
  workerConnections: count({
    meaning: 'connections at once, two for each request; beyond, a request gets 500',
    default: 512,
    min: 2,
    source: 'nginx: worker_connections (Debian configures 768, nginx.org 1024), one worker process',
  }),
  cost: duration({
    meaning: 'core time of a request, its answer included',
    default: us(30),
    source: '[G] 20 to 50 µs: a core proxies 20,000 to 50,000 small requests a second',
  }),
} as const

export type NginxValues = Values<typeof parameters>

export const metrics = {
  requests: {
    observed: 'count',
    unit: 'count',
    better: 'neither',
    meaning: 'requests passed to a server, by server',
  },
  retries: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'requests passed to another server after a failure',
  },
  ejections: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'times that a failure put a server out of service',
  },
  closed: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'requests whose client gave up (499)',
  },
  failed: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'requests answered with 500, 502 or 504 by the proxy itself',
  },
} as const
