// What a scenario says of containers: what comes of it, what is observed of it, and what is refused.

import { describe, expect, test } from 'vitest'
import { coordinators } from '../../src/coordination/registry.ts'
import { ScenarioError } from '../../src/errors.ts'
import { Recorder } from '../../src/observe/recorder.ts'
import { newChecker } from '../../src/scenario/check/check.ts'
import { containerParameters } from '../../src/scenario/containers.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { parts } from '../../src/scenario/parts.ts'
import { processParameters } from '../../src/scenario/process.ts'
import { wire } from '../../src/scenario/wire.ts'
import { minutes, seconds } from '../../src/units.ts'
import type { Container } from '../../src/world/container.ts'
import { services } from '../../src/world/services/registry.ts'

const CHECKER = newChecker(parts)

const scenario = (services: string) => `name: a
title: A
hosts: { box: { cores: 4, memory: 1GB, count: 2 } }
services:
${services}
measure: { duration: 10min }
`

/** A world that has run for a while. */
function ran(yaml: string, until = minutes(10)) {
  const file = loadScenario('a.yaml', { checker: CHECKER, read: () => scenario(yaml) })
  const recorder = new Recorder()
  const { world } = wire(file.variants[0]!.scenario, {
    seed: '1',
    recorder,
    checked: true,
    openTrace: () => {
      throw new Error('no trace here')
    },
  })
  for (const process of world.processes.values()) process.begin()
  world.simulation.run({ until })
  const container = (name: string) => world.processes.get(name)!.supervisor as Container
  const { metrics } = recorder.finish(world.simulation.now)
  return { world, container, metrics, figure: (name: string) => metrics[name]?.value }
}

test('no service or coordinator has a parameter of the name of one of its container', () => {
  const names = [...Object.keys(containerParameters), ...Object.keys(processParameters)]
  const clashes = Object.entries({ ...services, ...coordinators }).flatMap(([kind, { parameters }]) =>
    names.filter((name) => name in parameters).map((name) => `${kind}: ${name}`),
  )
  expect(clashes).toEqual([])
})

test('a part that says nothing of its container adds nothing to a result, and begins with the run', () => {
  const { container, metrics } = ran('  queue: { kind: queue, on: box.1, service: 1s }')
  expect(Object.keys(metrics).filter((name) => name.startsWith('container.'))).toEqual([])
  expect(container('queue').startedAt).toBe(0)
  expect(container('queue').state).toBe('running')
})

test('what is observed is what can happen', () => {
  const observed = (more: string) => {
    const { metrics } = ran(`  queue: { kind: queue, on: box.1, service: 1s, ${more} }`)
    const names = Object.keys(metrics).filter((name) => name.startsWith('container.'))
    return [...new Set(names.map((name) => name.split('.')[2]!))]
  }
  expect(observed('start: 1s')).toEqual(['availability'])
  expect(observed('restart: "no"')).toEqual(['availability'])
  expect(observed('restart: on-failure:3')).toEqual(['availability', 'restarts', 'restart-delay'])
  expect(observed('memory: 1MB')).toEqual(['availability', 'oom-kills'])
  expect(observed('health: {}')).toEqual(['availability', 'unhealthy', 'time-to-healthy'])
  expect(observed('ports: [80]')).toEqual(['availability', 'port-conflicts'])
})

test('availability is that of all instances', () => {
  const { figure } = ran(
    '  queue: { kind: queue, on: box, count: 2, service: 1s, ports: [8080], start: 2min }',
  )
  // Of two on each of two hosts, one has the port, from the second minute on.
  expect(figure('container.queue.availability.mean')).toBeCloseTo((0.5 * 8) / 10, 12)
  expect(figure('container.queue.port-conflicts')).toBe(2)
})

test('further instances have further ports, where that is said', () => {
  const { figure, container } = ran(
    '  queue: { kind: queue, on: box, count: 2, service: 1s, ports: [8080], port-step: 1 }',
  )
  expect(figure('container.queue.availability.mean')).toBe(1)
  expect(container('queue.2').engine.ownerOf(8081)).toBe(container('queue.2'))
})

test('a chain of dependencies starts in its order, health before what depends on it', () => {
  const { container } = ran(`
  web: { kind: queue, on: box.1, service: 1s, depends-on: [api, cache], start: 1s }
  api: { kind: queue, on: box.2, service: 1s, depends-on: db, health: { interval: 5s, cost: 0 } }
  db: { kind: redis, on: box.1, start: 3s, health: { interval: 2s, cost: 0, request: { kind: redis, mix: [{ command: PING }] } } }
  cache: { kind: queue, on: box.1, service: 1s, starts-at: 20s }`)
  const started = ['db', 'api', 'cache', 'web'].map((name) => Math.round(container(name).startedAt / 1e9))
  // db runs at 3 s and is healthy at 5; api runs then and is healthy at 10; the cache runs at 20.
  expect(started).toEqual([3, 5, 20, 21])
})

describe('memory', () => {
  const two = (one: string, other: string) =>
    ran(`
  one: { kind: queue, on: box.1, service: 1s, restart: on-failure:1, ${one} }
  other: { kind: queue, on: box.1, service: 1s, restart: on-failure:1, ${other} }`)

  test('beyond its limit a container is killed, and nobody else', () => {
    const { figure, container } = two(
      'memory: 100MB, base-memory: 101MB',
      'memory: 900MB, base-memory: 890MB',
    )
    expect([figure('container.one.oom-kills'), figure('container.other.oom-kills')]).toEqual([2, 0])
    expect([container('one').state, container('one').oomKilled]).toEqual(['exited', true])
  })

  test('beyond the host’s, the largest is, whoever came last; or whom the score says', () => {
    const without = two(
      'base-memory: 600MB',
      'base-memory: 500MB, starts-at: 1s, exit-after: 9min, exit-code: 0',
    )
    expect(without.figure('container.one.oom-kills')).toBe(2)
    expect(without.figure('container.other.oom-kills')).toBe(0)
    const scored = two('base-memory: 600MB, oom-score-adj: -500', 'base-memory: 500MB, starts-at: 1s')
    expect(scored.figure('container.one.oom-kills')).toBe(0)
    expect(scored.figure('container.other.oom-kills')).toBe(2)
  })
})

describe('mistakes', () => {
  const mistakes = (yaml: string): readonly string[] => {
    try {
      ran(yaml)
    } catch (error) {
      if (error instanceof ScenarioError) return error.mistakes.map(({ message }) => message)
      throw error
    }
    return []
  }

  test('those who wait for one another never start', () => {
    expect(
      mistakes(`
  a: { kind: queue, on: box.1, service: 1s, depends-on: b }
  b: { kind: queue, on: box.1, service: 1s, depends-on: c }
  c: { kind: queue, on: box.1, service: 1s, depends-on: [d, a] }
  d: { kind: queue, on: box.1, service: 1s }`),
    ).toEqual([
      'invalid depends-on: a waits for b waits for c waits for a; expected an order in which all can start',
    ])
    expect(mistakes('  a: { kind: queue, on: box.1, service: 1s, depends-on: a }')[0]).toContain(
      'a waits for a;',
    )
  })

  test('a policy that Docker does not have', () => {
    expect(mistakes('  a: { kind: queue, on: box.1, service: 1s, restart: sometimes }')[0]).toMatch(
      /invalid restart: sometimes; expected a text that matches/,
    )
  })
})

test('a process that is killed by a fault comes back by its policy', () => {
  const { container, figure } = ran(
    `  queue: { kind: queue, on: box.1, service: 1s, restart: always, start: 1s }
faults: [{ at: 1min, kind: kill, process: queue }]`,
  )
  expect(container('queue').startedAt).toBe(minutes(1) + 1.1e9)
  expect(figure('container.queue.availability.mean')).toBeCloseTo(1 - (1 + 1.1) / 600, 12)
  expect(seconds(600)).toBe(minutes(10))
})
