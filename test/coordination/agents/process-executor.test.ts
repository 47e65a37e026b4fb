import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { processExecutor, worker } from '../../../src/coordination/index.ts'
import { ScenarioError } from '../../../src/errors.ts'
import { ms, seconds } from '../../../src/units.ts'
import { addCoordinator, makeWorld } from '../../world/fixture.ts'
import { createdBy, makeStage, valuesOf } from '../fixture.ts'

interface Given {
  readonly processors: number
  readonly workers?: number
  readonly use?: number
  readonly serial: number
  readonly loops?: number
  readonly cores?: number
}

/** The makespan of a job of 60 s, on workers of a host of their own. */
function makespan({
  processors,
  workers = processors,
  use = 0,
  serial,
  loops = 1,
  cores = workers,
}: Given): number {
  const world = makeWorld({ a: {}, b: { cores } })
  const names = Array.from({ length: workers }, (_, i) => ({ name: `worker.${i + 1}` }))
  for (const { name } of names) {
    const stage = makeWorker(world, name)
    stage.begin()
  }
  const stage = makeStage(world, (env) =>
    createdBy(processExecutor, env, { workers: names, use, work: seconds(60), serial, loops }),
  )
  stage.process.begin()
  stage.run()
  const [found, ...more] = valuesOf(stage.observed, 'makespan')
  expect(more).toEqual([])
  return found!
}

function makeWorker(world: ReturnType<typeof makeWorld>, name: string) {
  return addCoordinator(world, 'b', name, (env) => createdBy(worker, env, {}))
}

test('on an ideal network the makespan is Amdahl’s: T (s + (1 - s) / P)', () => {
  const terms = fc.record({
    processors: fc.integer({ min: 1, max: 64 }),
    serial: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
    loops: fc.integer({ min: 1, max: 20 }),
  })
  fc.assert(
    fc.property(terms, ({ processors, serial, loops }) => {
      const law = seconds(60) * (serial + (1 - serial) / processors)
      // Two roundings to whole nanoseconds a round.
      expect(Math.abs(makespan({ processors, serial, loops }) - law)).toBeLessThanOrEqual(loops + 1)
    }),
    { numRuns: 60 },
  )
})

test('of the workers, so many are used as are asked for', () => {
  // 60 s · (0.1 + 0.9 / 4) = 19.5 s
  expect(makespan({ processors: 4, workers: 10, use: 4, serial: 0.1 })).toBe(ms(19_500))
})

test('more workers than there are is the user’s mistake, not a quiet fewer', () => {
  expect(() => makespan({ processors: 5, workers: 4, use: 5, serial: 0 })).toThrow(ScenarioError)
  expect(() => makespan({ processors: 5, workers: 4, use: 5, serial: 0 })).toThrow(
    'invalid use of process-executor: 5; expected at most the 4 workers that it has',
  )
})

test('workers that share cores gain no more than the cores', () => {
  // Eight workers on two cores: 60 s / 2.
  expect(makespan({ processors: 8, serial: 0, cores: 2 })).toBe(seconds(30))
})

test('a worker does its jobs one after the other', () => {
  const world = makeWorld({ a: {}, b: { cores: 8 } })
  makeWorker(world, 'worker').begin()
  const { env, begin, run } = makeStage(world)
  const ends: number[] = []
  for (const service of [10, 20, 30])
    begin(
      (function* () {
        yield* env.call({ name: 'worker' }, { kind: 'job', service: ms(service) } as never, seconds(1))
        ends.push(env.now())
      })(),
    )
  run()
  // 10, 10 + 20, 10 + 20 + 30, whatever cores are free.
  expect(ends).toEqual([ms(10), ms(30), ms(60)])
})
