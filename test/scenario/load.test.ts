/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios are full of them */

import { describe, expect, test } from 'vitest'
import { ScenarioError } from '../../src/errors.ts'
import { limitOf } from '../../src/scenario/limit.ts'
import type { Limit } from '../../src/scenario/scenario.ts'
import { GiB, ms, seconds, us } from '../../src/units.ts'
import { edit, load, printed, VALID } from './fakes.ts'

const only = (text: string, ...sets: string[]) => load(text, { sets }).variants[0]!.scenario

describe('a valid scenario', () => {
  const file = load(VALID)

  test('says once what holds for all variants', () => {
    expect(file).toMatchObject({
      name: 'small',
      title: 'A small scenario',
      description: 'Two lines\nof it.\n',
      file: 'a.yaml',
      seeds: ['1', '2', '3'],
      axes: [
        { name: 'agents', values: [1, 4] },
        { name: 'mode', values: ['sequential', 'concurrent'] },
      ],
    })
  })

  test('has a variant for every combination, the first axis varying slowest', () => {
    expect(file.variants.map(({ name }) => name)).toEqual([
      'agents=1 mode=sequential',
      'agents=1 mode=concurrent',
      'agents=4 mode=sequential',
      'agents=4 mode=concurrent',
    ])
    expect(file.variants[3]!.parameters).toEqual({ agents: 4, mode: 'concurrent' })
    expect(file.variants[3]!.scenario.parameters).toEqual({ agents: 4, mode: 'concurrent', rho: 0.8 })
  })

  test('is in base units, defaults filled in, under the names of the parameters', () => {
    const { scenario } = file.variants[3]!
    expect(scenario.hosts).toEqual({
      front: { count: 1, values: { cores: 12, memory: 32 * GiB } },
      worker: { count: 5, values: { cores: 4, memory: 8 * GiB } },
    })
    expect(scenario.network).toEqual({
      values: { latency: { kind: 'uniform', low: us(100), high: us(300) }, bandwidth: 125e6 },
      links: [
        { between: ['front', 'worker'], values: { latency: { kind: 'constant', value: ms(1) }, loss: 0.01 } },
      ],
    })
    expect(scenario.services.ollama).toEqual({
      kind: 'queue',
      on: ['worker'],
      count: 1,
      values: {
        servers: 2,
        service: {
          kind: 'mixture',
          of: [
            { kind: 'constant', value: ms(10) },
            { kind: 'exponential', mean: seconds(1) },
          ],
        },
        maxQueue: undefined,
        discipline: 'fifo',
        preload: false,
        label: undefined,
        models: { 'llama3.2:3b': { size: 2e9, context: 4096 } },
      },
    })
    expect(scenario.coordinators.queen).toEqual({
      kind: 'swarm',
      on: ['worker.1'],
      count: 1,
      values: { server: [{ name: 'ollama.5' }], agents: 4, mode: 'concurrent' },
    })
    expect(scenario.workload).toMatchObject({
      target: [{ name: 'proxy' }],
      arrivals: { kind: 'poisson', values: { rate: 0.8 } },
      timeout: seconds(600),
    })
    expect(scenario.faults).toEqual([
      {
        at: seconds(10),
        kind: 'partition',
        values: {
          between: [[{ name: 'front' }], [{ name: 'worker.1' }, { name: 'worker.2' }]],
          for: seconds(30),
        },
      },
    ])
    expect(scenario.measure).toEqual({
      duration: seconds(600),
      warmUp: seconds(60),
      requests: undefined,
      events: 200_000_000,
      antithetic: false,
    })
  })

  test('keeps limits as they are written, with the parameters filled in', () => {
    const { expect: criteria, claims } = file.variants[3]!.scenario
    expect(criteria[0]).toMatchObject({
      metric: 'latency.p95',
      test: { kind: 'below', limit: { text: '30s', path: ['expect', 0, 'below'] } },
    })
    expect(criteria[0]!.when!.evaluate({ agents: 4, mode: 'concurrent', rho: 0.8 })).toBe(true)
    // 500 + 150 · 4 = 1100
    expect(criteria[1]!.test).toEqual({
      kind: 'equals',
      limit: { text: '1100 ms', path: ['expect', 1, 'equals'] },
      within: 0.02,
    })
    expect(criteria[2]).toMatchObject({
      relativeTo: { mode: 'concurrent' },
      test: {
        kind: 'between',
        low: { text: 0.5, path: ['expect', 2, 'between', 0] },
        high: { text: 2, path: ['expect', 2, 'between', 1] },
      },
    })
    expect(criteria[3]!.test).toEqual({
      kind: 'law',
      law: 'm/m/c',
      of: 'wait',
      values: { arrivalRate: 0.8, serviceRate: 1, servers: 1 },
      within: 0.05,
    })
    expect(claims[0]).toMatchObject({
      id: 'OM-02',
      settledBy: { criterion: { metric: 'setup.time.mean', path: ['claims', 0] } },
    })
    expect(claims[0]!.condition!.text).toBe('rho < 1')
    expect(claims[1]).toMatchObject({ text: 'It is nice', settledBy: { outOfReach: 'nobody can tell' } })
  })

  test('places what is found wrong with it later', () => {
    expect(file.mistake(['expect', 0, 'metric'], 'unknown metric', 'a hint')).toEqual({
      message: 'unknown metric',
      hint: 'a hint',
      place: { file: 'a.yaml', line: 36, column: 15 },
      excerpt: '  - { metric: latency.p95, below: 30s, when: agents == 4 and mode != "sequential" }',
    })
  })

  test('needs nothing but a name', () => {
    const { variants, seeds, title, description } = load('name: nothing\n')
    expect({ seeds, title, description }).toEqual({ seeds: ['1'], title: 'nothing', description: '' })
    expect(variants).toHaveLength(1)
    expect(variants[0]!.name).toBe('nothing')
    expect(variants[0]!.scenario).toMatchObject({
      hosts: {},
      services: {},
      workload: undefined,
      faults: [],
      expect: [],
    })
  })
})

describe('limits', () => {
  const limitIn = (written: string, unit: 'ns' | 'count' | 'ratio') => {
    const file = load(`name: a\nexpect:\n  - { metric: m, below: ${written} }\n`)
    const { test } = file.variants[0]!.scenario.expect[0]!
    return limitOf((test as { limit: Limit }).limit, unit, file)
  }

  test('are read in the unit of the metric', () => {
    expect(limitIn('1.5s', 'ns')).toBe(1.5e9)
    expect(limitIn('50%', 'ratio')).toBe(0.5)
    // The mean of a count over seeds is not whole.
    expect(limitIn('2.5', 'count')).toBe(2.5)
  })

  test('of another unit are a mistake at their place', () => {
    expect(() => limitIn('20', 'ns')).toThrow(
      new ScenarioError([
        {
          message:
            'invalid below: 20; expected a duration with its unit, such as 250us, 20ms, 1.5s, 10min or 2h',
          hint: 'did you mean "20ms"?',
          place: { file: 'a.yaml', line: 3, column: 25 },
          excerpt: '  - { metric: m, below: 20 }',
        },
      ]),
    )
  })
})

describe('the matrix', () => {
  const named = (matrix: string) =>
    load(`name: a\nparameters: { x: 1, y: 2, z: 3 }\nmatrix:\n${matrix}\n`).variants.map(({ name }) => name)

  test('zipped axes go together where the first of them stands', () => {
    expect(named('  x: [1, 2]\n  y: [a, b]\n  z: [3, 4]\n  zip: [[x, z]]')).toEqual([
      'x=1 y=a z=3',
      'x=1 y=b z=3',
      'x=2 y=a z=4',
      'x=2 y=b z=4',
    ])
  })

  test('zipped values may come twice, as long as they do not come together twice', () => {
    expect(named('  x: [1, 1]\n  y: [1, 2]\n  zip: [[x, y]]')).toEqual(['x=1 y=1', 'x=1 y=2'])
    expect(() => named('  x: [1, 1]\n  y: [2, 2]\n  zip: [[x, y]]')).toThrow(
      'duplicate value of x and y: 1 2',
    )
  })

  test('a filter sees the axes and the other parameters', () => {
    expect(named('  x: [1, 2, 3]\n  y: [1, 2, 3]\n  where: x < y and z == 3')).toEqual([
      'x=1 y=2',
      'x=1 y=3',
      'x=2 y=3',
    ])
  })

  test('an axis may declare its parameter', () => {
    const { variants } = load('name: a\nmatrix: { cores: [1, 2] }\nhosts: { a: { cores: "${cores}" } }\n')
    expect(variants.map(({ scenario }) => scenario.hosts.a!.values.cores)).toEqual([1, 2])
  })

  test('an axis may be a path', () => {
    const { variants } = load('name: a\nmatrix: { hosts.a.cores: [1, 2] }\nhosts: { a: { cores: 7 } }\n')
    expect(variants.map(({ name }) => name)).toEqual(['hosts.a.cores=1', 'hosts.a.cores=2'])
    expect(variants.map(({ scenario }) => scenario.hosts.a!.values.cores)).toEqual([1, 2])
    expect(variants[0]!.scenario.parameters).toEqual({})
  })

  test('texts with spaces stand in quotes in names', () => {
    expect(named('  x: ["a b", c-d, true]')).toEqual(['x="a b"', 'x=c-d', 'x=true'])
  })

  test('a thousand variants are checked', () => {
    const many = Array.from({ length: 1000 }, (_, i) => i + 1)
    const file = load(
      edit('agents: [1, 4]', `agents: [${many}]`).replace(
        'mode: [sequential, concurrent]',
        'mode: [concurrent]',
      ),
    )
    expect(file.variants).toHaveLength(1000)
    expect(file.variants.at(-1)!.scenario.coordinators.queen!.values.agents).toBe(1000)
  })
})

describe('parameters', () => {
  test('may use those above them, as the axes have them', () => {
    const { variants } = load(
      'name: a\nparameters: { n: 2, twice: "${2 * n}", text: "n=${n}" }\nmatrix: { n: [3, 5] }\n',
    )
    expect(variants.map(({ scenario }) => scenario.parameters)).toEqual([
      { n: 3, twice: 6, text: 'n=3' },
      { n: 5, twice: 10, text: 'n=5' },
    ])
  })

  test('cannot use those below them', () => {
    expect(printed('name: a\nparameters: { twice: "${2 * n}", n: 2 }\n')).toContain(
      'unknown parameter: n; known: none',
    )
  })
})

describe('--set', () => {
  test('replaces, adds, deletes, goes into lists', () => {
    const scenario = only(
      VALID,
      'hosts.front.cores=2',
      'hosts.back={cores: 3}',
      'hosts.side.cores=5',
      'workload.arrivals=null',
      'expect.0.below=3s',
      'services.ollama.models."llama3.2:3b".size=4GB',
      'parameters.rho=0.9',
    )
    expect(scenario.hosts.front!.values.cores).toBe(2)
    expect(scenario.hosts.back!.values.cores).toBe(3)
    expect(scenario.hosts.side!.values.cores).toBe(5)
    expect(scenario.workload!.arrivals).toBeUndefined()
    expect(scenario.expect[0]!.test).toMatchObject({ limit: { text: '3s' } })
    expect(scenario.services.ollama!.values.models).toMatchObject({ 'llama3.2:3b': { size: 4e9 } })
    expect(scenario.parameters.rho).toBe(0.9)
  })

  test('the last of two counts', () => {
    expect(only(VALID, 'hosts.front.cores=2', 'hosts.front.cores=3').hosts.front!.values.cores).toBe(3)
  })

  test('shows in what is resolved, and seeds do too', () => {
    const { resolved, seeds } = load(VALID, { sets: ['title=other'], seeds: ['x', 'y'] })
    expect(resolved).toMatchObject({ title: 'other', seeds: ['x', 'y'] })
    expect(seeds).toEqual(['x', 'y'])
    expect(load(VALID, { seeds: 2 }).seeds).toEqual(['1', '2'])
  })
})

describe('extends', () => {
  const base = 'name: base\nparameters: { n: 1 }\nhosts: { a: { cores: 1 }, b: { cores: "${n}" } }\n'

  test('merges mappings, replaces everything else, deletes what is null', () => {
    const { name, variants, resolved } = load({
      'a.yaml': 'extends: lib/b.yaml\nname: a\nparameters: { n: 7 }\nhosts: { a: null, c: { cores: 3 } }\n',
      'lib/b.yaml': 'extends: ../c.yaml\nhosts: { b: { memory: 1GiB } }\n',
      'c.yaml': base,
    })
    expect(name).toBe('a')
    expect(variants[0]!.scenario.hosts).toEqual({
      b: { count: 1, values: { cores: 7, memory: GiB } },
      c: { count: 1, values: { cores: 3, memory: 32 * GiB } },
    })
    expect(resolved).toEqual({
      name: 'a',
      parameters: { n: 7 },
      hosts: { b: { cores: '${n}', memory: '1GiB' }, c: { cores: 3 } },
    })
  })

  test('a mapping of another kind replaces', () => {
    const { scenario } = load({
      'a.yaml': 'extends: b.yaml\nname: a\nnetwork: { latency: { kind: constant, value: 1ms } }\n',
      'b.yaml': 'name: b\nnetwork: { latency: { kind: exponential, mean: 2ms } }\n',
    }).variants[0]!
    expect(scenario.network.values.latency).toEqual({ kind: 'constant', value: ms(1) })
  })

  test('lists replace lists', () => {
    const { scenario } = load({
      'a.yaml': 'extends: b.yaml\nname: a\nexpect: [{ metric: m, below: 1 }]\n',
      'b.yaml': 'name: b\nexpect: [{ metric: x, below: 1 }, { metric: y, below: 1 }]\n',
    }).variants[0]!
    expect(scenario.expect.map(({ metric }) => metric)).toEqual(['m'])
  })
})

describe('the path of a trace', () => {
  const files = {
    'a.yaml': 'extends: lib/b.yaml\nname: a\n',
    'lib/b.yaml':
      'name: b\nhosts: { h: {} }\nservices: { s: { kind: queue, on: h, service: 1s } }\nworkload: { target: s, trace: ../traces/t.csv }\n',
  }
  const trace = (sets: string[] = []) => load(files, { sets }).variants[0]!.scenario.workload!.trace

  test('is relative to the file that names it', () => {
    expect(trace()).toBe('traces/t.csv')
  })

  test('is relative to the working directory on the command line', () => {
    expect(trace(['workload.trace=other/u.csv'])).toBe('other/u.csv')
  })
})

test('anchors and aliases are resolved', () => {
  const { hosts } = only('name: a\nhosts: { a: &big { cores: 64 }, b: *big }\n')
  expect(hosts.b).toEqual(hosts.a)
})
