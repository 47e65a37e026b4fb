import { describe, expect, test } from 'vitest'
import { attribute, type Laboratory } from '../../src/explain/attribution.ts'
import { changesBetween, type Data, pathText } from '../../src/explain/configuration.ts'

type Model = (values: Readonly<Record<string, number>>) => number | null

/** A scenario is a handful of numbers, and its figure what the model makes of them. */
function laboratory(model: Model, valid: (values: Readonly<Record<string, number>>) => boolean = () => true) {
  let runs = 0
  const asked: Laboratory = {
    valid: async (data) => valid(data as Record<string, number>),
    late: () => false,
    figure: async (data) => {
      runs++
      return model(data as Record<string, number>)
    },
  }
  return { asked, runs: () => runs }
}

async function found(
  model: Model,
  a: Data,
  b: Data,
  valid?: (values: Readonly<Record<string, number>>) => boolean,
) {
  const { asked, runs } = laboratory(model, valid)
  const figure = (data: Data) => model(data as Record<string, number>)!
  const attribution = await attribute(
    { data: a, figure: figure(a) },
    { data: b, figure: figure(b) },
    changesBetween(a, b),
    asked,
  )
  return {
    ranking: attribution.effects.map(({ unit, explains }) => [
      unit.map(({ path }) => pathText(path)).join('+'),
      explains,
    ]),
    effects: attribution.effects,
    runs: runs(),
  }
}

describe('changes that act by themselves', () => {
  test('explain what they do, the largest first, and sum to the difference', async () => {
    const { ranking, runs } = await found(
      ({ x, y, z }) => 3 * x! + y! - 10 * z!,
      { x: 0, y: 0, z: 0 },
      { x: 1, y: 1, z: 1 },
    )
    expect(ranking).toEqual([
      ['z', -10],
      ['x', 3],
      ['y', 1],
    ])
    // Each into A and out of B: with three of them 2 · 3 runs, A and B being known.
    expect(runs).toBe(6)
  })

  test('one alone is not run again, and two take two runs', async () => {
    expect((await found(({ x }) => x!, { x: 0 }, { x: 1 })).runs).toBe(0)
    expect((await found(({ x, y }) => x! + y!, { x: 0, y: 0 }, { x: 1, y: 1 })).runs).toBe(2)
  })
})

test('changes that act together share what they do, and show it alone', async () => {
  // Alone 3 and 5, together 41.
  const { effects } = await found(
    ({ x, y }) => 3 * x! + 5 * y! + 33 * x! * y!,
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  )
  expect(effects.map(({ intoA, outOfB, explains }) => [intoA, outOfB, explains])).toEqual([
    [5, 38, 21.5],
    [3, 36, 19.5],
  ])
})

test('a change that makes no scenario by itself goes with the one that it needs', async () => {
  // The target leads to a service that only B has.
  const valid = ({ target, proxy }: Readonly<Record<string, number>>) => target !== 1 || proxy === 1
  const { ranking } = await found(
    ({ target, x }) => 7 * target! + x!,
    { target: 0, x: 0 },
    { target: 1, proxy: 1, x: 1 },
    valid,
  )
  expect(ranking).toEqual([
    ['target+proxy', 7],
    ['x', 1],
  ])
})

test('of many changes the one that matters is found by few runs', async () => {
  const many = (value: number, odd: number) =>
    Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`s${i % 5}`, i]).map(([part]) => [
        part,
        Object.fromEntries(
          Array.from({ length: 8 }, (_, j) => [`p${j}`, part === 's3' && j === 5 ? odd : value]),
        ),
      ]),
    )
  const model = (data: Readonly<Record<string, unknown>>) =>
    100 * (data.s3 as { p5: number }).p5 + (data.s1 as { p1: number }).p1
  let runs = 0
  const [a, b] = [many(0, 0), many(1, 1)]
  const { effects } = await attribute(
    { data: a, figure: 0 },
    { data: b, figure: 101 },
    changesBetween(a, b),
    {
      valid: async () => true,
      late: () => false,
      figure: async (data) => {
        runs++
        return model(data)
      },
    },
  )
  expect([effects[0]!.unit.map(({ path }) => pathText(path)), effects[0]!.explains]).toEqual([['s3.p5'], 100])
  // Five parts, then the eight values of one: 2 · 13, instead of 2 · 40.
  expect(runs).toBe(26)
})

test('where the figure is absent, it is said of that change alone', async () => {
  const { ranking } = await found(
    ({ x, y }) => (x === 1 && y === 0 ? null : x! + y!),
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  )
  // x: into A absent, out of B 2 − 1; y: into A 1, out of B absent.
  expect(ranking).toEqual([
    ['x', 1],
    ['y', 1],
  ])
})

test('what there was no time for is counted, and nothing is said of it', async () => {
  let runs = 0
  const { effects, untried } = await attribute(
    { data: { x: 0, y: 0, z: 0 }, figure: 0 },
    { data: { x: 1, y: 1, z: 1 }, figure: 3 },
    changesBetween({ x: 0, y: 0, z: 0 }, { x: 1, y: 1, z: 1 }),
    {
      valid: async () => true,
      late: () => runs > 2,
      figure: async (data) =>
        ++runs > 2 ? null : Object.values(data as Record<string, number>).reduce((a, b) => a + b),
    },
  )
  expect(effects.map(({ unit, explains }) => [unit.map(({ path }) => pathText(path)), explains])).toEqual([
    [['x'], 1],
  ])
  expect(untried).toBe(2)
})
