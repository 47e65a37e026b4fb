import { afterEach, describe, expect, test, vi } from 'vitest'
import { type ExperimentTerms, runExperiment } from '../../src/experiment/experiment.ts'
import { StoppedError } from '../../src/experiment/stopped.ts'
import { DeterminismError, type RunRecord } from '../../src/run/replication.ts'
import { ms, seconds } from '../../src/units.ts'
import { claim, criterion, fileOf, limit } from './fixture.ts'

const replicate = vi.hoisted(() => vi.fn<(scenario: unknown, terms: unknown) => unknown>())
const actual = await vi.importActual<typeof import('../../src/run/replication.ts')>(
  '../../src/run/replication.ts',
)
vi.mock('../../src/run/replication.ts', async (original) => ({
  ...(await original<object>()),
  replicateAsync: async (scenario: unknown, terms: unknown) => replicate(scenario, terms),
}))

const terms: ExperimentTerms = {
  checked: true,
  verify: false,
  claimTexts: {},
  openTrace: () => {
    throw new Error('no trace here')
  },
}

/** A closed loop of clients at a textbook queue, with this many clients. */
const queueing = (all: readonly { clients: number }[], seeds = ['1', '2']) =>
  fileOf(
    all,
    ({ clients }) => ({
      services: {
        queue: {
          kind: 'queue',
          on: ['box'],
          count: 1,
          values: {
            servers: 1,
            discipline: 'fifo',
            classes: 1,
            service: { kind: 'exponential', mean: ms(100) },
          },
        },
      },
      workload: {
        target: [{ name: 'queue' }],
        arrivals: { kind: 'closed', values: { clients, think: { kind: 'exponential', mean: seconds(1) } } },
        request: { kind: 'job', values: {} },
        timeout: seconds(1e6),
        slowDown: 1,
        skip: 0,
      },
      measure: { duration: seconds(60), warmUp: 0, requests: undefined, events: 1e8 },
      expect: [criterion({ kind: 'at-most', limit: limit('1h') })],
      claims: [claim({ criterion: criterion({ kind: 'at-most', limit: limit('1h') }) })],
    }),
    seeds,
  )

const scene = queueing([{ clients: 1 }, { clients: 3 }])

/** Every run gives this, with what it says of itself changed. */
function runs(change: (record: RunRecord, run: number) => Partial<RunRecord> = () => ({})): void {
  let run = 0
  replicate.mockImplementation((scenario, terms) => {
    const record = actual.replicate(scenario as never, terms as never)
    return { ...record, ...change(record, ++run) }
  })
}

afterEach(() => void replicate.mockReset())

describe('an experiment', () => {
  test('runs every variant with every seed, in order, and tells how far it is after each', async () => {
    runs()
    const told: string[] = []
    const progress = (done: number, total: number) =>
      told.push(`${done}/${total} after ${replicate.mock.calls.length}`)
    const { variants, claims, events } = await runExperiment(scene, { ...terms, progress })
    expect(told).toEqual(['1/4 after 1', '2/4 after 2', '3/4 after 3', '4/4 after 4'])
    const ran = replicate.mock.calls.map(([scenario, terms]) => [
      (scenario as { parameters: unknown }).parameters,
      (terms as { seed: string }).seed,
    ])
    expect(ran).toEqual([
      [{ clients: 1 }, '1'],
      [{ clients: 1 }, '2'],
      [{ clients: 3 }, '1'],
      [{ clients: 3 }, '2'],
    ])
    expect(variants.map(({ name }) => name)).toEqual(['clients=1', 'clients=3'])
    expect(variants[0]!.checks.map(({ name, pass }) => [name, pass])).toEqual([
      ['Little’s law', true],
      ['memory', true],
      ['cores', true],
      ['expect: latency.mean at most 1 h', true],
    ])
    expect(Object.keys(variants[0]!.fingerprints)).toEqual(['1', '2'])
    expect(variants[0]!.metrics['latency.mean']).toMatchObject({
      class: 'sampled',
      samples: [expect.any(Number), expect.any(Number)],
    })
    expect(claims[0]!.verdict).toBe('reproduced')
    expect(events).toBe(
      replicate.mock.results.reduce((sum, { value }) => sum + (value as RunRecord).events, 0),
    )
  })

  test('keeps the messages of the first seed of each variant, once, and of no other', async () => {
    runs()
    const { variants } = await runExperiment(scene, { ...terms, verify: true })
    for (const { traffic, excerpt, metrics } of variants) {
      expect([traffic!.seed, excerpt!.seed, excerpt!.of]).toEqual(['1', '1', 'slowest request'])
      const sent = traffic!.links.reduce((sum, [, , messages]) => sum + messages, 0)
      expect(sent).toBe(metrics['network.messages']!.samples[0])
    }
    const asked = replicate.mock.calls.map(([, asked]) => asked as { seed: string; messages: boolean })
    expect(asked.map(({ seed, messages }) => [seed, messages])).toEqual(
      [1, 2].flatMap(() => [
        ['1', true],
        ['1', false],
        ['2', false],
        ['2', false],
      ]),
    )
  })

  test('has coarser time series where it has many variants', async () => {
    runs()
    const bins = async (variants: number) => {
      replicate.mockClear()
      await runExperiment(
        queueing(
          Array.from({ length: variants }, (_, i) => ({ clients: i + 1 })),
          ['1'],
        ),
        terms,
      )
      return new Set(replicate.mock.calls.map(([, terms]) => (terms as { bins: number }).bins))
    }
    expect([await bins(4), await bins(5)]).toEqual([new Set([240]), new Set([60])])
  })
})

describe('verifying', () => {
  test('runs every seed twice, and says nothing where both are the same', async () => {
    runs()
    const told: number[] = []
    await runExperiment(scene, { ...terms, verify: true, progress: (done) => told.push(done) })
    expect(replicate.mock.calls.length).toBe(8)
    expect(told).toEqual([1, 2, 3, 4])
  })

  test('ends at the first difference, with the seed and both fingerprints', async () => {
    runs((_, run) => ({ fingerprint: run === 4 ? 'b' : 'a' }))
    const run = () => runExperiment(scene, { ...terms, verify: true })
    await expect(run()).rejects.toThrow(DeterminismError)
    expect(replicate.mock.calls.length).toBe(4)
    runs((_, run) => ({ fingerprint: run === 4 ? 'b' : 'a' }))
    await expect(run()).rejects.toThrow('two runs of seed 2 differ: fingerprints a and b')
  })

  test('does not take a run that the time limit cut short for another outcome', async () => {
    runs((_, run) => (run === 2 ? { stopped: 'interrupted', fingerprint: 'cut' } : {}))
    await expect(runExperiment(scene, { ...terms, verify: true })).rejects.toThrow(StoppedError)
  })
})

describe('a limit', () => {
  test('of real time ends it, with the place', async () => {
    runs((_, run) => (run === 3 ? { stopped: 'interrupted', ended: seconds(7) } : {}))
    const told: number[] = []
    const run = () => runExperiment(scene, { ...terms, progress: (done) => told.push(done) })
    await expect(run()).rejects.toThrow(
      'stopped by the time limit: clients=3 with seed 1, at 7 s of virtual time',
    )
    expect(told).toEqual([1, 2])
  })

  test('of events ends it, with the mend', async () => {
    runs(() => ({ stopped: 'events', ended: seconds(7), events: 1000 }))
    await expect(runExperiment(scene, terms)).rejects.toThrow(StoppedError)
    await expect(runExperiment(scene, terms)).rejects.toThrow(
      'stopped after 1000 events: clients=1 with seed 1, at 7 s of virtual time; raise measure.events, or measure a shorter time',
    )
  })

  test('that the scenario set itself is no reason to stop', async () => {
    runs(() => ({ stopped: 'stopped' }))
    await expect(runExperiment(scene, terms)).resolves.toBeDefined()
  })
})

describe('a law’s check over the seeds', () => {
  const checked = async (passes: readonly (boolean | null)[]) => {
    runs((_, run) => ({
      checks: [
        { name: 'a law', kind: 'law', pass: passes[(run - 1) % passes.length]!, detail: `run ${run}` },
      ],
    }))
    const { variants } = await runExperiment(
      queueing(
        [{ clients: 1 }],
        passes.map((_, i) => `${i}`),
      ),
      terms,
    )
    return variants[0]!.checks[0]
  }

  test('holds if it holds in each', async () => {
    expect(await checked([true, true, true])).toEqual({
      name: 'a law',
      kind: 'law',
      pass: true,
      detail: 'run 1',
    })
  })

  test('fails if it fails in any, with the figures of the first that does', async () => {
    expect(await checked([true, null, false, false])).toMatchObject({ pass: false, detail: 'run 3' })
  })

  test('cannot be told if it cannot in one and fails in none', async () => {
    expect(await checked([true, null, true])).toMatchObject({ pass: null, detail: 'run 2' })
  })
})
