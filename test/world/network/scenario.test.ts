// What a scenario says of the network: what comes of it, and what is refused.

import { expect, test } from 'vitest'
import type { ScenarioError } from '../../../src/errors.ts'
import { Recorder } from '../../../src/observe/recorder.ts'
import { newChecker } from '../../../src/scenario/check/check.ts'
import { loadScenario } from '../../../src/scenario/load.ts'
import { parts } from '../../../src/scenario/parts.ts'
import { WiringError, wire } from '../../../src/scenario/wire.ts'
import { us } from '../../../src/units.ts'
import { TCP } from '../../../src/world/network/parameters.ts'

const CHECKER = newChecker(parts)

const scenario = (network: string) => `name: a
title: A
hosts: { front: {}, worker: { count: 4 } }
network: ${network}
measure: { duration: 1s }
`

function wired(network: string) {
  const file = loadScenario('a.yaml', { checker: CHECKER, read: () => scenario(network) })
  const { world } = wire(file.variants[0]!.scenario, {
    seed: '1',
    recorder: new Recorder(),
    checked: true,
    openTrace: () => {
      throw new Error('no trace here')
    },
  })
  const host = (name: string) => world.hosts.get(name)!
  const link = (from: string, to: string) => world.network.link(host(from), host(to))
  return { world, host, link }
}

function mistakesOf(network: string): string[] {
  try {
    wired(network)
    return []
  } catch (error) {
    if (error instanceof WiringError)
      return error.mistakes.map(({ message }) => `${error.path.join('.')}: ${message}`)
    return (error as ScenarioError).mistakes.map(({ message }) => message)
  }
}

test('a network of which nothing is said has plain links', () => {
  const { world, link } = wired('{}')
  expect(link('front', 'worker.1').plain).toBe(true)
  expect(link('front', 'front').plain).toBe(true)
  expect(world.network.values.tcp).toEqual(TCP)
  expect(world.network.values.connections).toBeUndefined()
})

test('whatever is more than a latency and a bandwidth makes links that are not plain, where it is said', () => {
  for (const network of [
    '{ loss: 1% }',
    '{ jitter: 1us }',
    '{ sharing: fair }',
    '{ connections: {} }',
    '{ overlay: {} }',
    '{ topology: { kind: switch } }',
  ])
    expect(wired(network).link('front', 'worker.1').plain).toBe(false)
  const { link } = wired('{ links: [{ between: [front, worker.2], loss: 5%, corrupt: 5% }] }')
  expect(link('front', 'worker.1').plain).toBe(true)
  expect(link('worker.2', 'front').plain).toBe(false)
  expect(link('worker.2', 'front').condition.drop).toBeCloseTo(1 - 0.95 ** 2, 12)
})

test('what is said in part has its defaults for the rest', () => {
  const { world } = wired('{ connections: { limit: 3 }, overlay: { packet-cost: 5us }, tcp: { retries: 3 } }')
  const { connections, overlay, tcp } = world.network.values
  expect(connections).toMatchObject({ limit: 3, handshake: 'tcp', retransmit: true, keepAliveProbes: 9 })
  expect(overlay).toEqual({ encapsulation: 50, packetCost: us(5), latency: us(3) })
  expect(tcp).toEqual({ ...TCP, retries: 3 })
})

test('groups and single hosts stand in racks; the others are dealt to as many as there are', () => {
  const { world, host } = wired('{ topology: { kind: rack, racks: 2, members: { head: front } } }')
  const names = (name: string) => world.network.rackOf(host(name)).map(({ name }) => name)
  expect(names('front')).toEqual(['front'])
  expect(names('worker.1')).toEqual(['worker.1', 'worker.3'])
  expect(names('worker.4')).toEqual(['worker.2', 'worker.4'])
  const metrics = Object.keys(world.recorder.definitions()).filter((name) =>
    name.startsWith('network.uplink'),
  )
  expect(metrics).toEqual(
    ['head', 'rack.1', 'rack.2'].flatMap((rack) =>
      ['mean', 'max'].map((what) => `network.uplink.${rack}.utilisation.${what}`),
    ),
  )
})

test('mistakes are told with what was expected', () => {
  expect(mistakesOf('{ topology: { kind: rack, members: { a: worker, b: worker.2 } } }')).toEqual([
    'network.topology: worker.2 stands in the racks a and b; expected one',
  ])
  expect(mistakesOf('{ topology: { kind: rack, members: { a: wroker } } }')[0]).toMatch(
    /unknown host: "?wroker/,
  )
  expect(mistakesOf('{ topology: { kind: ring } }')[0]).toMatch(/unknown kind: "?ring/)
  expect(mistakesOf('{ loss: 120% }')).toEqual(['invalid loss: 120%; expected 0 to 1'])
  expect(mistakesOf('{ connections: { handshake: ssl } }')[0]).toMatch(/ssl.*none, tcp, tls/)
  expect(mistakesOf('{ connections: { keepalive: 5s } }')[0]).toMatch(/unknown key: keepalive/)
})
