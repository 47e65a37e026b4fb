// What can be set on a state store, and what it observes.

import { choice, count, duration, flag, optional, reference, type Values } from '../../parameters.ts'
import { minutes, ms, seconds } from '../../units.ts'

export const parameters = {
  servers: reference('service', {
    meaning: 'the Redis servers: one, a master with its replicas, or a cluster',
  }),
  shards: count({
    meaning: 'shards that keys are dealt out to; of a cluster, as many as it has masters',
    default: 1,
    min: 1,
    source: 'OllamaMax: three',
  }),
  points: count({
    meaning: 'points of a shard on the ring of consistent hashing',
    default: 160,
    min: 1,
    source: '[S] ketama (nginx, Kong): 160',
  }),
  timeout: duration({
    meaning: 'time limit of one attempt',
    default: seconds(2),
    min: 1,
    source: '[S] Jedis: 2000 ms',
  }),
  backOff: duration({
    meaning: 'pause before another attempt',
    default: ms(100),
    source: '[S] ioredis: retryDelayOnFailover 100',
  }),
  patience: duration({
    meaning: 'how long after its beginning an operation may be tried again; 0: never',
    default: seconds(30),
    source: '[G] longer than a failover: node timeout and a few seconds',
  }),
  readFrom: choice(['master', 'replica'], {
    meaning: 'whom reads are asked of at first; a replica may be behind',
    default: 'master',
  }),
  acknowledgements: count({
    meaning: 'replicas that must have an update before it is done (WAIT); 0: the master alone',
    default: 0,
    source: 'Redis answers before it replicates',
  }),
  acknowledgementTimeout: duration({
    meaning: 'how long a server waits for replicas in an attempt',
    default: ms(500),
    min: ms(1),
    source: '[G]',
  }),
  once: flag({
    meaning:
      'updates carry a token, which a server remembers in the same step; off: what is tried again may be done twice',
    default: true,
  }),
  tokenLifetime: duration({
    meaning: 'how long a server remembers a token; at least patience and timeout',
    default: minutes(1),
    min: ms(1),
    source: '[D] longer than patience and timeout',
  }),
  auditAt: optional(
    duration({ meaning: 'when the counters are held against what was acknowledged. Left out: never' }),
  ),
} as const

export type StateStoreValues = Values<typeof parameters>

const number = (better: 'lower' | 'higher' | 'neither', meaning: string) =>
  ({ observed: 'count', unit: 'count', better, meaning }) as const
const time = (meaning: string) => ({ observed: 'value', unit: 'ns', better: 'lower', meaning }) as const

export const metrics = {
  'state.time': time('one operation, as the store sees it'),
  'state.bulk-time': time('one request of several operations, until all have ended'),
  'state.done': number('higher', 'operations done'),
  'state.failed': number('lower', 'operations that had no effect and never will'),
  'state.unknown': number('lower', 'operations that had their effect once or not at all, or may still'),
  'state.retries': number(
    'lower',
    'further attempts, each of all the operations of a request that go to one shard',
  ),
  'state.suppressed': number(
    'neither',
    'further attempts that a server had had before, and did not carry out again',
  ),
  'state.messages': number('lower', 'messages sent to Redis servers with operations'),
  'state.refreshes': number('neither', 'times that servers were asked who is who'),
  'state.redirects': number('lower', 'answers that named another server'),
  'state.stale-reads': number(
    'lower',
    'reads of a counter that lacked what was acknowledged before they began',
  ),
  'state.staleness': time('of such a read: since when what it lacked had been acknowledged'),
  'state.audit.read': number('higher', 'counters that the audit has read'),
  'state.audit.unread': number('lower', 'counters that the audit could not read'),
  'state.audit.acknowledged': number('higher', 'increments of the counters read that were acknowledged'),
  'state.audit.lost': number('lower', 'acknowledged increments that were not there at the audit'),
  'state.audit.doubled': number('lower', 'increments that were there at the audit and were never asked for'),
} as const
