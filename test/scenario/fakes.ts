// A small world for scenarios to name: enough of every type of parameter, independent of the real modules.

import { ScenarioError } from '../../src/errors.ts'
import {
  bandwidth,
  bytes,
  choice,
  count,
  distribution,
  duration,
  flag,
  kind,
  list,
  map,
  number,
  optional,
  rate,
  ratio,
  record,
  reference,
  text,
  tokens,
} from '../../src/parameters.ts'
import { newChecker } from '../../src/scenario/check/check.ts'
import { type LoadOptions, loadScenario } from '../../src/scenario/load.ts'
import type { Registries } from '../../src/scenario/registry.ts'
import type { ScenarioFile } from '../../src/scenario/scenario.ts'
import { GiB, ms, seconds, us } from '../../src/units.ts'

const poisson = {
  meaning: 'independent arrivals',
  parameters: { rate: rate({ meaning: 'mean arrivals per second' }) },
}
const closed = {
  meaning: 'clients that wait for their answer',
  parameters: {
    clients: count({ meaning: 'number of clients', min: 1 }),
    think: distribution('ns', { meaning: 'time between answer and request' }),
  },
}

export const registries: Registries = {
  host: {
    cores: count({ meaning: 'number of cores', default: 12, min: 1, max: 1024 }),
    memory: bytes({ meaning: 'size of the memory', default: 32 * GiB }),
  },
  network: {
    latency: distribution('ns', { meaning: 'one way', default: { kind: 'constant', value: us(200) } }),
    bandwidth: bandwidth({ meaning: 'of each link', default: 125e6 }),
  },
  link: {
    latency: optional(distribution('ns', { meaning: 'one way' })),
    loss: ratio({ meaning: 'lost messages', default: 0 }),
  },
  services: {
    queue: {
      meaning: 'some servers and a queue',
      parameters: {
        servers: count({ meaning: 'how many servers', default: 1, min: 1 }),
        service: distribution('ns', { meaning: 'service time' }),
        maxQueue: optional(count({ meaning: 'how many may wait' })),
        discipline: choice(['fifo', 'lifo', 'processor-sharing'], {
          meaning: 'who is next',
          default: 'fifo',
        }),
        preload: flag({ meaning: 'load at the beginning', default: false }),
        label: optional(text({ meaning: 'a label', pattern: /^[a-z]+$/ })),
        models: map(
          record(
            {
              size: bytes({ meaning: 'size in memory' }),
              context: tokens({ meaning: 'context length', default: 4096 }),
            },
            { meaning: 'a model' },
          ),
          { meaning: 'models, by name', default: {} },
        ),
      },
    },
    proxy: {
      meaning: 'passes requests on',
      parameters: {
        upstreams: reference('service', { meaning: 'to whom' }),
        weights: list(number({ meaning: 'a weight', min: 0 }), { meaning: 'one each', default: [], max: 4 }),
        connectTimeout: duration({ meaning: 'time to connect', default: seconds(1) }),
      },
    },
  },
  coordinators: {
    swarm: {
      meaning: 'starts agents',
      parameters: {
        server: reference('service', { meaning: 'the server it calls' }),
        agents: count({ meaning: 'how many agents', min: 1 }),
        mode: choice(['sequential', 'concurrent'], { meaning: 'how it calls', default: 'sequential' }),
      },
    },
  },
  workload: {
    target: reference('any', { meaning: 'whom the clients ask' }),
    arrivals: optional(kind({ poisson, closed }, { meaning: 'when they ask' })),
    trace: optional(text({ meaning: 'a file of requests' })),
    timeout: duration({ meaning: 'patience', default: seconds(600) }),
  },
  requests: { job: { meaning: 'a job', parameters: { size: count({ meaning: 'how much', default: 1 }) } } },
  faults: {
    partition: {
      meaning: 'two sides apart',
      parameters: {
        between: list(reference('host', { meaning: 'a side' }), { meaning: 'both sides', max: 2 }),
        for: duration({ meaning: 'how long', default: ms(1000) }),
      },
    },
  },
  checkers: {
    fifo: { meaning: 'in order', parameters: {} },
    liveness: {
      meaning: 'something is done',
      parameters: { within: duration({ meaning: 'how soon' }) },
    },
    queues: {
      meaning: 'no queue is long',
      parameters: { limit: count({ meaning: 'how long', default: 9 }) },
    },
  },
  distributions: {
    constant: {
      meaning: 'always the same',
      parameters: (unit) => ({ value: quantityOf[unit]({ meaning: 'the value' }) }),
    },
    exponential: {
      meaning: 'memoryless',
      parameters: (unit) => ({ mean: quantityOf[unit]({ meaning: 'the mean' }) }),
    },
    uniform: {
      meaning: 'anything between',
      parameters: (unit) => ({
        low: quantityOf[unit]({ meaning: 'the least' }),
        high: quantityOf[unit]({ meaning: 'the most' }),
      }),
    },
    mixture: {
      meaning: 'one of several',
      parameters: (unit) => ({ of: list(distribution(unit, { meaning: 'one' }), { meaning: 'all' }) }),
    },
  },
  createDistribution({ kind, low, high }) {
    if (kind === 'uniform' && (low as number) > (high as number))
      throw new ScenarioError('invalid low: above high; expected it below')
  },
  laws: {
    'm/m/c': {
      meaning: 'Erlang C',
      parameters: {
        arrivalRate: rate({ meaning: 'arrivals' }),
        serviceRate: rate({ meaning: 'of one server' }),
        servers: count({ meaning: 'servers', min: 1 }),
      },
      figures: [{ name: 'wait' }, { name: 'utilisation' }, { name: 'wait.N' }],
    },
  },
}

const quantityOf = { ns: duration, bytes, '/s': rate, 'bytes/s': bandwidth, ratio, count, tokens, number }

/** A valid scenario that uses most of what there is. */
export const VALID = `name: small
title: A small scenario
description: |
  Two lines
  of it.
parameters: { agents: 4, mode: sequential, rho: 0.8 }
matrix:
  agents: [1, 4]
  mode: [sequential, concurrent]
seeds: 3
hosts:
  front: {}
  worker: { count: 5, cores: 4, memory: 8GiB }
network:
  latency: { kind: uniform, low: 100us, high: 300us }
  links:
    - { between: [front, worker], latency: 1ms, loss: 1% }
services:
  proxy: { kind: proxy, on: front, upstreams: [ollama] }
  ollama:
    kind: queue
    on: worker
    servers: 2
    service: { kind: mixture, of: [10ms, { kind: exponential, mean: 1s }] }
    models: { "llama3.2:3b": { size: 2GB } }
coordinators:
  queen: { kind: swarm, on: worker.1, server: ollama.5, agents: "\${agents}", mode: "\${mode}" }
  king: { kind: swarm, on: [front, worker], count: 2, server: ollama, agents: 1 }
workload:
  target: proxy
  arrivals: { kind: poisson, rate: "\${rho}/s" }
faults:
  - { at: 10s, kind: partition, between: [front, [worker.1, worker.2]], for: 30s }
measure: { duration: 600s, warm-up: 60s }
expect:
  - { metric: latency.p95, below: 30s, when: agents == 4 and mode != "sequential" }
  - { metric: latency.mean, equals: "\${500 + 150 * agents} ms", within: 2% }
  - { metric: latency.mean, relative-to: { mode: concurrent }, between: [0.5, 2] }
  - { metric: wait, law: { kind: m/m/c, of: wait, arrival-rate: 0.8/s, service-rate: 1/s, servers: 1 }, within: 5% }
claims:
  - { id: OM-02, metric: setup.time.mean, when: agents == 4, condition: rho < 1, equals: 300ms, within: 5% }
  - { id: OM-03, text: It is nice, out-of-reach: nobody can tell }
`

type Files = Readonly<Record<string, string>>

/** The valid scenario with one thing changed. */
export const edit = (from: string, to: string): string => {
  if (!VALID.includes(from)) throw new Error(`not in the valid scenario: ${from}`)
  return VALID.replace(from, to)
}

const checker = newChecker(registries)

/** Loads `a.yaml` of some files. */
export const load = (files: Files | string, options: Partial<LoadOptions> = {}): ScenarioFile => {
  const texts: Files = typeof files === 'string' ? { 'a.yaml': files } : files
  return loadScenario('a.yaml', {
    checker,
    read(path) {
      if (Object.hasOwn(texts, path)) return texts[path]!
      throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' })
    },
    ...options,
  })
}

/** What is printed for a scenario that is wrong. */
export function printed(files: Files | string, options: Partial<LoadOptions> = {}): string {
  try {
    load(files, options)
  } catch (error) {
    if (error instanceof ScenarioError) return error.message
    throw error
  }
  return 'no mistake'
}
