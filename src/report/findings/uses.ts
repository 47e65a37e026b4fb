// What of a data centre can run out, and how much of it is in use: cores, services, disks, links, single threads, pools.

import type { Result, Variant } from '../../results/result.ts'
import { familyOf, partOf } from './instances.ts'
import { workingShare } from './waiting.ts'
import { named } from './wording.ts'

export interface Use {
  /** The same thing in every variant. */
  readonly key: string
  /** `the cores of worker`, or of the one instance that is told apart, `the cores of worker.3`. */
  readonly words: string
  /** Of the part, whichever instance. */
  readonly whole: string
  /** Whether the words are of several. */
  readonly plural: boolean
  /** Mean share in use. */
  readonly share: number
  readonly metric: string
  /** Of the busiest of several alike, what all of them are used on average; else `null`. */
  readonly average: number | null
  /** The scenario's section and the name in it; `null` where it has none. */
  readonly owner: readonly [section: string, name: string] | null
}

interface Kind {
  readonly pattern: RegExp
  /** Of a name, what it is called. */
  readonly words: (name: string, result: Result) => readonly [words: string, plural: boolean]
  readonly section: string | null
  /** Apart from the section, what tells it from other kinds. */
  readonly noun: string
}

/** What the capacity of a kind of service is. */
const CAPACITIES: Readonly<Record<string, readonly [noun: string, plural: boolean]>> = {
  ollama: ['slots', true],
  mcp: ['slots', true],
  redis: ['thread', false],
  queue: ['servers', true],
  http: ['workers', true],
  'vector-store': ['threads', true],
}

const KINDS: readonly Kind[] = [
  {
    pattern: /^service\.(.+)\.utilisation\.mean$/,
    words: (name, result) => {
      const kind = settingOf(result, 'services', partOf(name), 'kind')
      const [noun, plural] = (typeof kind === 'string' && own(CAPACITIES, kind)) || ['capacity', false]
      return [`the ${noun} of ${named(name)}`, plural]
    },
    section: 'services',
    noun: 'capacity',
  },
  {
    pattern: /^host\.(.+?)(?<!\.core\.\d+)(?<!\.disk)\.utilisation\.mean$/,
    words: (name) => [`the cores of ${named(name)}`, true],
    section: 'hosts',
    noun: 'cores',
  },
  {
    pattern: /^host\.(.+)\.disk\.utilisation\.mean$/,
    words: (name) => [`the disk of ${named(name)}`, false],
    section: 'hosts',
    noun: 'disk',
  },
  {
    pattern: /^network\.(.+)\.utilisation\.mean$/,
    words: (name) => [`the link ${named(name)}`, false],
    section: 'network',
    noun: 'link',
  },
]

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** What the scenario sets, as it is written there. */
export const settingOf = (result: Result, section: string, name: string, key: string): unknown =>
  own(record(own(record(own(record(result.scenario.resolved), section)), name)), key)

/** An instance of several is told apart from this share on, if it stands out by so much. */
const HOT = 0.8
const STANDS_OUT = 0.15

/** Services of one thread that have no figure of their own for it. */
const SINGLE: readonly unknown[] = ['nginx', 'kong', 'consul', 'websocket-hub']
/** So few wait on average that nobody does. */
const NOBODY = 0.1

/** What is used of the variant, the busiest first; one entry a kind and part. */
export function usesOf(result: Result, variant: Variant): readonly Use[] {
  const uses = [
    ...KINDS.flatMap((kind) => ofKind(result, variant, kind)),
    ...threads(result, variant),
    ...pools(variant),
  ]
  return uses.sort((a, b) => b.share - a.share || (a.key < b.key ? -1 : 1))
}

function ofKind(result: Result, variant: Variant, kind: Kind): readonly Use[] {
  const { metrics } = variant
  const families = new Map<string, { name: string; metric: string; share: number }[]>()
  for (const [metric, { value, unit }] of Object.entries(metrics)) {
    const name = kind.pattern.exec(metric)?.[1]
    if (name === undefined || unit !== 'ratio' || value === null || !Number.isFinite(value)) continue
    const family = familyOf(metrics, metric, name)
    families.set(family, [...(families.get(family) ?? []), { name, metric, share: value }])
  }
  return [...families].flatMap(([family, members]) => {
    const whole = members.find(({ name }) => name === family)!
    const hottest = members.reduce((most, one) => (one.share > most.share ? one : most))
    const hot = hottest.share >= HOT && hottest.share - whole.share >= STANDS_OUT
    const { name, metric, share } = hot ? hottest : whole
    const [words, plural] = kind.words(name, result)
    if (kind.section === 'services' && plural && share >= HOT && nobodyWaits(variant, family)) return []
    return [
      {
        key: `${kind.section} ${kind.noun} ${family}`,
        words,
        whole: kind.words(family, result)[0],
        plural,
        share,
        metric,
        average: hot ? whole.share : null,
        owner: kind.section === null ? null : ([kind.section, family] as const),
      },
    ]
  })
}

/** Those who share a number of places and never wait for one: all taken or not, more of them would gain nothing. */
const nobodyWaits = ({ metrics, breakdown }: Variant, name: string): boolean =>
  workingShare(breakdown) >= 0.9 &&
  ['service', 'process'].every((of) => {
    const waiting = metrics[`${of}.${name}.${of === 'service' ? 'queue' : 'mailbox'}.mean`]
    return waiting === undefined ? of === 'process' : (waiting.value ?? 0) < NOBODY
  })

/** Coordinators are single-threaded, and some services: one that is always busy is a limit, however many cores its host has. */
function threads(result: Result, { traffic }: Variant): readonly Use[] {
  const parts = new Map<string, { name: string; busy: number }[]>()
  const sectionOf = (part: string): 'coordinators' | 'services' | undefined =>
    settingOf(result, 'coordinators', part, 'kind') !== undefined
      ? 'coordinators'
      : SINGLE.includes(settingOf(result, 'services', part, 'kind'))
        ? 'services'
        : undefined
  for (const { name, part, busy } of traffic?.processes ?? [])
    if (sectionOf(part) !== undefined && Number.isFinite(busy))
      parts.set(part, [...(parts.get(part) ?? []), { name, busy }])
  return [...parts].map(([part, members]) => {
    const hottest = members.reduce((most, one) => (one.busy > most.busy ? one : most))
    const average = members.reduce((sum, { busy }) => sum + busy, 0) / members.length
    const hot = hottest.busy >= HOT && hottest.busy - average >= STANDS_OUT
    return {
      key: `thread ${part}`,
      whole: `the single thread of ${named(members.length === 1 ? members[0]!.name : `each ${part}`)}`,
      words: `the single thread of ${named(hot || members.length === 1 ? hottest.name : `each ${part}`)}`,
      plural: false,
      share: hot ? hottest.busy : average,
      metric: 'traffic.processes.busy',
      average: hot ? average : null,
      owner: [sectionOf(part)!, part],
    }
  })
}

/** Agents with tasks among those that there are. */
function pools({ metrics }: Variant): readonly Use[] {
  const busy = metrics['pool.busy.mean']?.value
  const size = metrics['pool.size.mean']?.value
  if (busy == null || size == null || size <= 0 || busy > size) return []
  return [
    {
      key: 'pool',
      words: 'the agents of the pool',
      whole: 'the agents of the pool',
      plural: true,
      share: busy / size,
      metric: 'pool.busy.mean / pool.size.mean',
      average: null,
      owner: null,
    },
  ]
}
