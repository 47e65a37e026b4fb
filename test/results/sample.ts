// A small whole result, for the tests of what reads and writes them.

import type { Result } from '../../src/results/result.ts'

export const sampleResult: Result = {
  schema: 'rehearsal/result/1',
  scenario: {
    name: 'one-server',
    title: 'One server',
    description: 'An M/M/1 queue.',
    hash: '0123456789abcdef',
    resolved: { seeds: 2, services: { proxy: { kind: 'nginx', upstreams: [] } }, empty: {} },
  },
  variants: [
    {
      name: 'agents=54 mode=concurrent',
      parameters: { agents: 54, mode: 'concurrent', cached: false },
      seeds: ['1', '2'],
      metrics: {
        'latency.mean': {
          class: 'sampled',
          unit: 'ns',
          better: 'lower',
          meaning: 'latency, mean',
          value: 1.5e6,
          interval: [1e6, 2e6],
          samples: [1.4e6, 1.6e6],
        },
        'latency.p99': {
          class: 'sampled',
          unit: 'ns',
          better: 'lower',
          meaning: 'latency, 99th percentile',
          value: null,
          interval: null,
          samples: [null, null],
        },
      },
      series: {
        queue: { unit: 'count', meaning: 'queue', start: 0, width: 1024, values: [null, 0, 1.5] },
      },
      histograms: {
        latency: {
          unit: 'ns',
          meaning: 'latency',
          count: 3,
          min: 1,
          max: 9,
          mean: 4,
          relativeError: 0.00390625,
          buckets: [
            [1, 1.0078125, 2],
            [9, 9.0625, 1],
          ],
        },
      },
      breakdown: [{ of: 'all', requests: 3, latency: 4, parts: { network: 1, service: 3 } }],
      faults: [],
      checks: [{ name: "Little's law", kind: 'law', pass: true, detail: 'L = 1' }],
      fingerprints: { '1': '00000000deadbeef', '2': '00000000cafebabe' },
    },
  ],
  speedups: [
    {
      axis: 'agents',
      metric: 'latency.mean',
      where: { mode: 'concurrent' },
      points: [
        [1, 100, 1],
        [54, 10, 10],
      ],
      amdahl: { serial: 0.08, interval: null, residual: 0.01 },
      gustafson: null,
      usl: null,
    },
  ],
  claims: [{ id: 'OM-02', text: 'ten times faster', verdict: 'refuted', found: '3×', conditions: 'never' }],
  provenance: {
    tool: 'rehearsal',
    version: '0.1.0',
    node: 'v20.19.0',
    platform: 'linux x64',
    commit: null,
    created: '2026-01-01T00:00:00Z',
    wallSeconds: 1.25,
    events: 12345,
  },
}
