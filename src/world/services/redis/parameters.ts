// What can be set on Redis, what it observes, and what can go wrong inside it. Names are those of redis.conf where it has one.

import {
  bytes,
  choice,
  count,
  distribution,
  duration,
  flag,
  optional,
  type Values,
} from '../../../parameters.ts'
import { MiB, ms, seconds } from '../../../units.ts'

export const parameters = {
  messageCost: duration({
    meaning: 'time of the thread for reading a message and writing its reply',
    default: 5215,
    source: '[D] from SET 180k/s and pipelines of 16 at 1.5 M/s',
  }),
  commandCost: duration({
    meaning: 'time of the thread for a command, or for each key of one that takes several',
    default: 341,
    source: '[D] from SET 180k/s and pipelines of 16 at 1.5 M/s',
  }),
  elementCost: duration({
    meaning: 'time of the thread for each element that a command in O(n) touches',
    default: 127,
    source:
      '[D] redis-benchmark: LRANGE_100 47.6k/s, LRANGE_600 9.07k/s, SET 128k/s: 89.3 µs / 500, times 128 / 180 to the faster host',
  }),
  deliveryCost: duration({
    meaning:
      'time of the thread for reading a message without a reply, or for writing to a connection of its own accord: to a subscriber, to a replica',
    default: 2608,
    source: '[D] half of message-cost, which is a read and a write',
  }),
  appendfsync: choice(['none', 'no', 'everysec', 'always'], {
    meaning:
      'what a crash loses: everything (no append-only file), what the kernel has not written in its 30 s, what was written since the last full second, or nothing that was answered',
    default: 'none',
    source: 'redis.conf: appendonly no',
  }),
  fsync: optional(
    distribution('ns', {
      meaning:
        'time of an fsync, which holds the thread under appendfsync always; left out: as long as the host’s disk takes',
    }),
  ),
  maxmemory: bytes({
    meaning:
      'memory for keys and values; commands that may take more are then refused (noeviction). 0: no limit',
    default: 0,
    source: 'redis.conf',
  }),
  outputBufferLimit: bytes({
    meaning: 'a subscriber that has more unread than this is disconnected. 0: no limit',
    default: 32 * MiB,
    source: 'redis.conf: client-output-buffer-limit pubsub 32mb 8mb 60',
  }),
  cluster: flag({
    meaning:
      'the instances of the part form a cluster: the first are its masters, each with its share of the slots; off: each stands alone, or they are one master and its replicas',
    default: false,
    source: 'redis.conf: cluster-enabled no',
  }),
  replicas: count({
    meaning:
      'replicas of each master, dealt out to them in turn after the masters. A master is replaced by the votes of most masters of a cluster, or else of most instances: so one of two never is',
    default: 0,
  }),
  replicationDelay: duration({
    meaning: 'how long writes wait to be sent to the replicas together, after they have been answered',
    default: 0,
    source: 'redis.conf: repl-disable-tcp-nodelay no; 40 ms with yes',
  }),
  replicationBacklog: bytes({
    meaning:
      'latest writes that a master keeps for replicas that were away; those away for longer get a snapshot of everything',
    default: MiB,
    source: 'redis.conf: repl-backlog-size 1mb',
  }),
  fork: duration({
    meaning: 'how long the thread stands still to fork for a snapshot, for each GiB of data',
    default: ms(9),
    source: '[P] redis.io, "Diagnosing latency issues": 9.0 ms a GB on a physical machine, 12.8 on VMware',
  }),
  minReplicasToWrite: count({
    meaning: 'a master with fewer replicas that were heard of within min-replicas-max-lag refuses writes',
    default: 0,
    source: 'redis.conf',
  }),
  minReplicasMaxLag: duration({
    meaning: 'see min-replicas-to-write',
    default: seconds(10),
    source: 'redis.conf',
  }),
  nodeTimeout: duration({
    meaning:
      'how long a ping may go unanswered before a server is suspected to be down (of Sentinel: down-after-milliseconds, 30 s)',
    default: seconds(15),
    min: ms(1),
    source: 'redis.conf: cluster-node-timeout 15000',
  }),
  electionDelay: duration({
    meaning:
      'how long a replica waits before it stands for its failed master: this, as much again by chance, and twice as much for each replica that has got further',
    default: ms(500),
    source: 'Redis Cluster specification: 500 ms + random 0 to 500 ms + rank · 1000 ms',
  }),
} as const

export type RedisValues = Values<typeof parameters>

export const metrics = {
  latency: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time from the arrival of a message to its reply, waiting for the thread included',
  },
  commands: { observed: 'count', unit: 'count', better: 'neither', meaning: 'commands carried out' },
  errors: { observed: 'count', unit: 'count', better: 'lower', meaning: 'commands that failed' },
  delivered: {
    observed: 'count',
    unit: 'count',
    better: 'neither',
    meaning: 'published messages sent to subscribers, once for each',
  },
  disconnected: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'subscribers disconnected because they read too slowly',
  },
  'lost-writes': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'writes that were acknowledged and that a crash or a failover has lost',
  },
  resyncs: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'snapshots of everything that it was sent as a replica',
  },
  failovers: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'times that it took its master’s place',
  },
  'failover-time': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'from the last sign of life of the old master to the new one',
  },
} as const

export const faults = {
  hang: 'its thread stands still, as in a slow script: nothing is answered, and the other servers may take it for dead',
  failover:
    'a manual failover: its best replica takes over in good order, or it takes over itself where it is a replica',
} as const
