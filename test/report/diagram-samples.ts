// Traffic and excerpts to draw: made by small models of known shape.

import type { Excerpt, Result, Traffic, Variant } from '../../src/results/result.ts'
import { queueing } from './sample-results.ts'

const MS = 1e6

interface Shape {
  readonly hosts: number
  readonly agents: number
  /** Who sends how much to whom, agents counted from 1, 0 the gateway on a host of its own. */
  readonly links: readonly (readonly [number, number, number])[]
  readonly name?: (place: number) => string
}

/** A gateway on a front host and agents spread over the others, block by block. */
export function trafficOf({ hosts, agents, links, name }: Shape): Traffic {
  const received = new Array<number>(agents + 1).fill(0)
  for (const [, to, messages] of links) received[to]! += messages
  const most = Math.max(1, ...received)
  const each = Math.ceil(agents / Math.max(1, hosts))
  return {
    seed: '1',
    measured: 10e9,
    hosts: [
      { name: 'front', cores: 12, utilisation: 0.02 },
      ...Array.from({ length: hosts }, (_, i) => ({
        name: `host.${i + 1}`,
        cores: 12,
        utilisation: ((i * 7) % 11) / 11,
      })),
    ],
    processes: Array.from({ length: agents + 1 }, (_, i) => ({
      name: name?.(i) ?? (i === 0 ? 'gateway' : `agent.${i}`),
      part: i === 0 ? 'gateway' : 'agent',
      host: i === 0 ? 0 : 1 + Math.floor((i - 1) / each),
      handled: received[i]!,
      busy: (0.93 * received[i]!) / most,
    })),
    links: links
      .map(([from, to, messages]) => [from, to, messages, messages * 412] as const)
      .toSorted((a, b) => b[2] - a[2]),
    further: { links: 0, messages: 0, bytes: 0 },
  }
}

const agentsTo = (agents: number): readonly number[] => Array.from({ length: agents }, (_, i) => i + 1)

/** A queen who hands parts to leaves and takes their results. */
export const hierarchy = (agents: number, hosts: number): Traffic =>
  trafficOf({
    hosts,
    agents,
    links: [
      [0, 1, 120],
      [1, 0, 120],
      ...agentsTo(agents)
        .slice(1)
        .flatMap((agent): [number, number, number][] => [
          [1, agent, 300 + agent],
          [agent, 1, 290 + agent],
        ]),
    ],
  })

export const ring = (agents: number, hosts: number): Traffic =>
  trafficOf({
    hosts,
    agents,
    links: agentsTo(agents).flatMap((agent): [number, number, number][] => [
      [0, agent, 5],
      [agent, (agent % agents) + 1, 800 + agent],
    ]),
  })

export const mesh = (agents: number, hosts: number): Traffic =>
  trafficOf({
    hosts,
    agents,
    links: agentsTo(agents).flatMap((agent): [number, number, number][] => [
      [0, agent, 4],
      [agent, 0, 4],
      ...agentsTo(agents)
        .filter((other) => other !== agent)
        .map((other): [number, number, number] => [agent, other, 40 + ((agent * other) % 17)]),
    ]),
  })

/** A proxy before five services, with a client: what a scenario without coordinators has. */
export function balanced(): Traffic {
  const services = [1, 2, 3, 4, 5]
  return {
    seed: '7',
    measured: 1794e9,
    hosts: [
      { name: 'front', cores: 12, utilisation: 5.6e-7 },
      ...services.map((i) => ({ name: `worker.${i}`, cores: 12, utilisation: 0.5 + i * 0.07 })),
    ],
    processes: [
      { name: 'proxy', part: 'proxy', host: 0, handled: 800, busy: 0.0001 },
      ...services.map((i) => ({
        name: `ollama.${i}`,
        part: 'ollama',
        host: i,
        handled: 80,
        busy: 0.5 + i * 0.07,
      })),
    ],
    links: [
      ...services.map((i) => [0, i, 70 + i * 3, 70_000 + i * 9000] as const),
      ...services.map((i) => [i, 0, 70 + i * 3, 180_000 + i * 9000] as const),
    ].toSorted((a, b) => b[2] - a[2]),
    further: { links: 0, messages: 0, bytes: 0 },
  }
}

export const NAMES_OF_EVIL = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  `${'x'.repeat(10_000)}`,
  '\u202egnp.exe\u2066',
  ']]></svg>&amp;\u0000',
  'a\u00a0b\ud800',
]

const evil = (place: number): string => `${NAMES_OF_EVIL[place % NAMES_OF_EVIL.length]!}.${place}`

type Excerpted = Excerpt['messages'][number]

/**
 * A request that goes gateway → queen → four agents of 100 ms, one of which waits for 700 ms, and back, in 1.2 s; and other
 * tasks beside it. The sixth message of the others is lost.
 */
export function delegated(others = 40): Excerpt {
  const messages: Excerpted[] = []
  const add = (
    [from, to]: readonly [number, number],
    kind: number,
    [sent, begun, done]: readonly [number, number | null, number | null],
    own: boolean,
    cause: number,
  ): number => {
    const at = (time: number | null) => (time === null ? null : Math.round((3200 + time) * MS))
    messages.push({
      sent: at(sent)!,
      begun: at(begun),
      done: at(done),
      from,
      to,
      kind,
      bytes: 256 + kind * 40,
      cause,
      own,
    })
    return messages.length - 1
  }
  const task = add([0, 1], 0, [0, 0.4, 2.4], true, -1)
  const results: number[] = []
  for (let i = 0; i < 4; i++) {
    const begun = i === 2 ? 702.4 : 2.9 + i * 0.1
    const part = add([1, 2 + i], 1, [2.4, begun, begun + 100 + i * 11], true, task)
    results.push(
      add([2 + i, 1], 2, [begun + 100 + i * 11, begun + 100.4 + i * 11, begun + 101.4 + i * 11], true, part),
    )
  }
  add([1, 0], 3, [825.8, 826.2, 826.3], true, results[2]!)
  for (let i = 0; i < others; i++) {
    const sent = (i * 797) % 820
    const to = 1 + (i % 7)
    const lost = i === 5
    add(
      [1 + ((i + 3) % 7), to],
      1 + (i % 4),
      [sent, lost ? null : sent + 0.4, lost ? null : sent + 12 + (i % 5) * 9],
      false,
      -1,
    )
  }
  const order = messages.map((_, i) => i).sort((a, b) => messages[a]!.sent - messages[b]!.sent || a - b)
  const placeOf = new Map(order.map((old, place) => [old, place]))
  return {
    seed: '1',
    of: 'slowest request',
    what: '826 ms, asked at 3.2 s',
    from: 3200 * MS,
    until: 4030 * MS,
    processes: Array.from({ length: 8 }, (_, i) => ({
      name: i === 0 ? 'gateway' : `agent.${i}`,
      host: i === 0 ? 'front' : `host.${1 + Math.floor((i - 1) / 2)}`,
    })),
    kinds: ['task', 'part', 'part answered', 'task answered', 'heartbeat'],
    messages: order.map((old) => ({ ...messages[old]!, cause: placeOf.get(messages[old]!.cause) ?? -1 })),
    omitted: 12,
  }
}

/** As long as a simulator gives them. */
export function longExcerpt(messages: number, processes: number): Excerpt {
  return {
    seed: '1',
    of: 'beginning',
    what: '',
    from: 0,
    until: messages * MS,
    processes: Array.from({ length: processes }, (_, i) => ({
      name: `agent.${i + 1}`,
      host: `host.${i % 12}`,
    })),
    kinds: Array.from({ length: 14 }, (_, i) => `kind.${i}`),
    messages: Array.from({ length: messages }, (_, i) => ({
      sent: i * MS,
      begun: i * MS + 300_000,
      done: i * MS + 5e6 + (i % 7) * 1e6,
      from: (i * 31) % processes,
      to: (i * 17 + 5) % processes,
      kind: i % 14,
      bytes: 100 + (i % 9) * 33,
      cause: i - 1,
      own: false,
    })),
    omitted: 0,
  }
}

/** A result whose variants have this to draw. */
export function drawing(...variants: readonly Partial<Variant>[]): Result {
  const base = queueing()
  return {
    ...base,
    variants: variants.map((extra, i) => ({
      ...base.variants[0]!,
      ...(variants.length > 1 ? { name: `mode=${i + 1}`, parameters: { mode: i + 1 } } : {}),
      ...extra,
    })),
  }
}

export const FAULTS: Variant['faults'] = [
  { at: 3400 * MS, until: 3600 * MS, kind: 'crash', befalls: 'host', target: 'host.2', detail: '' },
  {
    at: 3500 * MS,
    until: 3650 * MS,
    kind: 'partition',
    befalls: 'network',
    target: 'front | host.3',
    detail: '',
  },
  { at: 3900 * MS, until: null, kind: 'pause', befalls: 'process', target: 'agent.3', detail: '' },
]

/** Names that try to be something else. */
export const hostileDrawing = (): Result =>
  drawing({
    traffic: {
      ...trafficOf({
        hosts: 3,
        agents: 8,
        name: evil,
        links: agentsTo(8).map((agent) => [0, agent, agent * 10]),
      }),
      seed: '<b>',
    },
    excerpt: {
      ...delegated(),
      what: '<script>alert(1)</script>',
      processes: delegated().processes.map((_, i) => ({ name: evil(i), host: evil(i + 2) })),
      kinds: delegated().kinds.map((_, i) => evil(i + 1)),
    },
  })
