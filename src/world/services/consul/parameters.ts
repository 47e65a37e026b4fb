// What can be set on Consul's agents, and what they observe. The defaults of gossip are those of memberlist for a LAN, which
// Consul keeps.

import {
  choice,
  count,
  duration,
  flag,
  map,
  optional,
  record,
  reference,
  text,
  type Values,
} from '../../../parameters.ts'
import { minutes, ms, seconds, us } from '../../../units.ts'

const check = record(
  {
    type: choice(['http', 'tcp'], {
      meaning: 'a GET that must answer 2xx (429 is a warning), or a connection that must be taken',
      default: 'http',
    }),
    path: text({ meaning: 'the path of the GET', default: '/health' }),
    interval: duration({
      meaning: 'time from one check to the next',
      default: seconds(10),
      min: 1,
      source: '[G] the example of the manual',
    }),
    timeout: duration({
      meaning: 'time limit of a check',
      default: seconds(10),
      min: 1,
      source: '[S] consul: checks, timeout',
    }),
    successBeforePassing: count({
      meaning: 'passes in a row that do not count yet',
      default: 0,
      source: '[S] consul: success_before_passing',
    }),
    failuresBeforeCritical: count({
      meaning: 'failures in a row that do not count yet',
      default: 0,
      source: '[S] consul: failures_before_critical',
    }),
    deregisterAfter: optional(
      duration({
        meaning:
          'after how long as critical it is forgotten, a minute at the least, looked at every 30 s; left out: never',
      }),
    ),
  },
  { meaning: 'how an agent looks whether the service is well; left out: it always is' },
)

export const parameters = {
  servers: optional(
    reference('service', {
      meaning:
        'the server agents, by whom an agent joins; one that is among them is a server. Left out: it is the only one',
    }),
  ),
  services: map(
    record(
      {
        targets: reference('any', { meaning: 'whose instances on its own host an agent registers' }),
        check: optional(check),
      },
      { meaning: 'a service' },
    ),
    { meaning: 'services by name; every target needs an agent on its host', default: {} },
  ),
  probeInterval: duration({
    meaning: 'time from one probe of a member to the next',
    default: seconds(1),
    min: 1,
    source: '[S] memberlist: ProbeInterval',
  }),
  probeTimeout: duration({
    meaning: 'how long a probe waits before others are asked',
    default: ms(500),
    min: 1,
    source: '[S] memberlist: ProbeTimeout',
  }),
  indirectChecks: count({
    meaning: 'members that are asked to probe too',
    default: 3,
    source: '[S] memberlist: IndirectChecks',
  }),
  tcpPing: flag({ meaning: 'whether a probe that fails is tried over TCP too', default: true }),
  suspicionMult: count({
    meaning: 'multiplier of the time a suspicion takes, and two more than the confirmations that shorten it',
    default: 4,
    min: 1,
    source: '[S] memberlist: SuspicionMult',
  }),
  suspicionMaxTimeoutMult: count({
    meaning: 'times the shortest suspicion that one takes which nobody confirms',
    default: 6,
    min: 1,
    source: '[S] memberlist: SuspicionMaxTimeoutMult',
  }),
  awarenessMaxMultiplier: count({
    meaning: 'up to how many times longer a member waits that takes itself to be slow',
    default: 8,
    min: 1,
    source: '[S] memberlist: AwarenessMaxMultiplier',
  }),
  retransmitMult: count({
    meaning: 'multiplier of how often news is passed on',
    default: 4,
    min: 1,
    source: '[S] memberlist: RetransmitMult',
  }),
  gossipInterval: duration({
    meaning: 'time from one round of gossip to the next',
    default: ms(200),
    min: 1,
    source: '[S] memberlist: GossipInterval',
  }),
  gossipNodes: count({
    meaning: 'members to whom a round goes',
    default: 3,
    min: 1,
    source: '[S] memberlist: GossipNodes',
  }),
  gossipToTheDeadTime: duration({
    meaning: 'for how long the dead hear of it',
    default: seconds(30),
    source: '[S] memberlist: GossipToTheDeadTime',
  }),
  pushPullInterval: duration({
    meaning: 'time from one full exchange to the next, with up to 32 members',
    default: seconds(30),
    min: 1,
    source: '[S] memberlist: PushPullInterval',
  }),
  reconnectInterval: duration({
    meaning: 'time from one look for failed members to the next',
    default: seconds(30),
    min: 1,
    source: '[S] serf: ReconnectInterval',
  }),
  retryJoinInterval: duration({
    meaning: 'time from one attempt to join to the next',
    default: seconds(30),
    min: 1,
    source: '[S] consul: retry_interval',
  }),
  electionTimeout: duration({
    meaning: 'without a leader for one to two times this, a server stands for election',
    default: seconds(5),
    min: ms(1),
    source: '[S] consul: 1 s times raft_multiplier 5',
  }),
  leaderLease: duration({
    meaning: 'how long a leader goes on without a majority',
    default: ms(2500),
    min: ms(1),
    source: '[S] consul: 500 ms times raft_multiplier 5',
  }),
  rpcHoldTimeout: duration({
    meaning: 'for how long an agent tries to reach a leader',
    default: seconds(7),
    source: '[S] consul: rpc_hold_timeout',
  }),
  rpcTimeout: duration({
    meaning: 'time limit of a call to a server',
    default: minutes(1),
    min: 1,
    source: '[S] consul: rpc_client_timeout',
  }),
  syncRetryInterval: duration({
    meaning: 'one to two times this after a write that failed, it is tried again',
    default: seconds(15),
    min: 1,
    source: '[S] consul: agent/ae, retryFailIntv',
  }),
  reconcileInterval: duration({
    meaning: 'time from one comparison of members and catalogue to the next',
    default: minutes(1),
    min: 1,
    source: '[S] consul: ReconcileInterval',
  }),
  gossipCost: duration({ meaning: 'core time of a packet of gossip', default: us(20), source: '[G]' }),
  cost: duration({
    meaning: 'core time of any other message',
    default: us(100),
    source: '[G] JSON or msgpack in Go',
  }),
} as const

export type ConsulValues = Values<typeof parameters>

export const metrics = {
  probes: {
    observed: 'count',
    unit: 'count',
    better: 'neither',
    meaning: 'probes of members that were answered, by whichever way',
  },
  'probes.failed': { observed: 'count', unit: 'count', better: 'lower', meaning: 'probes that were not' },
  suspicions: { observed: 'count', unit: 'count', better: 'lower', meaning: 'members it came to suspect' },
  failures: { observed: 'count', unit: 'count', better: 'lower', meaning: 'members it took for failed' },
  'false-alarms': { observed: 'count', unit: 'count', better: 'lower', meaning: 'of these, those that ran' },
  detection: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time from the end of a member until it is taken for failed here',
  },
  refutations: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'times it had to say that it is alive',
  },
  packets: { observed: 'count', unit: 'count', better: 'lower', meaning: 'packets of gossip sent' },
  'packet-bytes': {
    observed: 'count',
    unit: 'bytes',
    better: 'lower',
    meaning: 'bytes of gossip sent, without framing',
  },
  deregistered: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'services forgotten for having been critical too long',
  },
  elections: { observed: 'count', unit: 'count', better: 'lower', meaning: 'times it came to lead' },
  reads: { observed: 'count', unit: 'count', better: 'neither', meaning: 'questions for a service' },
  'reads.failed': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'questions without an answer, for want of a leader or a way to one',
  },
} as const

export const faults = {
  leave: 'it leaves the cluster, as consul leave does, and answers nothing; at the end it joins again',
} as const
