import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AssignmentProblem, methods } from '../../../src/coordination/index.ts'
import { RandomStream } from '../../../src/kernel/random.ts'
import { nominalTable } from '../../../src/world/costs/costs.ts'

interface Given {
  readonly costs: readonly (readonly number[])[]
  readonly loads?: readonly number[]
  readonly work?: readonly (readonly number[])[]
  readonly turn?: number
  readonly agents?: number
}

function problem({ costs, loads, work, turn = 0, agents }: Given): AssignmentProblem {
  const among = agents ?? loads?.length ?? costs[0]?.length ?? 0
  return {
    tasks: costs.length,
    agents: among,
    costs: Float64Array.from(costs.flat()),
    loads: Float64Array.from(loads ?? Array.from({ length: among }, () => 0)),
    work: Float64Array.from((work ?? costs.map((row) => row.map(() => 1))).flat()),
    turn,
    random: new RandomStream('choice'),
  }
}

const assigned = (method: string, given: Given): number[] =>
  Array.from(methods[method]!.assign(problem(given)))

/** So many tasks that cost the same everywhere. */
const alike = (tasks: number, agents: number): number[][] =>
  Array.from({ length: tasks }, () => Array.from({ length: agents }, () => 1))

const problems = fc
  .record({ tasks: fc.integer({ min: 0, max: 7 }), agents: fc.integer({ min: 1, max: 6 }) })
  .chain(({ tasks, agents }) => {
    const matrix = <T>(entry: fc.Arbitrary<T>) =>
      fc.array(fc.array(entry, { minLength: agents, maxLength: agents }), {
        minLength: tasks,
        maxLength: tasks,
      })
    return fc.record({
      costs: matrix(
        fc.oneof(
          { weight: 1, arbitrary: fc.constant(Infinity) },
          { weight: 3, arbitrary: fc.integer({ min: 0, max: 9 }) },
        ),
      ),
      work: matrix(fc.integer({ min: 1, max: 9 })),
      loads: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: agents, maxLength: agents }),
      turn: fc.nat({ max: agents - 1 }),
      agents: fc.constant(agents),
    })
  })

describe('every method', () => {
  test('has its computing in the cost table', () => {
    const known = Object.keys(nominalTable.entries)
    expect(known).toEqual(expect.arrayContaining(Object.keys(methods)))
  })

  for (const [name, method] of Object.entries(methods)) {
    test(`${name} never uses a forbidden pair, changes nothing it is given, and gives the same twice`, () => {
      fc.assert(
        fc.property(problems, (given) => {
          const at = problem(given)
          const before = structuredClone({ ...at, random: undefined })
          const assignment = method.assign(at)
          expect({ ...at, random: undefined }).toEqual(before)
          expect(assignment.length).toBe(at.tasks)
          for (const [task, agent] of assignment.entries()) {
            expect(agent).toBeGreaterThanOrEqual(-1)
            expect(agent).toBeLessThan(at.agents)
            if (agent >= 0) expect(given.costs[task]![agent]).toBeLessThan(Infinity)
          }
          expect(method.assign(problem(given))).toEqual(assignment)
        }),
        { numRuns: 200 },
      )
    })

    test(`${name} places in the end, round after round, every task that any agent may do`, () => {
      fc.assert(
        fc.property(problems, ({ costs, agents }) => {
          let left = costs
          for (let before = -1; before !== left.length; ) {
            before = left.length
            const assignment = assigned(name, { costs: left, agents })
            left = left.filter((_, task) => assignment[task] === -1)
          }
          expect(left.flat().every((cost) => cost === Infinity)).toBe(true)
        }),
        { numRuns: 100 },
      )
    })
  }

  test('the Hungarian one is never dearer than greedy where both place all, and at times cheaper', () => {
    let cheaper = 0
    fc.assert(
      fc.property(problems, (given) => {
        const [optimal, greedy] = ['hungarian', 'greedy'].map((name) => assigned(name, given))
        const sum = (assignment: readonly number[]): number =>
          assignment.reduce((total, agent, task) => total + (agent < 0 ? 0 : given.costs[task]![agent]!), 0)
        const placed = (assignment: readonly number[]): number =>
          assignment.filter((agent) => agent >= 0).length
        expect(placed(optimal!)).toBeGreaterThanOrEqual(placed(greedy!))
        if (placed(greedy!) < given.costs.length) return
        expect(sum(optimal!)).toBeLessThanOrEqual(sum(greedy!))
        if (sum(optimal!) < sum(greedy!)) cheaper++
      }),
      { numRuns: 300, seed: 1 },
    )
    expect(cheaper).toBeGreaterThan(0)
  })

  test('greedy can be as much dearer as one likes', () => {
    const costs = [
      [0, 1],
      [1, 1000],
    ]
    expect(assigned('greedy', { costs })).toEqual([0, 1])
    expect(assigned('hungarian', { costs })).toEqual([1, 0])
  })
})

describe('methods that look at loads', () => {
  test('round robin takes the agents in turn from the one whose turn it is, whatever they cost or have to do', () => {
    const given = { costs: alike(5, 3), loads: [0, 99, 0], turn: 1 }
    expect(assigned('round-robin', given)).toEqual([1, 2, 0, 1, 2])
  })

  test('least loaded levels out: the loads end within one task of each other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 60 }), (agents, tasks) => {
        const each = Array.from({ length: agents }, () => 0)
        for (const agent of assigned('least-loaded', { costs: alike(tasks, agents), agents })) each[agent]!++
        expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1)
      }),
    )
    expect(assigned('least-loaded', { costs: alike(3, 3), loads: [2, 0, 1] })).toEqual([1, 2, 1])
  })

  test('least loaded counts what each task adds, and shares ties in turn', () => {
    const work = [
      [5, 5],
      [1, 1],
      [1, 1],
    ]
    expect(assigned('least-loaded', { costs: alike(3, 2), work, turn: 1 })).toEqual([1, 0, 0])
  })

  test('earliest completion waits for the one who is quicker, until that takes longer', () => {
    const work = Array.from({ length: 4 }, () => [1, 3.5])
    // At the quick one they end at 1, 2 and 3; the fourth would at 4, and at the slow one does at 3.5.
    expect(assigned('earliest-completion', { costs: alike(4, 2), work })).toEqual([0, 0, 0, 1])
    // Least loaded sees only that the other has nothing to do.
    expect(assigned('least-loaded', { costs: alike(4, 2), work })).toEqual([0, 1, 0, 0])
  })

  test('earliest completion is Graham’s list scheduling where all agents are alike: within 2 − 1/m of the optimum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 }),
        (agents, sizes) => {
          const work = sizes.map((size) => Array.from({ length: agents }, () => size))
          const each = Array.from({ length: agents }, () => 0)
          for (const [task, agent] of assigned('earliest-completion', {
            costs: work,
            work,
            agents,
          }).entries())
            each[agent]! += sizes[task]!
          const total = sizes.reduce((a, b) => a + b, 0)
          const bound = Math.max(total / agents, ...sizes)
          expect(Math.max(...each)).toBeLessThanOrEqual((2 - 1 / agents) * bound + 1e-9)
        },
      ),
    )
  })

  test('power of two: 2,000 tasks at 20 agents stay within a few of their mean; the busier of two is never taken', () => {
    const each = Array.from({ length: 20 }, () => 0)
    for (const agent of assigned('power-of-two', { costs: alike(2000, 20) })) each[agent]!++
    // log log 20 / log 2 is 1.6; one choice alone would spread by some 2 σ = 20.
    expect(Math.max(...each)).toBeLessThanOrEqual(104)
    const chosen = assigned('power-of-two', { costs: alike(50, 3), loads: [0, 0, 1000] })
    expect(chosen.filter((agent) => agent === 2).length).toBeLessThan(50 / 4)
  })
})
