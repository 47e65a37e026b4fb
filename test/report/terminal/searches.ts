// What searches and screenings found, to render: small ones with known answers, and hostile names.

import type { CapacityTitles, ShownCapacity } from '../../../src/report/terminal/capacity.ts'
import type { SensitivityTitles, ShownSensitivity } from '../../../src/report/terminal/sensitivity.ts'
import { HOSTILE } from '../sample-results.ts'

const SECOND = 1e9

const trial = (value: number, passingSeeds: number, seeds = 20, variant: string | null = null) => ({
  value,
  seeds,
  passingSeeds,
  pass: passingSeeds > seeds / 2,
  shortfall:
    passingSeeds > seeds / 2
      ? null
      : {
          variant,
          expected: 'latency.p95 below 30 s',
          found: '31.4 s (95 % 30.9 s to 31.9 s)',
          figure: 'latency.p95 31.4 s',
          by: 0.0467,
          others: variant === null ? 0 : 2,
        },
})

const found = (at: string | null, passing: number, variant: string | null = null): ShownCapacity => ({
  at,
  passing,
  failing: passing + 1,
  uneven: null,
  trials: [trial(1, 3, 3), trial(passing, 20), trial(passing + 1, 3, 20, variant), trial(54, 0, 3, variant)],
})

const TITLES: CapacityTitles & { unit: string; runs: number } = {
  title: 'How much a fleet carries',
  name: 'fleet',
  of: 'workload.arrivals.rate',
  seek: 'highest',
  by: null,
  written: (value) => `${value}/min`,
  range: [1, 54],
  unit: '/min',
  runs: 46,
}

export const CAPACITIES: Readonly<
  Record<string, { readonly found: readonly ShownCapacity[]; readonly titles: typeof TITLES }>
> = {
  one: { found: [found(null, 41)], titles: TITLES },
  frontier: {
    found: [found('1', 12), found('2', 23, 'mode=document'), found('4', 41)],
    titles: { ...TITLES, by: 'slots' },
  },
  uneven: { found: [{ ...found(null, 12), uneven: { failed: 13, passed: 14 } }], titles: TITLES },
  nothing: {
    found: [{ at: null, passing: null, failing: 1, uneven: null, trials: [trial(1, 0)] }],
    titles: TITLES,
  },
  everything: {
    found: [{ at: null, passing: 54, failing: null, uneven: null, trials: [trial(54, 20)] }],
    titles: TITLES,
  },
  hostile: {
    found: HOSTILE.map((text) => found(text, 12, text)),
    titles: { ...TITLES, title: HOSTILE[0]!, name: HOSTILE[1]!, of: HOSTILE[2]!, by: HOSTILE[3]! },
  },
}

type Titles = SensitivityTitles & { runs: number }

const titles = (method: Titles['method']): Titles => ({
  title: 'What latency hangs on',
  name: 'fleet',
  metric: 'latency.p95',
  unit: 'ns',
  method,
  runs: 30,
})

const swing = (name: string, low: number | null, high: number | null) => ({
  name,
  ends: ['1', '16'] as const,
  effect: {
    method: 'one-at-a-time' as const,
    points: [
      { value: 1, figure: low === null ? null : low * SECOND },
      { value: 16, figure: high === null ? null : high * SECOND },
    ],
    swing: low === null || high === null ? null : Math.abs(high - low) * SECOND,
    interval: null,
  },
})

const interval = (share: number) => ({ low: share - 0.1, high: share + 0.1 })

export const SENSITIVITIES: Readonly<
  Record<string, { readonly found: ShownSensitivity; readonly titles: Titles }>
> = {
  tornado: {
    found: {
      base: 20 * SECOND,
      inputs: [
        swing('slots', 60, 10),
        swing('rate', 15, 30),
        swing('prompt', 20, 20),
        swing('disk', null, 3),
      ],
    },
    titles: titles('one-at-a-time'),
  },
  morris: {
    found: {
      base: 20 * SECOND,
      inputs: ['slots', 'rate'].map((name, i) => ({
        name,
        ends: ['1/s', '4/s'] as const,
        effect: {
          method: 'morris' as const,
          size: (8 - 4 * i) * SECOND,
          direction: (i === 0 ? -8 : 4) * SECOND,
          spread: 2 * SECOND,
        },
      })),
    },
    titles: titles('morris'),
  },
  sobol: {
    found: {
      base: null,
      inputs: ['slots', 'rate'].map((name, i) => ({
        name,
        ends: ['1/s', '4/s'] as const,
        effect: {
          method: 'sobol' as const,
          first: 0.6 - 0.4 * i,
          firstInterval: interval(0.6 - 0.4 * i),
          total: 0.8 - 0.4 * i,
          totalInterval: interval(0.8 - 0.4 * i),
        },
      })),
    },
    titles: titles('sobol'),
  },
  hostile: {
    found: { base: 20 * SECOND, inputs: HOSTILE.map((name, i) => swing(name, 10 - i, 30 + i)) },
    titles: { ...titles('one-at-a-time'), title: HOSTILE[0]!, name: HOSTILE[1]! },
  },
}
