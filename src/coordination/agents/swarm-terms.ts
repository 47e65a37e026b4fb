// What can be set on the set-up of a swarm, and what it observes.

import type { ObservedMetrics } from '../../env/index.ts'
import {
  bytes,
  choice,
  count,
  duration,
  flag,
  optional,
  ratio,
  reference,
  type Values,
} from '../../parameters.ts'
import { minutes, ms } from '../../units.ts'
import { mcpMetrics } from '../messaging/mcp-client.ts'
import { poolMetrics } from './pool-metrics.ts'

export const swarmParameters = {
  server: reference('service', { meaning: 'the MCP server' }),
  agents: count({ meaning: 'agents to spawn', default: 54, max: 100_000 }),
  mode: choice(['sequential', 'concurrent', 'staged', 'batched'], {
    meaning: 'how the calls are issued: one by one, all at once, in three stages, or in JSON-RPC batches',
    default: 'sequential',
  }),
  order: choice(['document', 'longest-first'], {
    meaning: 'order in which concurrent calls are issued; it matters where slots are scarce',
    default: 'document',
  }),
  connections: count({
    meaning: 'connections kept open and shared; 0: a new one for each message',
    default: 1,
    max: 10_000,
  }),
  inFlight: count({
    meaning: 'messages outstanding on one connection: 1 over HTTP/1.1, many over stdio',
    default: 1000,
    min: 1,
  }),
  handshake: duration({
    meaning:
      'time of the round trips before a connection’s initialize: 0 over stdio, 1 of TCP, 2 with TLS 1.3',
    default: 0,
    source: '[S] RFC 9293 3.5, RFC 8446 2',
  }),
  connectBytes: optional(
    bytes({
      meaning:
        'bytes that the opening of a connection sends and receives, certificates above all; left out: initialize alone',
    }),
  ),
  batchSize: count({ meaning: 'calls in one batch at most', default: 1000, min: 1 }),
  linger: duration({
    meaning: 'calls that come within this time of one another go in one batch; 0s: each by itself',
    default: 0,
  }),
  deduplicate: flag({
    meaning: 'identical look-ups in flight are sent once',
    default: false,
  }),
  cache: duration({ meaning: 'how long replies stand for identical later look-ups; 0s: never', default: 0 }),
  cacheSize: count({
    meaning: 'replies cached at most; the least recently used goes',
    default: 1000,
    min: 1,
    source: '[G]',
  }),
  attempts: count({
    meaning: 'attempts at a look-up or a synchronisation, which may be made twice',
    default: 1,
    min: 1,
  }),
  backOff: duration({
    meaning: 'pause before another attempt, at most; doubled each time',
    default: ms(100),
    source: '[G]; full jitter: AWS Architecture Blog 2015',
  }),
  lookups: count({
    meaning: 'look-ups (coordination_sync) of each agent as it joins',
    default: 0,
    source: '[G] the document names none',
  }),
  identical: ratio({ meaning: 'share of the agents whose look-ups are all the same', default: 1 }),
  capacity: count({
    meaning: 'agents the pool holds at most',
    default: 100,
    min: 1,
    source: 'OllamaMax: queue of 100',
  }),
  cycles: count({ meaning: 'coordination cycles after the set-up', default: 0 }),
  timeout: duration({ meaning: 'time limit of a call or batch', default: minutes(10), min: 1 }),
} as const

export type SwarmTerms = Values<typeof swarmParameters>

export const swarmMetrics = {
  'setup.time': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'from the first call to the last reply of the set-up',
  },
  'startup.time': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'from the first agent asked for to the last one ready',
  },
  'cycle.time': { observed: 'value', unit: 'ns', better: 'lower', meaning: 'one coordination cycle' },
  ...mcpMetrics,
  ...poolMetrics,
  'agents.ready': { observed: 'count', unit: 'count', better: 'higher', meaning: 'agents that came up' },
  'agents.failed': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'agents that did not come up',
  },
} as const satisfies ObservedMetrics
