// What can be set on a PBFT group, for scenarios and for modules that put replicas into themselves.

import type { Address, ObservedMetrics } from '../../env/index.ts'
import { choice, count, duration, flag, optional, reference, text, type Values } from '../../parameters.ts'
import { ms, seconds } from '../../units.ts'

export const groupParameters = {
  members: reference('coordinator', {
    meaning: 'all replicas of the group: n, of which (n − 1) / 3 may lie',
  }),
  group: optional(text({ meaning: 'its name in facts. Left out: that of the first member' })),
  key: text({
    meaning: 'what the members’ secrets are made of, as if handed out beforehand',
    default: 'pbft',
  }),
  clientTimeout: duration({
    meaning: 'a client that has no result after so long asks all replicas; then after twice as long again',
    default: seconds(1),
    min: 1,
    source: '[G]',
  }),
} as const

export const pbftParameters = {
  ...groupParameters,
  fastPath: choice(['none', 'document', 'safe'], {
    meaning:
      'none: prepare and commit; document: more than 2/3 answers commit at once, as OllamaMax writes it (unsafe); safe: all n answers do, else commit follows',
    default: 'none',
  }),
  fastTimeout: duration({
    meaning:
      'for the safe fast path: how long a prepared batch waits for the answers of all before it goes the long way',
    default: ms(20),
    source: '[G]',
  }),
  timeout: duration({
    meaning:
      'a replica that waits so long for a request to be executed changes the view; doubled at each change in a row',
    default: seconds(1),
    min: 1,
    source: '[G]; doubled as in OSDI 1999, §4.5.2',
  }),
  retransmission: duration({
    meaning: 'a replica that does not get on for so long says where it stands, and is sent what it lacks',
    default: ms(500),
    min: 1,
    source: '[G]; status messages as in TOCS 2002',
  }),
  batch: count({ meaning: 'requests in a batch at most', default: 64, min: 1, source: '[G]' }),
  pipeline: count({
    meaning: 'batches under way at once; requests that come meanwhile wait and share a batch',
    default: 16,
    min: 1,
    source: '[G]; as in TOCS 2002',
  }),
  checkpoint: count({
    meaning: 'batches from one checkpoint to the next',
    default: 100,
    min: 1,
    source: 'OSDI 1999, §4.3: every 100',
  }),
  window: count({
    meaning: 'batches that the log holds after the last stable checkpoint; at least one checkpoint interval',
    default: 200,
    min: 1,
    source: 'OSDI 1999, §4.3: twice the checkpoint interval',
  }),
  durable: flag({
    meaning:
      'a replica saves its log before it speaks of it; if not, one that restarts has forgotten all and counts as one that lies',
    default: true,
  }),
} as const

type AllTerms = Values<typeof pbftParameters>

/** What is left out is as in a scenario. */
export type PbftTerms = { readonly members: readonly Address[] } & Partial<Omit<AllTerms, 'members'>>

/** Terms with nothing left out. */
export type FullTerms = Omit<AllTerms, 'members'> & { readonly members: readonly Address[] }

export function fullTerms(terms: PbftTerms): FullTerms {
  const defaults = Object.entries(pbftParameters).map(([name, parameter]) => [name, parameter.default])
  const given = Object.entries(terms).filter(([, value]) => value !== undefined)
  const full = Object.fromEntries([...defaults, ...given]) as FullTerms
  return { ...full, window: Math.max(full.window, full.checkpoint) }
}

/** What a replica and its client observe; a coordinator that has one in itself declares them. */
export const pbftMetrics = {
  'pbft.messages': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'messages that replicas and clients of the group have sent',
  },
  'pbft.messages.batch': {
    observed: 'value',
    unit: 'count',
    better: 'lower',
    meaning: 'messages that a replica sends for a batch: from executing the one before to executing it',
  },
  'pbft.executed': {
    observed: 'count',
    unit: 'count',
    better: 'higher',
    meaning: 'batches that a replica has executed, over all replicas',
  },
  'pbft.batch': {
    observed: 'value',
    unit: 'count',
    better: 'neither',
    meaning: 'requests in a batch',
  },
  'pbft.refused': {
    observed: 'count',
    unit: 'count',
    better: 'neither',
    meaning: 'messages refused for who is said to have sent them has not',
  },
  'pbft.view-changes': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'how often a replica called for another primary',
  },
  'pbft.new-views': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'views that a new primary has opened',
  },
  'pbft.fast': {
    observed: 'count',
    unit: 'count',
    better: 'neither',
    meaning: 'batches that a replica committed by the fast path',
  },
  'pbft.slow': {
    observed: 'count',
    unit: 'count',
    better: 'neither',
    meaning: 'batches that a replica committed by prepare and commit',
  },
  'pbft.overturned': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning:
      'batches that a replica had committed and a quorum has prepared another in the place of: agreement is lost',
  },
  'pbft.transfers': {
    observed: 'count',
    unit: 'count',
    better: 'neither',
    meaning: 'states that a replica has taken over from another',
  },
  'pbft.log': {
    observed: 'value',
    unit: 'count',
    better: 'neither',
    meaning: 'batches in a replica’s log, at each checkpoint',
  },
  'pbft.latency': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'from asking the group to f + 1 equal replies',
  },
  'pbft.multicasts': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'requests that a client sent to all replicas, because no result came',
  },
} as const satisfies ObservedMetrics
