// What can be set on Kong, and what it observes. Names are those of its entities' fields.

import { METHODS } from '../../../env/index.ts'
import {
  choice,
  count,
  duration,
  list,
  map,
  optional,
  ratio,
  record,
  reference,
  text,
  type Values,
} from '../../../parameters.ts'
import { hours, ms, seconds, us } from '../../../units.ts'

const KONG = '[S] Kong: upstreams, healthchecks'
const off = (meaning: string) => count({ meaning: `${meaning}; 0: off`, default: 0, source: KONG })

const active = record(
  {
    path: text({ meaning: 'what is asked for', default: '/', source: KONG }),
    timeout: duration({ meaning: 'time limit of a check', default: seconds(1), min: 1, source: KONG }),
    healthyInterval: duration({
      meaning: 'time between checks of targets that are healthy; 0: they are not checked',
      default: 0,
      source: KONG,
    }),
    unhealthyInterval: duration({
      meaning: 'time between checks of targets that are not; 0: they are not checked, and stay so',
      default: 0,
      source: KONG,
    }),
    successes: off('checks in a row that make a target healthy'),
    httpFailures: off('answers of 404, 429 or 500 to 505 that make it unhealthy'),
    tcpFailures: off('failed connections that make it unhealthy'),
    timeouts: off('timeouts that make it unhealthy'),
  },
  {
    meaning: 'checks that Kong makes by itself',
    default: {
      path: '/',
      timeout: seconds(1),
      healthyInterval: 0,
      unhealthyInterval: 0,
      successes: 0,
      httpFailures: 0,
      tcpFailures: 0,
      timeouts: 0,
    },
  },
)

const passive = record(
  {
    successes: off('answers below 400 in a row that make a target healthy'),
    httpFailures: off('answers of 429, 500 or 503 that make it unhealthy'),
    tcpFailures: off('failed connections that make it unhealthy'),
    timeouts: off('timeouts that make it unhealthy'),
  },
  {
    meaning:
      'what is seen of the requests passed on (a circuit breaker: without active checks, nothing makes a target healthy again)',
    default: { successes: 0, httpFailures: 0, tcpFailures: 0, timeouts: 0 },
  },
)

const limit = (period: string) =>
  optional(count({ meaning: `requests in each ${period} by the clock`, min: 1 }))

const rateLimit = record(
  {
    second: limit('second'),
    minute: limit('minute'),
    hour: limit('hour'),
    by: choice(['consumer', 'ip', 'service'], {
      meaning:
        'whose requests are counted together: those of a consumer (or else of a host), of a host, or all',
      default: 'consumer',
      source: '[S] Kong: rate-limiting, limit_by',
    }),
  },
  { meaning: 'requests beyond get 429; each Kong counts for itself (policy local)' },
)

const service = record(
  {
    targets: optional(reference('any', { meaning: 'who serves it' })),
    discover: optional(
      text({ meaning: 'or its name in Consul, which is asked over DNS for instances that are not critical' }),
    ),
    weights: optional(
      list(count({ meaning: 'weight of a target', min: 1 }), {
        meaning: 'weights of the targets, in their order; left out: 100 each',
      }),
    ),
    algorithm: choice(['round-robin', 'least-connections', 'consistent-hashing'], {
      meaning: 'which target gets a request',
      default: 'round-robin',
      source: '[S] Kong: upstreams, algorithm',
    }),
    hashOn: choice(['consumer', 'ip', 'path'], {
      meaning: 'of consistent hashing: what is hashed; a request without a consumer counts by its host',
      default: 'consumer',
    }),
    retries: count({
      meaning: 'further tries after one that failed: a connection or a timeout, never an answer',
      default: 5,
      source: '[S] Kong: services, retries',
    }),
    connectTimeout: duration({
      meaning: 'time limit for a connection to a target; it runs out where host or network are down',
      default: seconds(60),
      min: 1,
      source: '[S] Kong: services, connect_timeout',
    }),
    readTimeout: duration({
      meaning: 'time limit for the beginning of an answer, which is the whole of one that is not streamed',
      default: seconds(60),
      min: 1,
      source: '[S] Kong: services, read_timeout',
    }),
    active,
    passive,
    threshold: ratio({
      meaning: 'with less than this share of its weight healthy, nothing is passed on at all',
      default: 0,
      source: KONG,
    }),
    rateLimit: optional(rateLimit),
    plugins: list(
      choice(['key-auth', 'basic-auth'], { meaning: 'who does not say which consumer it is gets 401' }),
      { meaning: 'plugins besides rate-limit', default: [] },
    ),
    pluginCost: duration({ meaning: 'core time of further plugins', default: 0 }),
  },
  { meaning: 'a service and its upstream' },
)

export const parameters = {
  services: map(service, { meaning: 'services by name' }),
  routes: optional(
    list(
      record(
        {
          paths: list(text({ meaning: 'the beginning of a path', pattern: /^\// }), {
            meaning: 'beginnings of paths; the longest that fits counts',
            default: ['/'],
          }),
          methods: list(choice(METHODS, { meaning: 'a method' }), {
            meaning: 'methods; a route that names them goes before one that does not. Empty: all',
            default: [],
          }),
          service: text({ meaning: 'the name of a service' }),
        },
        { meaning: 'a route' },
      ),
      { meaning: 'which requests go to which service; others get 404. Left out: all to the one there is' },
    ),
  ),
  consul: optional(
    reference('service', {
      meaning: 'the agents of Consul it asks for the instances of a service, the first that answers',
    }),
  ),
  dnsTtl: duration({
    meaning: 'time for which an answer of Consul counts; 0: each request asks',
    default: 0,
    source: '[S] consul: dns_config.service_ttl',
  }),
  dnsStaleTtl: duration({
    meaning: 'time after that for which it still counts while Consul cannot be asked',
    default: hours(1),
    source: '[S] kong.conf: dns_stale_ttl',
  }),
  dnsNotFoundTtl: duration({
    meaning: 'time for which the answer counts that there is no instance',
    default: seconds(30),
    source: '[S] kong.conf: dns_not_found_ttl',
  }),
  dnsErrorTtl: duration({
    meaning: 'time until Consul is asked again after it could not be',
    default: seconds(1),
    source: '[S] kong.conf: dns_error_ttl',
  }),
  dnsTimeout: duration({
    meaning: 'time limit of a question',
    default: seconds(2),
    min: 1,
    source: '[S] lua-resty-dns: timeout',
  }),
  dnsTries: count({
    meaning: 'questions before it counts as not to be asked',
    default: 5,
    min: 1,
    source: '[S] lua-resty-dns: retrans',
  }),
  cost: duration({
    meaning: 'core time of a request, its answer included, without plugins',
    default: us(126),
    source: '[D] Kong 3.10 on 16 vCPU: 127,257 requests/s',
  }),
  rateLimitCost: duration({
    meaning: 'core time of counting a request',
    default: us(17),
    source: '[D] Kong 3.10 on 16 vCPU: 112,026 requests/s with rate limiting',
  }),
} as const

export type KongValues = Values<typeof parameters>
export type KongService = KongValues['services'][string]

/** [D] Kong 3.10 on 16 vCPU, with rate limiting: 97,208 requests/s with key-auth, 92,863 with basic-auth. */
export const PLUGIN_COSTS = { 'key-auth': us(22), 'basic-auth': us(29) } as const

/** [S] Kong's balancer: a record is renewed this long after it has expired. */
export const RENEWAL_LAG = ms(500)

export const metrics = {
  requests: {
    observed: 'count',
    unit: 'count',
    better: 'neither',
    meaning: 'requests that found a route, by service',
  },
  retries: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'further tries after one that failed',
  },
  'no-route': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'requests without a route (404)',
  },
  unauthorized: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'requests without a consumer where one is asked for (401)',
  },
  limited: { observed: 'count', unit: 'count', better: 'lower', meaning: 'requests beyond a limit (429)' },
  failed: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'requests answered with 502, 503 or 504 by Kong itself',
  },
  closed: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'requests whose client gave up (499)',
  },
  unhealthy: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'times a target became unhealthy',
  },
  lookups: { observed: 'count', unit: 'count', better: 'lower', meaning: 'questions to Consul' },
  exposure: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning:
      'time from the first to the last request that a target failed (a connection, a timeout, 429, 500 or 503), until it answers again or is taken out',
  },
  'latency.kong': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time of a request in Kong, waiting for its core and for Consul included (X-Kong-Proxy-Latency)',
  },
  'latency.upstream': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time that the target took which answered (X-Kong-Upstream-Latency)',
  },
} as const
