// Results to render: made by small models with known answers, so that charts look as real ones do.

import type {
  Breakdown,
  Check,
  HistogramData,
  MetricValue,
  Result,
  Scalar,
  Series,
  Speedup,
  Variant,
} from '../../src/results/result.ts'

/** Uniform draws of a fixed sequence (Lehmer's generator, minimal standard). */
function draws(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

/** Samples are never changed, so one of each is enough. */
function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

const SECOND = 1e9
const MS = 1e6

type Unit = MetricValue['unit']

export function metric(
  value: number | null,
  unit: Unit,
  meaning: string,
  extra: Partial<MetricValue> = {},
): MetricValue {
  return {
    class: 'exact',
    unit,
    better: unit === '/s' ? 'higher' : unit === 'ratio' ? 'neither' : 'lower',
    meaning,
    value,
    interval: null,
    samples: value === null ? [null] : [value],
    ...extra,
  }
}

export const sampled = (value: number, half: number, unit: Unit, meaning: string): MetricValue =>
  metric(value, unit, meaning, { class: 'sampled', interval: [value - half, value + half] })

/** Log-linear buckets of at most 1 % relative error, as an HDR histogram has. */
export function histogramOf(values: readonly number[], unit: Unit, meaning: string): HistogramData {
  const growth = 1.02
  const counts = new Map<number, number>()
  for (const value of values) {
    const bucket = Math.floor(Math.log(value) / Math.log(growth))
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  }
  return {
    unit,
    meaning,
    count: values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    relativeError: 0.01,
    buckets: [...counts]
      .sort(([a], [b]) => a - b)
      .map(([bucket, count]) => [growth ** bucket, growth ** (bucket + 1), count] as const),
  }
}

interface Served {
  readonly arrival: number
  readonly start: number
  readonly end: number
  readonly server: number
}

/** A queue with c servers, first come first served: Poisson arrivals, service exponential with a fixed part. */
function serve(
  count: number,
  rate: number,
  service: number,
  servers: number,
  seed: number,
): readonly Served[] {
  const draw = draws(seed)
  const free = Array.from({ length: servers }, () => 0)
  let arrival = 0
  return Array.from({ length: count }, () => {
    arrival += (-Math.log(1 - draw()) / rate) * SECOND
    const server = free.indexOf(Math.min(...free))
    const start = Math.max(arrival, free[server]!)
    const end = start + (0.3 - 0.7 * Math.log(1 - draw())) * service * SECOND
    free[server] = end
    return { arrival, start, end, server }
  })
}

const overlap = (from: number, to: number, start: number, end: number) =>
  Math.max(0, Math.min(to, end) - Math.max(from, start))

function seriesOf(
  bins: number,
  width: number,
  unit: Unit,
  meaning: string,
  value: (from: number, to: number) => number | null,
): Series {
  const values = Array.from({ length: bins }, (_, i) => value(i * width, (i + 1) * width))
  return { unit, meaning, start: 0, width, values }
}

function queueVariant(name: string, parameters: Record<string, Scalar>, rate: number, seed: number): Variant {
  const servers = 4
  const served = serve(Math.round(rate * 600), rate, 1, servers, seed)
  const latencies = served.map(({ arrival, end }) => end - arrival)
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (p: number) => sorted[Math.floor(p * (sorted.length - 1))]!
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const horizon = 600 * SECOND
  const width = 5 * SECOND
  const bins = horizon / width
  const integral = (from: number, to: number, span: (s: Served) => readonly [number, number]) =>
    served.reduce((sum, s) => sum + overlap(from, to, ...span(s)), 0) / (to - from)
  const busy = (server: number) => (from: number, to: number) =>
    integral(from, to, (s) => (s.server === server ? [s.start, s.end] : [0, 0]))
  const cores = Array.from({ length: servers }, (_, i) => [
    `host.worker.1.core.${i}.utilisation`,
    seriesOf(bins, width, 'ratio', `Share of time core ${i} of worker.1 was busy`, busy(i)),
  ])
  const around = (of: Breakdown['of'], p: number): Breakdown => {
    const near = served.filter((s) => p === 0 || Math.abs(s.end - s.arrival - at(p)) < 0.05 * at(p))
    const wait = mean(near.map((s) => s.start - s.arrival))
    const service = mean(near.map((s) => s.end - s.start))
    const parts = {
      queue: wait,
      compute: service * 0.22,
      service: service * 0.78 - 3 * MS,
      network: 2 * MS,
      core: 1 * MS,
    }
    return { of, requests: near.length, latency: wait + service, parts }
  }
  const metrics = {
    'latency.mean': sampled(mean(latencies), 60 * MS, 'ns', 'Mean time from sending a request to its answer'),
    'latency.p50': sampled(at(0.5), 40 * MS, 'ns', 'Half of all requests were answered within this time'),
    'latency.p95': sampled(at(0.95), 160 * MS, 'ns', '95 % of all requests were answered within this time'),
    'latency.p99': sampled(at(0.99), 310 * MS, 'ns', '99 % of all requests were answered within this time'),
    throughput: sampled(rate * 0.997, 0.03, '/s', 'Requests answered a second'),
    'errors.ratio': metric(0.00125, 'ratio', 'Share of requests that failed', { better: 'lower' }),
    'queue.wait.mean': sampled(
      mean(served.map((s) => s.start - s.arrival)),
      50 * MS,
      'ns',
      'Mean wait in the queue',
    ),
    'retries.count': metric(null, 'count', 'Requests sent again; none were observed'),
    'service.ollama.1.utilisation': metric(rate / servers, 'ratio', 'Share of slots of ollama.1 in use'),
    'service.proxy.utilisation': metric(0.031, 'ratio', 'Share of workers of proxy in use'),
    'host.worker.1.utilisation': metric(rate / servers, 'ratio', 'Share of cores of worker.1 in use'),
    'memory.peak': metric(7.25 * 1024 ** 3, 'bytes', 'The most memory in use on any host'),
    'tokens.rate': metric(129 * rate, 'number', 'Tokens generated a second', { better: 'higher' }),
    'events.count': metric(48_211, 'count', 'Events simulated', { better: 'neither' }),
  }
  const checks: Check[] = [
    { name: "Little's law", kind: 'law', pass: true, detail: 'L = 3.71, λW = 3.71 (within 0.1 %)' },
    { name: 'utilisation law', kind: 'law', pass: true, detail: 'U = 74.9 %, λS = 75.0 %' },
    {
      name: 'conservation of requests',
      kind: 'law',
      pass: true,
      detail: '4,000 in, 3,995 answered, 5 failed',
    },
    {
      name: 'expect: latency.p95 below 5 s',
      kind: 'expect',
      pass: at(0.95) < 5 * SECOND,
      detail: `${(at(0.95) / SECOND).toFixed(2)} s`,
    },
    { name: 'expect: retries.count below 10', kind: 'expect', pass: null, detail: 'retries.count is absent' },
  ]
  return {
    name,
    parameters,
    seeds: ['1', '2', '3', '4', '5'],
    metrics,
    series: {
      throughput: seriesOf(
        bins,
        width,
        '/s',
        'Requests answered a second',
        (from, to) => served.filter((s) => s.end >= from && s.end < to).length / 5,
      ),
      'in-system': seriesOf(bins, width, 'count', 'Requests sent and not yet answered', (from, to) =>
        integral(from, to, (s) => [s.arrival, s.end]),
      ),
      'service.ollama.1.queue': seriesOf(bins, width, 'count', 'Requests waiting at ollama.1', (from, to) =>
        integral(from, to, (s) => [s.arrival, s.start]),
      ),
      'service.ollama.1.utilisation': seriesOf(
        bins,
        width,
        'ratio',
        'Share of slots of ollama.1 in use',
        (from, to) => integral(from, to, (s) => [s.start, s.end]) / servers,
      ),
      'service.proxy.utilisation': seriesOf(
        bins,
        width,
        'ratio',
        'Share of workers of proxy in use',
        (from, to) => 0.03 * Math.min(1, integral(from, to, (s) => [s.arrival, s.end]) / 4),
      ),
      ...Object.fromEntries(cores),
    },
    histograms: { latency: histogramOf(latencies, 'ns', 'Time from sending a request to its answer') },
    breakdown: [around('all', 0), around('p50', 0.5), around('p95', 0.95), around('p99', 0.99)],
    faults: [
      {
        at: 2 * SECOND,
        until: 4 * SECOND,
        kind: 'crash',
        befalls: 'host',
        target: 'worker.2',
        detail: 'for 2 s',
      },
      { at: 3 * SECOND, until: 3 * SECOND, kind: 'restart', befalls: 'process', target: 'proxy', detail: '' },
      {
        at: 5 * SECOND,
        until: null,
        kind: 'partition',
        befalls: 'network',
        target: 'front | worker.1',
        detail: '',
      },
    ],
    checks,
    fingerprints: Object.fromEntries(
      ['1', '2', '3', '4', '5'].map((s) => [s, `${seed}${s}f0e1d2c3b4a59687`.slice(0, 16)]),
    ),
  }
}

const provenance: Result['provenance'] = {
  tool: 'rehearsal',
  version: '0.1.0',
  node: 'v20.20.2',
  platform: 'linux x64, 2 cores',
  commit: 'c2264bd0f1a2b3c4d5e6f708192a3b4c5d6e7f80',
  created: '2026-03-01T12:00:00.000Z',
  wallSeconds: 1.924,
  events: 1_234_567,
}

/** One variant: a queue with four servers, three quarters used. */
export const queueing = once((): Result => {
  return {
    schema: 'rehearsal/result/1',
    scenario: {
      name: 'one-ollama-four-slots',
      title: 'One Ollama with four slots behind a proxy, three quarters used',
      description:
        'Requests come at random, 3 a second on average; each takes about a second of a slot. What do people wait for?',
      hash: '9f3c0a7d51e2b846',
      resolved: { expect: [{ metric: 'latency.p95', below: '5s' }], workload: { arrivals: { rate: '3/s' } } },
    },
    variants: [queueVariant('one-ollama-four-slots', {}, 3, 11)],
    speedups: [],
    claims: [],
    provenance,
  }
})

/** Several variants with series, histograms and breakdowns: the same queue under growing load. */
export const loads = once((): Result => {
  const rates = [1, 2, 2.8, 3.4, 3.8]
  return {
    ...queueing(),
    scenario: {
      ...queueing().scenario,
      name: 'growing-load',
      title: 'How much load one Ollama with four slots carries',
    },
    variants: rates.map((rate, i) => queueVariant(`rate=${rate}`, { rate }, rate, 11 + i)),
  }
})

/** The time of list scheduling: init alone, then n spawns on s slots, then the task, as the mode has it. */
function setupMs(agents: number, mode: string, slots: number): number {
  if (mode === 'sequential') return 200 + 150 * agents + 300
  if (mode === 'batched') return 200 + 150 * Math.ceil(agents / Math.min(slots, 8)) + 300
  const free = Array.from({ length: slots }, () => 0)
  for (const cost of [200, ...Array.from({ length: agents }, () => 150), 300]) {
    const least = free.indexOf(Math.min(...free))
    free[least]! += cost
  }
  return Math.max(...free)
}

/** A matrix of three axes with claims and speedups: setting up swarms of 1, 10 and 54 agents. */
export const matrix = once((): Result => {
  const variants: Variant[] = []
  const modes = ['sequential', 'concurrent', 'batched']
  for (const agents of [1, 10, 54])
    for (const mode of modes)
      for (const slots of [1, 4, 16, 54]) {
        const setup = setupMs(agents, mode, slots)
        const failed = mode === 'concurrent' && agents === 54 && slots === 1
        variants.push({
          name: `agents=${agents} mode=${mode} slots=${slots}`,
          parameters: { agents, mode, slots },
          seeds: ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'],
          metrics: {
            'setup.time.mean': sampled(setup * MS, setup * 0.013 * MS, 'ns', 'Time until the swarm is ready'),
            'setup.time.p95': sampled(
              setup * 1.08 * MS,
              setup * 0.03 * MS,
              'ns',
              '95 % of swarms were ready by then',
            ),
            'calls.rate': sampled(((agents + 2) / setup) * 1000, 0.2, '/s', 'Calls answered a second'),
            'service.mcp.utilisation': metric(
              Math.min(1, (500 + 150 * agents) / setup / slots),
              'ratio',
              'Share of slots of mcp in use',
            ),
            'calls.failed': metric(mode === 'batched' ? null : 0, 'count', 'Calls that were refused'),
          },
          series: {},
          histograms: {},
          breakdown: [
            {
              of: 'all',
              requests: 10,
              latency: setup * MS,
              parts: {
                queue: Math.max(0, setup - 500 - 150) * MS,
                service: Math.min(setup, 640) * MS,
                network: Math.max(0, setup - Math.max(0, setup - 650) - Math.min(setup, 640)) * MS,
              },
            },
          ],
          faults: [],
          checks: [
            {
              name: 'conservation of calls',
              kind: 'law',
              pass: true,
              detail: `${agents + 2} sent, ${agents + 2} answered`,
            },
            {
              name: 'expect: setup.time.mean below 8.61 s',
              kind: 'expect',
              pass: !failed,
              detail: `${setup} ms`,
            },
          ],
          fingerprints: { 1: `${agents}${slots}00c0ffee00beef0`.slice(0, 16), 2: '0123456789abcdef' },
        })
      }
  const points = [1, 4, 16, 54].map((slots) => {
    const time = setupMs(54, 'concurrent', slots)
    return [slots, time * MS, setupMs(54, 'concurrent', 1) / time] as const
  })
  const few = [1, 4, 16, 54].map((slots) => {
    const time = setupMs(10, 'concurrent', slots)
    return [slots, time * MS, setupMs(10, 'concurrent', 1) / time] as const
  })
  const speedups: Speedup[] = [
    {
      axis: 'slots',
      metric: 'setup.time.mean',
      where: { agents: 54, mode: 'concurrent' },
      points,
      // What is not useful is lost to slots that are taken, to messages and, a little, to whatever is left.
      efficiencies: points.map(([slots, , factor]) => ({
        efficiency: factor / slots,
        serial: slots === 1 ? null : (1 / factor - 1 / slots) / (1 - 1 / slots),
      })),
      attribution: points.map(([slots, , factor]) => {
        const useful = factor / slots
        const lost = { contention: 0, coherency: 0, stragglers: 0, idle: 0.1, down: 0 }
        return {
          useful: useful * 0.9,
          lost: { ...lost, serial: (1 - useful) * 0.6, network: (1 - useful) * 0.3 },
        }
      }),
      amdahl: { serial: 0.0336, interval: [0.0318, 0.0354], residual: 0.041 },
      gustafson: null,
      usl: null,
    },
    {
      axis: 'slots',
      metric: 'setup.time.mean',
      where: { agents: 10, mode: 'concurrent' },
      points: few,
      amdahl: null,
      gustafson: null,
      usl: null,
    },
  ]
  return {
    schema: 'rehearsal/result/1',
    scenario: {
      name: 'swarm-setup',
      title: 'Setting up a swarm over MCP: one call after the other, all at once, in batches',
      description: 'swarm_init 200 ms, agent_spawn 150 ms for each agent, task_orchestrate 300 ms.',
      hash: '41d0aa7e9b3c5f21',
      resolved: { claims: [{ id: 'OM-01', metric: 'setup.time.mean' }] },
    },
    variants,
    speedups,
    claims: [
      {
        id: 'OM-01',
        text: 'Sequential MCP calls take 500 ms + 150 ms × n (8.6 s for n = 54)',
        verdict: 'reproduced',
        extent: { variants: 5, holds: 1, own: { condition: 'slots >= 56', variants: 1, holds: 1 } },
        found: '8.6 s with 54 agents, 2.0 s with 10, 650 ms with 1',
        conditions: 'whatever the number of slots',
        source: 'OllamaMax design, §3.2',
      },
      {
        id: 'OM-02',
        text: 'The same calls issued concurrently take the longest of them: 300 ms',
        verdict: 'refuted',
        found: '300 ms with 56 slots or more; 450 ms with 54, 2.3 s with 4, 8.6 s with 1',
        conditions:
          'only where the server has a slot for every call (slots ≥ agents + 2); the document assumes unlimited slots and does not say so',
        source: 'OllamaMax design, §3.2; https://example.org/ollamamax.md',
      },
      {
        id: 'OM-11',
        text: 'Agents produce better plans when they are set up together',
        verdict: 'out of reach',
        found: 'nothing: the quality of plans is not modelled',
        conditions: 'needs real models',
      },
    ],
    provenance: { ...provenance, events: 402_118, wallSeconds: 3.2 },
  }
})

export const HOSTILE: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "';alert(1);//--></style></svg><script src=https://evil.example/x.js>",
  '\u001b[2J\u001b[31mowned\u0007\r\n\t\u0000\u009b31m',
  '\u202egpj.exe\u2066 \u2028',
  '../../../etc/passwd',
  '__proto__',
  '幅の広い文字列'.repeat(12),
  'e\u0301\u{1f469}\u200d\u{1f4bb}'.repeat(30),
  'x'.repeat(5000),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is hostile text
  '${alert(1)} {{alert(1)}} javascript:alert(1)',
  'datum["y"]); alert(1); (["',
]

/** Every string is hostile; figures are extreme. */
export const hostile = once((): Result => {
  const text = (i: number): string => HOSTILE[i % HOSTILE.length]!
  const record = <T>(value: (i: number) => T, count = HOSTILE.length): Record<string, T> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [text(i), value(i)]))
  const metrics: Record<string, MetricValue> = {
    ...record((i) => metric([0, 1e-9, 1e18, -5, null, 0.5][i % 6]!, 'ns', text(i))),
    throughput: metric(1e300, '/s', text(0)),
  }
  const level: Series = { unit: 'count', meaning: text(1), start: 0, width: 1, values: [null, 1e15, 0, 3] }
  const named = (pattern: (text: string) => string): Record<string, Series> =>
    Object.fromEntries(HOSTILE.map((text) => [pattern(text), level]))
  const variant = (i: number): Variant => ({
    name: text(i),
    parameters: record<Scalar>((j) => (j === i ? text(i) : j)),
    seeds: [text(i), text(i + 1)],
    metrics,
    series: {
      throughput: { ...level, unit: '/s' },
      'in-system': level,
      ...named((text) => `service.${text}.queue`),
      ...named((text) => `service.${text}.utilisation`),
      ...named((text) => `host.${text}.core.1.utilisation`),
    },
    histograms: {
      latency: {
        unit: 'ns',
        meaning: text(i),
        count: 3,
        min: 0,
        max: 1e15,
        mean: 5e14,
        relativeError: 0.01,
        buckets: [
          [0, 1, 1],
          [9e14, 1e15, 2],
        ],
      },
    },
    breakdown: [
      { of: 'all', requests: 3, latency: HOSTILE.length, parts: record(() => 1) },
      { of: 'p99', requests: 0, latency: 0, parts: {} },
    ],
    faults: [
      { at: 0, until: 1e15, kind: text(i), befalls: 'protocol', target: text(i + 1), detail: text(i + 2) },
    ],
    checks: HOSTILE.map((name, j) => ({
      name,
      kind: 'law',
      pass: [true, false, null][j % 3]!,
      detail: text(j + 1),
    })),
    fingerprints: record((j) => text(j)),
  })
  return {
    schema: 'rehearsal/result/1',
    scenario: {
      name: text(0),
      title: text(1),
      description: text(2),
      hash: text(3),
      resolved: record((i) => text(i)),
    },
    variants: HOSTILE.map((_, i) => variant(i)),
    speedups: HOSTILE.map((axis, i) => ({
      axis,
      metric: text(i + 1),
      where: record((j) => text(j)),
      points: [
        [1, 5, 1],
        [2, 3, 1.67],
      ],
      amdahl: { serial: 0.2, interval: [-0.1, 0.5], residual: 0 },
      gustafson: null,
      usl: null,
    })),
    claims: HOSTILE.map((id, i) => ({
      id,
      text: text(i + 1),
      verdict: 'refuted',
      found: text(i + 2),
      conditions: text(i + 3),
      source: text(i + 4),
    })),
    provenance: {
      tool: text(0),
      version: text(1),
      node: text(2),
      platform: text(3),
      commit: text(4),
      created: text(5),
      wallSeconds: 0,
      events: 0,
    },
  }
})

/** Nothing was run. */
export function nothing(): Result {
  return {
    ...queueing(),
    variants: [],
    speedups: [],
    claims: [],
    provenance: { ...provenance, commit: null },
  }
}

/** One variant in which nothing was observed. */
export function absent(): Result {
  const unknown: Series = {
    unit: '/s',
    meaning: 'Requests answered a second',
    start: 0,
    width: SECOND,
    values: [null, null],
  }
  const variant: Variant = {
    name: 'absent',
    parameters: {},
    seeds: ['1'],
    metrics: {
      'latency.p95': metric(null, 'ns', '95 % of all requests were answered within this time'),
      throughput: metric(null, '/s', 'Requests answered a second'),
    },
    series: { throughput: unknown, 'in-system': { ...unknown, unit: 'count', values: [] } },
    histograms: {
      latency: {
        unit: 'ns',
        meaning: 'Latency',
        count: 0,
        min: 0,
        max: 0,
        mean: 0,
        relativeError: 0.01,
        buckets: [],
      },
    },
    breakdown: [{ of: 'all', requests: 0, latency: 0, parts: {} }],
    faults: [],
    checks: [
      { name: 'expect: latency.p95 below 5 s', kind: 'expect', pass: null, detail: 'latency.p95 is absent' },
    ],
    fingerprints: {},
  }
  return { ...queueing(), variants: [variant] }
}

export const SAMPLES: Readonly<Record<string, () => Result>> = {
  queueing,
  loads,
  matrix,
  hostile,
  nothing,
  absent,
}
