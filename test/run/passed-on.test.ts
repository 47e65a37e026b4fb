// Services that pass requests on: what is passed on goes back to its own request, whoever's end lets it begin.

import { expect, test } from 'vitest'
import { replicate } from '../../src/run/replication.ts'
import { newChecker } from '../../src/scenario/check/check.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { parts } from '../../src/scenario/parts.ts'
import { openTraceFile } from '../../src/workload/traces/trace-file.ts'

const CHECKER = newChecker(parts)
const TERMS = { seed: '1', bins: 2, checked: false, openTrace: openTraceFile, messages: true }

const STATION = '{ kind: queue, on: box, servers: 9, service: { kind: constant, value: 1ms } }'
const HTTP = '{ kind: http, on: box, cpu: 0s, time: 1ms }'

const scenario = (services: string, kind: string): string => `name: passed-on
title: Requests that wait before they are passed on
hosts: { box: { cores: 8 } }
network: { latency: 1ms }
services:
${services}
workload:
  target: front
  arrivals: { kind: steps, steps: [{ at: 0s, rate: 0/s }, { at: 90s, rate: 1000/s }, { at: 90.004s, rate: 0/s }] }
  request: { kind: ${kind} }
  timeout: 1min
measure: { duration: 95s }
`

/** The requests that are passed on in the slowest one's chain, each with who sent what it goes back to. */
function passedOn(services: string, kind: string): readonly string[] {
  const text = scenario(services, kind)
  const { variants } = loadScenario('passed-on.yaml', { checker: CHECKER, read: () => text })
  const { recorded } = replicate(variants[0]!.scenario, TERMS)
  const { messages, processes } = recorded.excerpt!
  const name = (process: number): string => processes[process]!.name
  return messages.flatMap(({ from, to, cause, own }) => {
    if (!own || name(from) !== 'front' || name(to) !== 'back') return []
    const of = messages[cause]!
    return [`${name(of.from)} → ${name(of.to)}, ${of.own ? 'its own' : 'of another'}`]
  })
}

test.each([
  [
    'a worker of an HTTP service',
    `  front: { kind: http, on: box, cpu: 0s, time: 5ms, workers: 1, calls: [back] }\n  back: ${HTTP}`,
    'http',
  ],
  [
    'a server of a queue',
    `  front: { kind: queue, on: box, servers: 1, service: { kind: constant, value: 5ms }, next: back }\n  back: ${STATION}`,
    'job',
  ],
  [
    'its share of a queue',
    `  front: { kind: queue, on: box, servers: 2, discipline: processor-sharing, service: { kind: constant, value: 5ms }, next: back }\n  back: ${STATION}`,
    'job',
  ],
  [
    'what Consul says',
    `  consul: { kind: consul, on: box, services: { back: { targets: back, check: { interval: 1s } } } }
  front:
    kind: kong
    on: box
    consul: consul
    dns-ttl: 0s
    dns-not-found-ttl: 0s
    routes: [{ paths: [/], service: api }]
    services: { api: { discover: back } }
  back: ${HTTP}`,
    'http',
  ],
])('a request that waited for %s is passed on in its own name', (_, services, kind) => {
  expect(passedOn(services, kind)).toEqual(['(clients) → front, its own'])
})
