import { expect, test } from 'vitest'
import { RandomStreams } from '../../src/kernel/random.ts'
import { morrisDesign, morrisEffects, type Point } from '../../src/statistics/morris.ts'
import { sobolDesign, sobolIndices } from '../../src/statistics/sobol.ts'

const uniform = () => {
  const random = new RandomStreams('1').stream('design')
  return () => random.uniform()
}

/** Ishigami and Homma 1990, with a = 7 and b = 0.1 over (−π, π)³, the usual test of such methods. */
const ishigami = (point: Point): number => {
  const [x, y, z] = point.map((u) => Math.PI * (2 * u - 1))
  return Math.sin(x!) + 7 * Math.sin(y!) ** 2 + 0.1 * z! ** 4 * Math.sin(x!)
}

test('the Ishigami function has its analytic indices', () => {
  // Saltelli et al. 2000: S = 0.3139, 0.4424, 0; ST = 0.5576, 0.4424, 0.2437.
  const chance = uniform()
  const { a, b, mixed } = sobolDesign(3, 4096, chance)
  const figures = { a: a.map(ishigami), b: b.map(ishigami), mixed: mixed.map((own) => own.map(ishigami)) }
  const indices = sobolIndices(figures, chance)!
  for (const [i, [first, total]] of [
    [0.3139, 0.5576],
    [0.4424, 0.4424],
    [0, 0.2437],
  ].entries()) {
    const found = indices[i]!
    expect(Math.abs(found.first - first!)).toBeLessThan(0.04)
    expect(Math.abs(found.total - total!)).toBeLessThan(0.04)
    expect(found.firstInterval.low).toBeLessThan(first!)
    expect(found.firstInterval.high).toBeGreaterThan(first!)
  }
})

test('what never changes has no indices', () => {
  const { a, b, mixed } = sobolDesign(2, 16, uniform())
  const flat = (points: readonly Point[]) => points.map(() => 3)
  expect(sobolIndices({ a: flat(a), b: flat(b), mixed: mixed.map(flat) }, uniform())).toBeNull()
})

test('a linear function’s elementary effects are its coefficients, without spread', () => {
  const design = morrisDesign(4, 10, uniform())
  const linear = ([a, b, c]: Point): number => 5 * a! - 3 * b! + 0.5 * c!
  const effects = morrisEffects(
    design,
    design.map((points) => points.map(linear)),
  )
  for (const [i, coefficient] of [5, -3, 0.5, 0].entries()) {
    expect(effects[i]!.size).toBeCloseTo(Math.abs(coefficient), 10)
    expect(effects[i]!.direction).toBeCloseTo(coefficient, 10)
    expect(effects[i]!.spread).toBeCloseTo(0, 10)
  }
})

test('an interaction shows as spread', () => {
  const design = morrisDesign(2, 50, uniform())
  const effects = morrisEffects(
    design,
    design.map((points) => points.map(([a, b]) => a! * b!)),
  )
  // ∂(ab)/∂a = b, uniform on {0, 1/3, 2/3, 1}: mean 1/2, deviation 0.373.
  expect(Math.abs(effects[0]!.direction - 0.5)).toBeLessThan(0.1)
  expect(Math.abs(effects[0]!.spread - 0.373)).toBeLessThan(0.06)
})

test('each step of a trajectory moves one input, and every input once, within the cube', () => {
  for (const points of morrisDesign(5, 20, uniform())) {
    expect(points.length).toBe(6)
    const moved = points.slice(1).map((point, i) => {
      const changed = point.flatMap((value, input) => (value === points[i]![input] ? [] : [input]))
      expect(changed.length).toBe(1)
      return changed[0]!
    })
    expect(moved.toSorted()).toEqual([0, 1, 2, 3, 4])
    for (const value of points.flat()) {
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(1)
    }
  }
})
