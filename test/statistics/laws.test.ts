import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ScenarioError } from '../../src/errors.ts'
import { erlangB, erlangC } from '../../src/statistics/laws/m-m-c.ts'
import { laws } from '../../src/statistics/laws/registry.ts'

const MS = 1e6
const evaluate = (law: string, values: Record<string, unknown>): Readonly<Record<string, number>> =>
  laws[law]!.evaluate(values)
const near = (found: number | undefined, exact: number, tolerance = 1e-9): void => {
  expect(Math.abs(found! - exact)).toBeLessThanOrEqual(tolerance * Math.max(1e-300, Math.abs(exact)))
}

const utilisation = fc.double({ min: 0.01, max: 0.98, noNaN: true })
const serviceRate = fc.double({ min: 0.01, max: 1e4, noNaN: true })
const servers = fc.integer({ min: 1, max: 100 })

/** Stable values of every open law, from a utilisation. */
const STABLE: Readonly<Record<string, (busy: number) => Record<string, unknown>>> = {
  'm/m/1': (busy) => ({ arrivalRate: 10 * busy, serviceRate: 10 }),
  'm/m/c': (busy) => ({ arrivalRate: 40 * busy, serviceRate: 10, servers: 4 }),
  'm/m/c/k': (busy) => ({ arrivalRate: 40 * busy, serviceRate: 10, servers: 4, capacity: 9 }),
  'm/d/1': (busy) => ({ arrivalRate: 10 * busy, serviceTime: 100 * MS }),
  'm/g/1': (busy) => ({ arrivalRate: 10 * busy, serviceTime: 100 * MS, cv: 2 }),
  'm/g/1/ps': (busy) => ({ arrivalRate: 10 * busy, serviceTime: 100 * MS }),
  'm/g/1/priority': (busy) => ({
    classes: [
      { arrivalRate: 5 * busy, serviceTime: 100 * MS, cv: 1 },
      { arrivalRate: 2 * busy, serviceTime: 250 * MS, cv: 0 },
    ],
  }),
  'm/g/1/interrupted': (busy) => ({
    arrivalRate: 10 * busy,
    serviceTime: 90 * MS,
    cv: 2,
    interruptionCv: 1,
    interruptionRate: busy,
    interruption: 100 * MS,
  }),
  tandem: (busy) => ({ arrivalRate: 10 * busy, serviceRates: [10, 20] }),
  supermarket: (busy) => ({ arrivalRate: 10 * busy, serviceRate: 10, choices: 2 }),
}

describe('m/g/1/interrupted', () => {
  const values = {
    arrivalRate: 5,
    serviceTime: 100 * MS,
    cv: 2,
    interruptionRate: 2,
    interruption: 50 * MS,
    interruptionCv: 1,
  }

  test('with interruptions of no length is m/g/1', () => {
    const { sojourn } = evaluate('m/g/1/interrupted', { ...values, interruption: 1e-9 })
    near(sojourn, evaluate('m/g/1', values).sojourn!, 1e-8)
  })

  test('is the lower class of two that are alike: both together are one queue', () => {
    // The urgent class by itself is m/g/1, and both together lose nothing: the mean numbers sum to that of exponential work.
    const alike = {
      arrivalRate: 3,
      serviceTime: 100 * MS,
      cv: 1,
      interruptionRate: 4,
      interruption: 100 * MS,
      interruptionCv: 1,
    }
    const urgent = evaluate('m/m/1', { arrivalRate: 4, serviceRate: 10 }).number!
    near(
      evaluate('m/g/1/interrupted', alike).number! + urgent,
      evaluate('m/m/1', { arrivalRate: 7, serviceRate: 10 }).number!,
    )
  })
})

describe('every law', () => {
  test('gives the figures it declares, and no others', () => {
    const values: Record<string, Record<string, unknown>> = {
      ...Object.fromEntries(Object.entries(STABLE).map(([name, of]) => [name, of(0.5)])),
      'machine-repairman': { clients: 5, thinkTime: 1e9, serviceTime: 1e8, servers: 2 },
      amdahl: { time: 1e9, serial: 0.1, processors: 54 },
      availability: { timeToFailure: 1e12, timeToRepair: 1e9 },
    }
    expect(Object.keys(values).toSorted()).toEqual(Object.keys(laws).toSorted())
    for (const [name, law] of Object.entries(laws)) {
      expect(law.name).toBe(name)
      const given = new Set(
        Object.keys(law.evaluate(values[name])).map((figure) => figure.replace(/\.\d+$/, '.N')),
      )
      expect([...given].toSorted()).toEqual(law.figures.map((figure) => figure.name).toSorted())
      for (const parameter of Object.values(law.parameters)) expect(parameter.meaning).not.toBe('')
    }
  })

  test("obeys Little's law", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(STABLE)), utilisation, (name, busy) => {
        const { wait, sojourn, queue, number, throughput } = evaluate(name, STABLE[name]!(busy))
        near(number, (throughput! * sojourn!) / 1e9)
        if (wait !== undefined) near(queue, (throughput! * wait) / 1e9)
      }),
    )
  })

  test('refuses an unstable queue with its utilisation', () => {
    for (const name of Object.keys(STABLE).filter((law) => law !== 'm/m/c/k')) {
      expect(() => evaluate(name, STABLE[name]!(1))).toThrow(ScenarioError)
      expect(() => evaluate(name, STABLE[name]!(1.25))).toThrow(
        /has no steady state at a utilisation of ρ = 125 %/,
      )
    }
  })

  test('refuses rates and times of 0, all at once', () => {
    expect(() => evaluate('m/m/1', { arrivalRate: 0, serviceRate: 0 })).toThrow(
      /invalid arrival-rate of the law m\/m\/1: 0; .*\n.*invalid service-rate of the law m\/m\/1: 0; expected a value above 0/,
    )
    expect(() =>
      evaluate('machine-repairman', { clients: 1, thinkTime: 0, serviceTime: 1, servers: 1 }),
    ).toThrow(ScenarioError)
    expect(() => evaluate('m/g/1/priority', { classes: [] })).toThrow(ScenarioError)
    expect(() => evaluate('tandem', { arrivalRate: 1, serviceRates: [] })).toThrow(ScenarioError)
  })
})

describe('Erlang', () => {
  test('B is that of the printed tables', () => {
    // Servers and the load that loses 1 % of calls, as printed to four digits.
    for (const [servers, load] of [
      [5, 1.361],
      [10, 4.461],
      [15, 8.108],
      [20, 12.03],
      [50, 37.9],
      [100, 84.06],
    ] as const)
      near(erlangB(servers, load), 0.01, 1e-3)
  })

  test('C has the values of small cases in fractions', () => {
    // c = 2, a = 1: 1/3; c = 3, a = 2: 4/9; c = 2, a = 1.5: 9/14.
    near(erlangC(2, 1), 1 / 3)
    near(erlangC(3, 2), 4 / 9)
    near(erlangC(2, 1.5), 9 / 14)
    near(erlangC(1, 0.7), 0.7)
  })

  test('C neither overflows nor turns to NaN with a million servers', () => {
    const waits = erlangC(1_000_000, 999_000)
    expect(waits).toBeGreaterThan(0)
    expect(waits).toBeLessThan(1)
  })
})

describe('M/M/c', () => {
  test('with one server is M/M/1', () => {
    fc.assert(
      fc.property(utilisation, serviceRate, (busy, serviceRate) => {
        const arrivalRate = busy * serviceRate
        const one = evaluate('m/m/1', { arrivalRate, serviceRate })
        const { delayed, ...several } = evaluate('m/m/c', { arrivalRate, serviceRate, servers: 1 })
        for (const [figure, value] of Object.entries(one)) near(several[figure], value)
        near(delayed, busy)
      }),
    )
  })

  test('M/M/1 has the figures of the textbook', () => {
    // λ = 8/s, μ = 10/s: ρ = 0.8, N = 0.8 / 0.2 = 4, T = 1 / (10 - 8) = 0.5 s, W = 0.4 s, Nq = 3.2.
    const figures = evaluate('m/m/1', { arrivalRate: 8, serviceRate: 10 })
    near(figures.number, 4)
    near(figures.sojourn, 500 * MS)
    near(figures.wait, 400 * MS)
    near(figures.queue, 3.2)
    near(figures.utilisation, 0.8)
  })

  test('with ever more servers only serves', () => {
    const figures = evaluate('m/m/c', { arrivalRate: 8, serviceRate: 10, servers: 50 })
    expect(figures.wait!).toBeLessThan(1e-9)
    near(figures.sojourn, 100 * MS)
  })

  test('waits less the more servers share the same utilisation', () => {
    fc.assert(
      fc.property(utilisation, servers, (busy, servers) => {
        const wait = (servers: number) =>
          evaluate('m/m/c', { arrivalRate: busy * servers, serviceRate: 1, servers }).wait!
        expect(wait(servers + 1)).toBeLessThan(wait(servers))
      }),
    )
  })
})

describe('the supermarket model', () => {
  test('has the times that Mitzenmacher printed', () => {
    const times = (choices: number) =>
      [0.5, 0.7, 0.8, 0.9, 0.95, 0.99].map((arrivalRate) =>
        (evaluate('supermarket', { arrivalRate, serviceRate: 1, choices }).sojourn! / 1e9).toFixed(4),
      )
    expect(times(2)).toEqual(['1.2657', '1.6145', '1.9474', '2.6141', '3.3830', '5.4320'])
    expect(times(3)).toEqual(['1.1252', '1.3568', '1.5809', '2.0279', '2.5351', '3.8578'])
  })

  test('with one choice is M/M/1, and with more waits less', () => {
    fc.assert(
      fc.property(utilisation, fc.integer({ min: 1, max: 20 }), (busy, choices) => {
        const values = { arrivalRate: busy, serviceRate: 1 }
        const one = evaluate('supermarket', { ...values, choices: 1 })
        for (const [figure, value] of Object.entries(evaluate('m/m/1', values))) near(one[figure], value)
        const { wait } = evaluate('supermarket', { ...values, choices })
        expect(evaluate('supermarket', { ...values, choices: choices + 1 }).wait!).toBeLessThanOrEqual(wait!)
      }),
    )
  })
})

describe('M/M/c/K', () => {
  test('with room without end is M/M/c', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.9, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        (busy, servers) => {
          const values = { arrivalRate: busy * servers, serviceRate: 1, servers }
          const { delayed, ...open } = evaluate('m/m/c', values)
          const finite = evaluate('m/m/c/k', { ...values, capacity: servers + 2000 })
          for (const [figure, value] of Object.entries(open)) near(finite[figure], value, 1e-8)
          expect(finite.blocking!).toBeLessThan(1e-50)
        },
      ),
    )
  })

  test('without room to wait is the loss system of Erlang', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 200, noNaN: true }), servers, (load, servers) => {
        const figures = evaluate('m/m/c/k', { arrivalRate: load, serviceRate: 1, servers, capacity: servers })
        near(figures.blocking, erlangB(servers, load))
        expect(figures.wait).toBe(0)
        near(figures.sojourn, 1e9)
      }),
    )
  })

  test('with one server has the closed form of M/M/1/K, also when overloaded', () => {
    // p(K) = (1 - ρ) ρ^K / (1 - ρ^(K+1)).
    for (const load of [0.5, 0.9, 1.5, 3])
      for (const capacity of [1, 2, 5, 20]) {
        const { blocking } = evaluate('m/m/c/k', { arrivalRate: load, serviceRate: 1, servers: 1, capacity })
        near(blocking, ((1 - load) * load ** capacity) / (1 - load ** (capacity + 1)))
      }
    // ρ = 1: all K + 1 states alike. K = 4: p = 1/5, N = 2.
    const even = evaluate('m/m/c/k', { arrivalRate: 1, serviceRate: 1, servers: 1, capacity: 4 })
    near(even.blocking, 0.2)
    near(even.number, 2)
  })

  test('refuses less room than servers', () => {
    expect(() => evaluate('m/m/c/k', { arrivalRate: 1, serviceRate: 1, servers: 4, capacity: 3 })).toThrow(
      'invalid capacity of the law m/m/c/k: 3; expected at least the 4 servers',
    )
  })
})

describe('M/G/1', () => {
  test('with a variation of 1 is M/M/1, without any M/D/1, which waits half as long', () => {
    fc.assert(
      fc.property(utilisation, serviceRate, (busy, serviceRate) => {
        const arrivalRate = busy * serviceRate
        const serviceTime = 1e9 / serviceRate
        const exponential = evaluate('m/m/1', { arrivalRate, serviceRate })
        const constant = evaluate('m/d/1', { arrivalRate, serviceTime })
        near(evaluate('m/g/1', { arrivalRate, serviceTime, cv: 1 }).wait, exponential.wait!, 1e-7)
        near(evaluate('m/g/1', { arrivalRate, serviceTime, cv: 0 }).wait, constant.wait!)
        near(constant.wait, exponential.wait! / 2, 1e-7)
      }),
    )
  })

  test('shared by all has the mean sojourn of M/M/1 in turn', () => {
    const shared = evaluate('m/g/1/ps', { arrivalRate: 8, serviceTime: 100 * MS })
    const inTurn = evaluate('m/m/1', { arrivalRate: 8, serviceRate: 10 })
    near(shared.sojourn, inTurn.sojourn!)
    near(shared.number, inTurn.number!)
  })
})

describe('M/G/1 with priorities', () => {
  const classes = fc.array(
    fc.record({
      share: fc.double({ min: 0.01, max: 1, noNaN: true }),
      serviceTime: fc.integer({ min: 1000, max: 10 ** 9 }),
      cv: fc.double({ min: 0, max: 5, noNaN: true }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  const withLoad = (drawn: readonly { share: number; serviceTime: number; cv: number }[], busy: number) => {
    const whole = drawn.reduce((sum, { share }) => sum + share, 0)
    return drawn.map(({ share, serviceTime, cv }) => ({
      arrivalRate: ((share / whole) * busy * 1e9) / serviceTime,
      serviceTime,
      cv,
    }))
  }

  test('conserves the work that waits: Σ ρ W is that of first come first served (Kleinrock)', () => {
    fc.assert(
      fc.property(classes, utilisation, (drawn, busy) => {
        const all = withLoad(drawn, busy)
        const figures = evaluate('m/g/1/priority', { classes: all })
        const loads = all.map(({ arrivalRate, serviceTime }) => (arrivalRate * serviceTime) / 1e9)
        const residual = all.reduce(
          (sum, { serviceTime, cv }, i) => sum + (loads[i]! * serviceTime * (1 + cv * cv)) / 2,
          0,
        )
        // First come first served: all wait W0 / (1 - ρ).
        near(
          loads.reduce((sum, load, i) => sum + load * figures[`wait.${i}`]!, 0),
          (busy * residual) / (1 - busy),
          1e-7,
        )
      }),
    )
  })

  test('with one class is M/G/1', () => {
    const one = { arrivalRate: 7, serviceTime: 100 * MS, cv: 1.5 }
    const plain = evaluate('m/g/1', one)
    const figures = evaluate('m/g/1/priority', { classes: [one] })
    for (const [figure, value] of Object.entries(plain)) near(figures[figure], value)
    near(figures['wait.0'], plain.wait!)
  })

  test('has the waits of a worked example', () => {
    // Two classes of λ = 0.4/s, S = 1 s, exponential: W0 = 2 · 0.4 · 1 = 0.8 s; 0.8 / 0.6 = 1.3333 s; 0.8 / (0.6 · 0.2) = 6.6667 s.
    const each = { arrivalRate: 0.4, serviceTime: 1e9, cv: 1 }
    const figures = evaluate('m/g/1/priority', { classes: [each, each] })
    near(figures['wait.0'], 4e9 / 3)
    near(figures['wait.1'], 20e9 / 3)
    near(figures.wait, 4e9)
  })
})

describe('M/M/1 in a row', () => {
  test('is the sum of its queues', () => {
    // λ = 8/s: 1 / (10 - 8) + 1 / (12 - 8) = 0.75 s; utilisation of the slowest 0.8.
    const figures = evaluate('tandem', { arrivalRate: 8, serviceRates: [10, 12] })
    near(figures.sojourn, 750 * MS)
    near(figures['sojourn.1'], 250 * MS)
    near(figures.number, 6)
    near(figures.utilisation, 0.8)
  })
})

describe('the machine repairman', () => {
  test('has the figures of five machines and two repairmen in the textbook', () => {
    // Gross and Harris: 30 h to failure, 3 h to repair. Weights 1, 0.5, 0.1, 0.015, 0.0015, 0.000075, sum 1.616575:
    // (0.5 + 0.2 + 0.045 + 0.006 + 0.000375) / 1.616575 = 0.46479 machines down.
    const hour = 3600e9
    const figures = evaluate('machine-repairman', {
      clients: 5,
      thinkTime: 30 * hour,
      serviceTime: 3 * hour,
      servers: 2,
    })
    near(figures.number, 0.751375 / 1.616575)
    // λ (5 - L) = throughput.
    near(figures.throughput, (5 - 0.751375 / 1.616575) / (30 * 3600))
  })

  test('with one server is what mean value analysis gives', () => {
    // R(n) = S (1 + Q(n-1)), X(n) = n / (Z + R(n)), Q(n) = X(n) R(n): Reiser and Lavenberg 1980.
    const positive = fc.integer({ min: 1, max: 10 ** 10 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), positive, positive, (clients, thinkTime, serviceTime) => {
        let inQueue = 0
        let sojourn = 0
        let throughput = 0
        for (let n = 1; n <= clients; n++) {
          sojourn = serviceTime * (1 + inQueue)
          throughput = n / (thinkTime + sojourn)
          inQueue = throughput * sojourn
        }
        const figures = evaluate('machine-repairman', { clients, thinkTime, serviceTime, servers: 1 })
        near(figures.sojourn, sojourn, 1e-8)
        near(figures.number, inQueue, 1e-8)
        near(figures.throughput, throughput * 1e9, 1e-8)
      }),
    )
  })

  test('with a server each never waits', () => {
    const figures = evaluate('machine-repairman', {
      clients: 54,
      thinkTime: 1e9,
      serviceTime: 1e9,
      servers: 54,
    })
    near(figures.wait, 0)
    near(figures.sojourn, 1e9)
    near(figures.number, 27)
  })

  test('a million clients neither overflow nor lose the bottleneck law', () => {
    // Far beyond saturation one server gives 1 / S and the clients wait N S - Z.
    const figures = evaluate('machine-repairman', {
      clients: 1_000_000,
      thinkTime: 1e9,
      serviceTime: 1e6,
      servers: 1,
    })
    near(figures.throughput, 1000)
    near(figures.sojourn, 1_000_000 * 1e6 - 1e9)
  })
})

test("Amdahl's law with 5 % serial gives 5.93 on 8 processors and never 20", () => {
  // 1 / (0.05 + 0.95 / 8) = 5.925926.
  const { speedup, efficiency, time } = evaluate('amdahl', { time: 1e9, serial: 0.05, processors: 8 })
  near(speedup, 5.925926, 1e-6)
  near(efficiency, 5.925926 / 8, 1e-6)
  near(time, 1e9 / 5.925926, 1e-6)
  expect(evaluate('amdahl', { time: 1e9, serial: 0.05, processors: 1e9 }).speedup).toBeLessThan(20)
})

test('what is up for nine minutes and down for one is available nine tenths of the time, and fails six times an hour', () => {
  const { availability, failures } = evaluate('availability', { timeToFailure: 540e9, timeToRepair: 60e9 })
  near(availability, 0.9)
  near(failures, 6 / 3600)
  near(evaluate('availability', { timeToFailure: 1, timeToRepair: 0 }).availability, 1)
  expect(() => evaluate('availability', { timeToFailure: 0, timeToRepair: 1 })).toThrow(ScenarioError)
})
