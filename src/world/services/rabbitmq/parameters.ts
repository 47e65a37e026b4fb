// What can be set on a RabbitMQ broker, and what it observes.
// Costs: one classic queue passes 88,000 messages/s, one Erlang process being the limit: 1 s / 88,000 = 11,364 ns for a
// message's whole way, half of it for taking it in. That its p99 of 3.4 ms is twice the median is a collection of garbage
// as long as the median, met by 1 % of the messages or more: with 150 under way (Little: 88,000/s · 1.7 ms), one in 10,000,
// which takes 1.7 ms / 10,000 = 170 ns of the 11,364.
// A quorum queue passes 19,000/s on SSDs (rabbitmq.com/blog/2020/04/21), where the 32 that may be unconfirmed go in two
// batches by turns: 32 / (2 · 0.84 ms), the time of a sync; so its process takes less than the 52 µs that would be.

import {
  bytes,
  choice,
  count,
  duration,
  flag,
  list,
  map,
  optional,
  ratio,
  record,
  reference,
  text,
  type Values,
} from '../../../parameters.ts'
import { MiB, minutes, ms, seconds, us } from '../../../units.ts'

const NAME = /^[\w.:/%-]{1,255}$/

const queue = record(
  {
    type: choice(['classic', 'quorum'], { meaning: 'on one node, or replicated', default: 'classic' }),
    durable: flag({
      meaning: 'survives the end of the broker, and so do its persistent messages; quorum queues always do',
      default: true,
    }),
    ttl: optional(duration({ meaning: 'how long a message may wait; it goes when it is at the head' })),
    maxLength: optional(count({ meaning: 'messages that may wait' })),
    overflow: choice(['drop-head', 'reject-publish'], {
      meaning: 'what a message too many does: the oldest goes, or it is refused (429)',
      default: 'drop-head',
      source: '[S] rabbitmq.com/docs/maxlength',
    }),
    deadLetterExchange: optional(
      text({ meaning: 'where messages go that are rejected, expire or are dropped; left out: nowhere' }),
    ),
    deadLetterRoutingKey: optional(text({ meaning: 'under which key; left out: their own' })),
    deliveryLimit: optional(
      count({
        meaning:
          'how often a message may come back before it is given up; left out: 20 of a quorum queue, of a classic one for ever',
        source: '[S] RabbitMQ 4.0',
      }),
    ),
  },
  { meaning: 'a queue' },
)

export const parameters = {
  queues: map(queue, { meaning: 'queues by name; more can be declared by requests', default: {} }),
  exchanges: map(
    record(
      {
        type: choice(['direct', 'fanout', 'topic'], { meaning: 'how it chooses queues' }),
        durable: flag({ meaning: 'survives the end of the broker', default: true }),
      },
      { meaning: 'an exchange' },
    ),
    {
      meaning:
        "exchanges by name, beside the default one ('': the routing key is the queue), amq.direct, amq.fanout, amq.topic",
      default: {},
    },
  ),
  bindings: list(
    record(
      {
        exchange: text({ meaning: 'the exchange' }),
        queue: text({ meaning: 'the queue that gets what fits' }),
        key: text({
          meaning: 'routing key; of a topic exchange * is one word, # any number of them',
          default: '',
        }),
      },
      { meaning: 'a binding' },
    ),
    { meaning: 'which queues an exchange serves', default: [], max: 100_000 },
  ),
  cluster: optional(
    reference('service', {
      meaning: 'the nodes of its cluster, itself among them; left out: it stands alone',
    }),
  ),
  replicas: count({
    meaning: 'nodes that have a replica of each quorum queue, as far as there are as many',
    default: 3,
    min: 1,
    source: '[S] rabbitmq.com/docs/quorum-queues',
  }),
  publishCost: duration({
    meaning: 'core time of a publishing connection’s processes for a message and its confirm',
    default: us(10),
    source:
      '[G] a little less than the queue’s: "a single publisher is unable to fully utilize the queue" (3.10)',
  }),
  deliveryCost: duration({
    meaning:
      'core time of a consuming connection’s processes for a delivery, and again for its acknowledgement',
    default: us(4),
    source: '[G]',
  }),
  queueCost: duration({
    meaning:
      'core time of a classic queue’s process for a message: half of it for taking it in, a quarter for its delivery, a quarter for its acknowledgement',
    default: 11_194,
    source: '[D] 1 s / 88,000 less the collection of garbage; its parts [G]',
  }),
  quorumCost: duration({
    meaning: 'the same of a quorum queue’s leader; a follower takes a third of it',
    default: us(30),
    source: '[G] less than the 52 µs of 19,000/s on SSDs',
  }),
  collectEvery: count({
    meaning: 'messages after which a queue’s process collects its garbage',
    default: 10_000,
    min: 1,
    source: '[D] p99 of the confirm twice its median',
  }),
  collection: duration({
    meaning: 'how long that takes',
    default: ms(1.7),
    source: '[D] p99 of the confirm twice its median',
  }),
  credit: count({
    meaning: 'messages of a publisher that may be on their way to classic queues',
    default: 400,
    min: 1,
    source: '[S] credit_flow_default_credit {400, 200}',
  }),
  quorumCredit: count({
    meaning: 'messages of a publisher that quorum queues may have unconfirmed',
    default: 32,
    min: 1,
    source: '[S] quorum_commands_soft_limit',
  }),
  flush: duration({
    meaning:
      'time from a persistent message to the writing of all that came since, when classic queues confirm it',
    default: ms(1),
    source: '[G] "a few milliseconds" (rabbitmq.com/blog/2025/01/17), 200 ms at most',
  }),
  writeBack: duration({
    meaning: 'after what time the kernel has brought to the disk what classic queues wrote',
    default: seconds(30),
    source: '[S] Linux: dirty_expire_centisecs',
  }),
  walSize: bytes({
    meaning: 'size of a file of the write-ahead log; what is in it is in memory too',
    default: 512 * MiB,
    min: 1,
    source: '[S] raft.wal_max_size_bytes',
  }),
  deliveryTimeout: duration({
    meaning: 'time in which a delivery must be acknowledged, or its connection is closed; 0s: no limit',
    default: minutes(30),
    source: '[S] consumer_timeout',
  }),
  totalMemory: optional(
    bytes({
      meaning: 'memory that the broker takes to be there; left out: its container’s limit, or the host’s',
      source: '[S] total_memory_available_override_value',
    }),
  ),
  watermark: ratio({
    meaning: 'share of it above which nobody may publish',
    default: 0.4,
    source: '[S] vm_memory_high_watermark; 0.6 since RabbitMQ 4.0',
  }),
  memoryCheck: duration({
    meaning: 'time between two looks at the memory',
    default: seconds(1),
    min: 1,
    source: '[S] vm_memory_monitor',
  }),
  idleMemory: bytes({
    meaning: 'memory of a broker with nothing in it',
    default: 122 * MiB,
    source: '[P] rabbitmq:4.2 idle: petrolmuffin.github.io/BrokersPerformance',
  }),
  connectionMemory: bytes({
    meaning: 'memory of a connection',
    default: 100 * 1024,
    source: '[P] about 100 KB (CloudAMQP, best practice)',
  }),
  messageMemory: bytes({
    meaning: 'memory of a message in a classic queue besides its body',
    default: 720,
    source: '[G] of the order that a backlog of empty messages shows',
  }),
  bodiesInMemory: ratio({
    meaning: 'share of the bodies in classic queues that is in memory',
    default: 1,
    source: '[S] before 3.12, until paged out; since then next to none, and little of message-memory',
  }),
  diskFreeLimit: bytes({
    meaning: 'free space of the disk below which nobody may publish',
    default: 50e6,
    source: '[S] disk_free_limit',
  }),
  failureDetection: duration({
    meaning: 'after what time without a sign of life nodes take one another for dead',
    default: seconds(5),
    min: seconds(1),
    source: '[G] aten’s poll interval; net_ticktime is 60 s',
  }),
} as const

const counted = (better: 'lower' | 'higher' | 'neither', meaning: string) =>
  ({ observed: 'count', unit: 'count', better, meaning }) as const

export const metrics = {
  published: counted('neither', 'messages published'),
  unroutable: counted('lower', 'messages published that no queue got'),
  delivered: counted('neither', 'messages handed to consumers'),
  redelivered: counted('lower', 'those of them that may have been delivered before'),
  acked: counted('higher', 'messages acknowledged'),
  rejected: counted('lower', 'messages refused for want of room'),
  dropped: counted('lower', 'messages rejected, expired or too many, and gone'),
  'dead-lettered': counted(
    'lower',
    'messages rejected, expired or too many, and published to the dead letter exchange',
  ),
  'connections.closed': counted('lower', 'connections that the broker gave up'),
  'leader.changes': counted('lower', 'quorum queues whose lead it took over'),
  'confirm.latency': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time from the arrival of a message to its confirm',
  },
  'wal.batch': {
    observed: 'value',
    unit: 'count',
    better: 'neither',
    meaning: 'entries of the write-ahead log that were synced together',
  },
} as const

export const faults = {
  'memory-alarm': 'the memory alarm is up: nobody may publish',
  hang: 'it neither reads nor answers; its connections stay',
} as const

export type RabbitMqValues = Values<typeof parameters>

/** Whether something may be called so. */
export const isName = (name: string): boolean => NAME.test(name)
