import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder, rehearsal, SMALL } from './session.ts'

inEmptyFolder()

/** A dispatcher that hands jobs to two workers, beside a Redis that nobody asks much. */
const FLEET = `name: fleet
title: A small fleet
hosts: { front: { cores: 2 }, back: { cores: 4 } }
network: { latency: 100us }
services:
  first: { kind: http, on: front, workers: 8, cpu: 50us, time: 1ms, calls: [store] }
  store: { kind: queue, on: back, servers: 1, service: { kind: exponential, mean: 3ms } }
coordinators:
  queen: { kind: task-distributor, on: front, agents: agent, window: 1ms, batch-size: 1, timeout: 10s }
  agent: { kind: specialist, on: back, count: 2 }
workload:
  target: queen
  arrivals: { kind: poisson, rate: 40/s }
  request: { kind: job, service: { kind: exponential, mean: 10ms } }
  timeout: 10s
measure: { duration: 10s }
checks: { off: [no-lost-task] }
`

/** A chain: a gateway before a queue. */
const CHAIN = `name: chain
title: A queue behind nothing
hosts: { box: { cores: 4 } }
network: { latency: 100us }
services:
  station: { kind: queue, on: box, service: { kind: exponential, mean: 5ms } }
workload:
  target: station
  arrivals: { kind: poisson, rate: 50/s }
  request: { kind: job }
  timeout: 30s
measure: { duration: 10s }
`

const PIPELINE = `name: pipeline
title: Batches to a Redis
hosts: { box: { cores: 4 } }
network: { latency: 15us }
services: { redis: { kind: redis, on: box } }
workload:
  target: redis
  arrivals: { kind: closed, clients: 26, think: 0s }
  request: { kind: redis, mix: [{ command: "SET key:{key} {value}" }], keys: 100, pipeline: 16 }
measure: { duration: 10ms }
`

beforeAll(() => {
  for (const [name, text] of Object.entries({ small: SMALL, fleet: FLEET, chain: CHAIN, pipeline: PIPELINE }))
    writeFileSync(`${name}.yaml`, text)
})

interface Found {
  readonly same: boolean
  readonly a: number
  readonly b: number
  readonly attribution: {
    readonly effects: readonly {
      readonly unit: readonly { readonly path: readonly string[] }[]
      readonly explains: number
    }[]
  }
  readonly differences: readonly {
    readonly figure: string
    readonly requests: { readonly a: number }
    readonly a: number
    readonly b: number
    readonly causes: readonly {
      readonly part: string
      readonly place: string
      readonly what: string
      readonly a: number
      readonly b: number
    }[]
  }[]
  readonly divergence: { readonly a: { readonly name: string }; readonly b: { readonly name: string } }
  readonly slowest: Readonly<
    Record<'a' | 'b', { readonly latency: number; readonly bars: readonly { from: number; lasts: number }[] }>
  >
}

async function found(...args: readonly string[]): Promise<Found> {
  const { out, err, code } = await rehearsal('explain', ...args, '--json')
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out) as Found
}

/** The paths that are changed together, the most responsible first. */
const ranking = ({ attribution }: Found): readonly string[] =>
  attribution.effects.map(({ unit }) => unit.map(({ path }) => path.join('.')).join(' + '))

const share = ({ a, b, attribution }: Found): number => attribution.effects[0]!.explains / (b - a)

/** What most of the mean's difference is. */
const firstCause = ({ differences }: Found) => differences[0]!.causes[0]!

describe('what is planted is named first', () => {
  test('a tenth more of service time, among changes that do nothing', async () => {
    const explanation = await found(
      'small.yaml',
      ...['--set-b', 'services.station.service.mean=55ms', '--set-b', 'hosts.box.memory=64GiB'],
      ...['--set-b', 'workload.timeout=20min', '--seeds', '2'],
    )
    expect(ranking(explanation)[0]).toBe('services.station.service.mean')
    expect(share(explanation)).toBe(1)
    expect(firstCause(explanation)).toMatchObject({ part: 'queue', place: 'station' })
  })

  test('an extra hop: the service and the target that leads to it are one change', async () => {
    const explanation = await found(
      'chain.yaml',
      ...[
        '--set-b',
        'services.hop={ kind: queue, on: box, service: { kind: constant, value: 2ms }, next: station }',
      ],
      ...['--set-b', 'workload.target=hop', '--set-b', 'measure.duration=10.001s'],
    )
    expect(ranking(explanation)[0]!.split(' + ').sort()).toEqual(['services.hop', 'workload.target'])
    // It waits there for its turn, is served, and is one hop more on the way; behind it the arrivals are smoother.
    const hop = explanation.differences[0]!.causes.filter(({ place }) => place === 'hop')
    expect(hop.every(({ a }) => a === 0)).toBe(true)
    expect(hop.map(({ part }) => part)).toEqual(expect.arrayContaining(['service', 'network', 'queue']))
  })

  test('a slower handler: the message whose handling costs more, in the configuration and in the latency', async () => {
    const explanation = await found(
      'fleet.yaml',
      ...['--set', 'costs.operations={ "task-distributor/job": 20us }'],
      ...['--set-b', 'costs.operations."task-distributor/job"=5ms', '--set-b', 'services.store.servers=2'],
    )
    expect(ranking(explanation)[0]).toBe('costs.operations.task-distributor/job')
    expect(explanation.differences[0]!.causes.slice(0, 4)).toContainEqual(
      expect.objectContaining({ part: 'compute', place: 'queen', what: 'job' }),
    )
  })

  test('a pipeline that is lost, by the commands a second', async () => {
    const explanation = await found(
      'pipeline.yaml',
      ...['--set-b', 'workload.request.pipeline=1', '--set-b', 'hosts.box.cores=5'],
      ...['--set-b', 'network.latency=16us', '--metric', 'service.redis.commands.rate'],
    )
    expect(ranking(explanation)[0]).toBe('workload.request.pipeline')
    expect(share(explanation)).toBeGreaterThan(0.9)
  })
})

describe('the parts', () => {
  test('sum to the difference to the nanosecond, and a waterfall to its latency', async () => {
    const { differences, slowest } = await found('fleet.yaml', '--set-b', 'network.latency=2ms')
    expect(differences.map(({ figure }) => figure)).toEqual(['mean', 'p50', 'p95', 'p99'])
    for (const { a, b, causes } of differences)
      expect(causes.reduce((sum, each) => sum + each.b - each.a, 0)).toBe(b - a)
    for (const { latency, bars } of Object.values(slowest)) {
      expect(bars.reduce((sum, { lasts }) => sum + lasts, 0)).toBe(latency)
      expect(
        bars.every(({ from }, i) => from === bars.slice(0, i).reduce((sum, { lasts }) => sum + lasts, 0)),
      ).toBe(true)
    }
  })

  test('say which event differs first', async () => {
    const { divergence } = await found('small.yaml', '--set-b', 'services.station.service.mean=55ms')
    expect([divergence.a.name, divergence.b.name]).toEqual(Array(2).fill('a delay is over at station'))
  })
})

describe('where nothing differs', () => {
  test('A against A has no difference, and ends in 0', async () => {
    const { code, out } = await rehearsal('explain', 'fleet.yaml', 'fleet.yaml')
    expect(code).toBe(0)
    expect(out).toContain('no difference: every run had the same events on both sides')
    expect(out).toContain('the two scenarios say the same')
  })

  test('a change that no event hangs on is named as such', async () => {
    const { code, out } = await rehearsal('explain', 'small.yaml', '--set-b', 'hosts.box.memory=64GiB')
    expect([code, out]).toEqual([0, expect.stringContaining('they differ in hosts.box.memory, and no event')])
  })
})

test('the same bytes each time, on the terminal, in JSON and as SVG, in 80 columns', async () => {
  const args = ['explain', 'fleet.yaml', '--set-b', 'network.latency=1ms', '--metric', 'latency.p95']
  const left = () =>
    ['json', 'svg'].map((ending) => readFileSync(`reports/fleet/explanation.${ending}`, 'utf8'))
  const { code, out } = await rehearsal(...args)
  const before = left()
  expect(code).toBe(0)
  expect((await rehearsal(...args)).out).toBe(out)
  expect(left()).toEqual(before)
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([])
})

describe('results', () => {
  test('are run anew from what they say, and the same is told as of their scenarios', async () => {
    for (const [folder, set] of [
      ['one', '50ms'],
      ['two', '60ms'],
    ])
      await rehearsal(
        'run',
        'small.yaml',
        '--quiet',
        '--no-html',
        '--out',
        folder!,
        '--set',
        `services.station.service.mean=${set}`,
      )
    const of = (folder: string) => `${folder}/small/result.json`
    const explanation = await found(of('one'), of('two'))
    expect(ranking(explanation)).toEqual(['services.station.service.mean'])
    const scenarios = await found('small.yaml', '--set-b', 'services.station.service.mean=60ms')
    expect([explanation.a, explanation.b]).toEqual([scenarios.a, scenarios.b])
    const more = await found(of('one'), of('two'), '--seeds', '2')
    expect(more).toMatchObject({ seeds: ['1', '2'] })
  })

  test('that were run with mirror images, or with a plan of faults, are run so again', async () => {
    writeFileSync('plan.yaml', 'faults: [{ at: 2s, kind: pause, process: station, for: 3s }]\n')
    const run = ['run', 'small.yaml', '--quiet', '--no-html', '--out', 'mirrored']
    await rehearsal(...run, '--set', 'measure.antithetic=true', '--faults', 'plan.yaml')
    const result = 'mirrored/small/result.json'
    const { out } = await rehearsal('explain', result, '--set-b', 'services.station.service.mean=60ms')
    expect(out).not.toContain('has figures of other events')
    const told = await found(result, '--set-b', 'services.station.service.mean=60ms')
    const alone = await found(
      'small.yaml',
      '--faults',
      'plan.yaml',
      '--set-b',
      'services.station.service.mean=60ms',
    )
    expect(told.differences[0]!.requests.a).toBeGreaterThan(1.5 * alone.differences[0]!.requests.a)
    // A plan that is given goes before that of the result.
    writeFileSync('none.yaml', 'faults: []\n')
    const without = await found(
      result,
      '--faults',
      'none.yaml',
      '--set-b',
      'services.station.service.mean=60ms',
    )
    expect(without.a).toBeLessThan(told.a / 2)
  })

  test('of another build are told apart', async () => {
    const path = 'one/small/result.json'
    const text = readFileSync(path, 'utf8').replace(/("fingerprints": \{\s*"1": ")[0-9a-f]{4}/, '$10000')
    writeFileSync('other.json', text)
    const { out } = await rehearsal('explain', 'other.json', 'small.yaml')
    expect(out).toContain('other.json has figures of other events than its scenario has now')
  })
})

describe('what is told first', () => {
  const said = (out: string): string => out.replace(/\s+/g, ' ')

  test('is the change that is responsible, with the values that both sides have, and then where the time goes', async () => {
    const { out } = await rehearsal(
      ...['explain', 'fleet.yaml', '--set', 'parameters.delay=100us', '--set', `network.latency=\${delay}`],
      ...['--set-b', 'network.latency=2ms'],
    )
    expect(said(out)).toMatch(
      /by \d+ % It comes of network\.latency \(100us → 2ms\)\. Where the time goes: on the network to \w+ \+[\d.]+ ms, /,
    )
  })

  test('is that what got no answer has no latency, and what else is expected, where that differs', async () => {
    const slow = ['--set', 'services.station.service.mean=90ms']
    const { out } = await rehearsal(
      ...[
        'explain',
        'small.yaml',
        ...slow,
        '--set',
        'measure.duration=200s',
        '--set-b',
        'workload.timeout=100ms',
      ],
      ...['--set', 'expect=[{ metric: service.station.utilisation.mean, above: 0 }]'],
    )
    expect(said(out)).toMatch(
      /^latency\.mean is lower in B .* It comes of workload\.timeout \(.* → 100ms\)\. Only what is answered has a latency: errors 0 % → [\d.]+ %/,
    )
    expect(out).toMatch(/^ {2}errors +0 % +[\d.]+ % +\+[\d.]+ %$/m)
    expect(out).toMatch(/^ {2}service\.station\.utilisation\.mean +\S+ % +\S+ % +−[\d.]+ %$/m)
  })
})

test('the event that differs first says which fault it is', async () => {
  const paused = 'faults=[{ at: 2s, kind: pause, process: station, for: 20ms }]'
  const { out } = await rehearsal(
    ...['explain', 'small.yaml', '--set', paused, '--set-b', 'faults.0.for=10ms', '--seeds', '1'],
  )
  expect(out).toMatch(/a fault sets in or ends\n +pause of station ends/)
})

test('a scenario between the two that would never come to its end is given up', async () => {
  writeFileSync(
    'once.yaml',
    CHAIN.replace(/^measure: .*$/m, '').replace(/arrivals: .*$/m, 'arrivals: { kind: once, count: 20 }'),
  )
  const { code, out } = await rehearsal('explain', 'once.yaml', 'chain.yaml')
  expect([code, out]).toEqual([0, expect.stringContaining('or they come to no end')])
}, 60_000)

describe('mistakes', () => {
  test.each([
    [
      ['small.yaml', '--set', 'matrix.n=[1,2]', '--a', 'n=1', '--set-b', 'parameters.n=2'],
      'parameters.n=2 has no effect: the matrix sets n, in n=1 to 1',
    ],
    [['small.yaml'], 'B is missing'],
    [['small.yaml', '--set-b', 'services.station.servce=1s'], 'did you mean "service"?'],
    [['small.yaml', '--set-b', 'seeds=2', '--metric', 'latency.men'], 'did you mean "latency.mean"?'],
    [['small.yaml', 'nowhere.yaml'], 'nowhere.yaml'],
    [
      ['small.yaml', '--set', 'matrix."services.station.servers"=[1,2]', '--set-b', 'measure.duration=5s'],
      'has 2 variants, and none is named',
    ],
    [['small.yaml', '--a', 'x', '--b', 'y'], 'unknown variant'],
  ])('%j', async (args, message) => {
    const { code, err } = await rehearsal('explain', ...args)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })

  test('two variants of one scenario need no second file', async () => {
    const explanation = await found(
      'small.yaml',
      ...['--set', 'matrix."services.station.servers"=[1,2]'],
      ...['--a', 'services.station.servers=1', '--b', 'services.station.servers=2'],
    )
    expect(ranking(explanation)).toEqual(['services.station.servers'])
    expect(explanation.b).toBeLessThan(explanation.a)
  })

  test('a figure that is absent on a side ends in 3', async () => {
    const { code, out } = await rehearsal('explain', 'small.yaml', '--set-b', 'services.station.service=1h')
    expect([code, out]).toEqual([3, expect.stringContaining('latency.mean is absent in B')])
  })

  test('a scale of all costs is broken down by handler', async () => {
    const { out } = await rehearsal('explain', 'fleet.yaml', '--set-b', 'costs.scale=50')
    expect(out).toMatch(/the costs by handler, on\s+latency\.mean: queen, job \+\d+ µs; agent, job \+\d+ µs/)
  })

  test('the time limit ends it in 5', async () => {
    const { code } = await rehearsal(
      'explain',
      'small.yaml',
      '--set-b',
      'measure.duration=100h',
      '--time-limit',
      '1ms',
    )
    expect(code).toBe(5)
  })
})
