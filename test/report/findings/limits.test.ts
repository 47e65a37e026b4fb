// What is a limit and what only looks like one.

import { expect, test } from 'vitest'
import { bindingResource } from '../../../src/report/findings/binding-resource.ts'
import type { Breakdown, Scalar } from '../../../src/results/result.ts'
import { metric } from '../sample-results.ts'
import { breakdownOf, resultOf, S, share, variantOf } from './made.ts'

const RESOLVED = {
  services: { ollama: { kind: 'ollama' }, hub: { kind: 'websocket-hub' } },
  coordinators: { agent: { kind: 'specialist' } },
}

interface Parts {
  readonly parameters?: Record<string, Scalar>
  readonly used: Readonly<Record<string, number>>
  readonly queue?: number
  readonly time?: Breakdown['parts']
  readonly busy?: readonly (readonly [part: string, busy: number])[]
}

const made = ({ parameters = {}, used, queue, time, busy = [] }: Parts) =>
  variantOf({
    parameters,
    metrics: {
      ...Object.fromEntries(
        Object.entries(used).map(([name, value]) => [`${name}.utilisation.mean`, share(value)]),
      ),
      ...(queue === undefined ? {} : { 'service.ollama.queue.mean': metric(queue, 'count', '') }),
    },
    rest: {
      breakdown: time === undefined ? [] : [breakdownOf('all', 100, time)],
      traffic: {
        seed: '1',
        measured: S,
        hosts: [],
        processes: busy.map(([part, busy]) => ({ name: part, part, host: 0, handled: 9, busy })),
        links: [],
        further: { links: 0, messages: 0, bytes: 0 },
      },
    },
  })

const said = (...of: readonly Parts[]) => bindingResource(resultOf(of.map(made), RESOLVED))[0]?.text

test('slots that are all taken are no limit where nobody waits for one', () => {
  const one = { used: { 'service.ollama': 1, 'host.box': 0.3 }, queue: 0, time: { service: S } }
  expect(said(one)).toBe(
    'Nothing is near its capacity: busiest are the cores of box with 30 % in use on average. Requests hardly wait: nearly all of their time is service, computing and network.',
  )
  expect(said({ ...one, queue: 3, time: { service: S, queue: S } })).toMatch(
    /^The limit is the slots of ollama, 100 % in use/,
  )
  // Of what has no figure of a queue it is not known.
  expect(said({ used: one.used, time: one.time })).toMatch(/^The limit is the slots of ollama/)
})

test('a service of one thread is at its limit on a host with cores to spare', () => {
  expect(said({ used: { 'host.front': 0.25 }, busy: [['hub', 1]] })).toBe(
    'The limit is the single thread of hub, 100 % in use; next are the cores of front (25 %).',
  )
  // A service of many is busy as long as it has anything to do.
  expect(said({ used: { 'host.front': 0.25 }, busy: [['ollama', 1]] })).toMatch(/^Nothing is near/)
})

test('who waits for a core is busy: where there are no more cores, these are the limit', () => {
  expect(said({ used: { 'host.box': 0.99 }, busy: [['agent', 1]] })).toMatch(
    /^The limit is the cores of box, 99 % in use/,
  )
  expect(said({ used: { 'host.box': 0.5 }, busy: [['agent', 1]] })).toMatch(
    /^The limit is the single thread of agent/,
  )
})

test('cores that are shared make service slower, not waiting longer', () => {
  expect(said({ used: { 'host.box': 0.91 }, time: { service: 98, core: 2 } })).toBe(
    'Nearest to the limit are the cores of box, 91 % in use. It shows as slower service, not as waiting: 98 % of a request’s time is service, computing and network.',
  )
})

test('of what is as full in several variants the one that most have is the limit', () => {
  const full = (n: number, a: number, b: number): Parts => ({
    parameters: { kind: `k${n}` },
    used: { 'host.a': a, 'host.b': b },
  })
  expect(said(full(1, 0.99, 0.98), full(2, 0.98, 0.99), full(3, 0.5, 0.99))).toMatch(
    /^The limit is the cores of b in all 3 variants, 98 % to 99 % in use\./,
  )
})

test('of many limits two are named', () => {
  const full = (kind: string, host: string): Parts => ({
    parameters: { kind },
    used: { [`host.${host}`]: 0.99 },
  })
  expect(said(full('k', 'a'), full('l', 'a'), full('m', 'b'), full('n', 'c'), full('o', 'd'))).toBe(
    'The limit depends on the variant: the cores of a in 2 (99 % in use with kind=k), the cores of b in 1 (99 % in use with kind=m) and others in 2.',
  )
})

test('variants that use nothing count among all', () => {
  expect(
    said(
      { parameters: { n: 1 }, used: {} },
      { parameters: { n: 2 }, used: { 'host.a': 0.99 } },
      { parameters: { n: 3 }, used: {} },
    ),
  ).toMatch(/in 1 of 3 variants/)
})

test('that requests hardly wait is said of all variants or of none', () => {
  const of = (rate: number, used: number, time: Breakdown['parts']): Parts => ({
    parameters: { rate },
    used: { 'host.box': used },
    time,
  })
  expect(said(of(1, 0.3, { service: 95, queue: 5 }), of(2, 0.2, { service: 60, queue: 40 }))).toMatch(
    / Most waiting is with rate=2: of a request’s time 40 % is waiting at a service or for a permit\.$/,
  )
  expect(said(of(1, 0.3, { service: 95, queue: 5 }), of(2, 0.2, { service: 92, queue: 8 }))).toMatch(
    / Requests hardly wait anywhere: at least 92 % of their time/,
  )
  expect(said(of(1, 0.3, { service: 50, queue: 50 }), of(2, 0.2, { service: 92, queue: 8 }))).toMatch(
    / \(rate=1\)\. Of a request’s time there 50 % is waiting/,
  )
})
