// What can be set on an HTTP service, and what it observes.

import {
  bytes,
  choice,
  count,
  distribution,
  duration,
  map,
  optional,
  ratio,
  record,
  reference,
  text,
  type Values,
} from '../../../parameters.ts'
import { ms, seconds, us } from '../../../units.ts'

const constant = (value: number) => ({ kind: 'constant', value })

const time = {
  meaning: 'time a worker waits for others (a disk, a database): it holds the worker and no core',
}
const cpu = { meaning: 'core time in a worker' }
const errors = { meaning: 'share of requests that end in an error of the service (500)' }
const size = { meaning: 'size of an answer' }

export const parameters = {
  workers: count({
    meaning:
      'requests served at once, by threads or processes of the server; more wait, first come first served',
    default: 40,
    min: 1,
    source: '[S] AnyIO: 40 threads, in which FastAPI runs handlers that block',
  }),
  backlog: count({
    meaning: 'requests that wait for a worker at most; more get 503',
    default: 2048,
    source: '[S] uvicorn: --backlog',
  }),
  cost: duration({
    meaning: 'core time of the thread that reads requests and writes answers',
    default: us(50),
    source: '[G] an event loop takes 20,000 small requests a second',
  }),
  time: distribution('ns', { ...time, default: constant(ms(10)), source: '[G]' }),
  cpu: distribution('ns', { ...cpu, default: constant(ms(1)), source: '[G]' }),
  errors: ratio({ ...errors, default: 0 }),
  bytes: distribution('bytes', { ...size, default: constant(1000), source: '[G] a small JSON document' }),
  paths: map(
    record(
      {
        time: optional(distribution('ns', time)),
        cpu: optional(distribution('ns', cpu)),
        errors: optional(ratio(errors)),
        bytes: optional(distribution('bytes', size)),
      },
      { meaning: 'what is different for the paths that begin so' },
    ),
    {
      meaning: 'paths that are served otherwise, by their beginning; the longest counts',
      default: {},
    },
  ),
  healthPath: text({
    meaning: 'the path that answers whether it is there, by the reading thread and without a worker',
    default: '/health',
  }),
  calls: optional(
    reference('any', { meaning: 'whom it asks (GET of call-path) before it answers, holding its worker' }),
  ),
  callOrder: choice(['in-turn', 'at-once'], {
    meaning: 'whether it asks one after the other, or all at once',
    default: 'in-turn',
  }),
  callPath: text({ meaning: 'the path it asks for', default: '/' }),
  callTimeout: duration({
    meaning: 'after what time without answer it gives up and answers 504; another failure is a 502',
    default: seconds(30),
    source: '[G] many clients have no limit at all',
  }),
  requestMemory: bytes({
    meaning: 'memory of each request being served; where there is none, it gets 503',
    default: 0,
  }),
  keepAlive: duration({
    meaning: 'time for which an idle connection is kept',
    default: seconds(5),
    source: '[S] uvicorn: --timeout-keep-alive; Node: server.keepAliveTimeout',
  }),
  connectCost: duration({
    meaning: 'core time of the thread for taking a new connection; with TLS some 2 ms',
    default: us(50),
    source: '[G]',
  }),
} as const

export type HttpValues = Values<typeof parameters>

export const metrics = {
  requests: {
    observed: 'count',
    unit: 'count',
    better: 'neither',
    meaning: 'requests taken, health checks left out',
  },
  errors: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'requests that ended in 500, 502, 503 or 504',
  },
  wait: { observed: 'value', unit: 'ns', better: 'lower', meaning: 'time that requests wait for a worker' },
  sojourn: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time from the request read to its answer',
  },
  connections: { observed: 'count', unit: 'count', better: 'neither', meaning: 'connections opened' },
} as const

export const faults = {
  hang: 'takes requests, health checks among them, and answers none of them as long as it lasts, nor ever those it took',
  errors: 'answers every request with 500; the health path says that all is well',
  unhealthy: 'the health path says 503; all else works',
  slow: 'everything that a worker does takes ten times as long',
} as const

/** How much longer work takes under the fault `slow`. */
export const SLOW_FACTOR: number = 10
