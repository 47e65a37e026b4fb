import { describe, expect, test } from 'vitest'
import { pipeline } from '../../../src/coordination/index.ts'
import { type Message, NONSENSE, RefusedError, type Task } from '../../../src/env/index.ts'
import { ms } from '../../../src/units.ts'
import { addCoordinator } from '../../world/fixture.ts'
import { createdBy, makeStage, valuesOf } from '../fixture.ts'

type Step = Readonly<Record<string, unknown>>

const STEP = { timeout: ms(1000), retries: 0, pause: 0, optional: false, compute: 0, beside: false }

/** A pipeline of these steps, and peers that answer each after a time, or as they are told. */
function stage(steps: readonly Step[], peers: Readonly<Record<string, number | readonly string[]>> = {}) {
  const made = makeStage()
  const { world } = made
  const asked: { readonly whom: string; readonly at: number }[] = []
  for (const [name, does] of Object.entries(peers)) {
    let turn = 0
    const answers = typeof does === 'number' ? [] : does
    addCoordinator(world, 'b', name, (env) => ({
      *handle(): Task<Message> {
        asked.push({ whom: name, at: env.now() })
        yield* env.sleep(typeof does === 'number' ? ms(does) : ms(10))
        const how = answers[turn++] ?? 'well'
        if (how === 'refuse') throw new RefusedError(503, 'busy')
        return how === 'nonsense' ? NONSENSE : { kind: 'answer' }
      },
    })).begin()
  }
  const given = { steps: steps.map((step) => ({ ...STEP, ...step })), bytes: 1000 }
  const coordinator = createdBy(pipeline, made.env, given)
  const ask = () => made.begin(coordinator.handle!({ name: 'client' }, { kind: 'anything' }) as Task<Message>)
  return { ...made, asked, ask }
}

const to = (...names: readonly string[]): Step => ({
  ask: names.map((name) => ({ name })),
  request: () => ({ kind: 'question', bytes: 0 }),
})

describe('a pipeline', () => {
  test('goes through its steps in turn, and those beside one another at once', () => {
    const steps = [{ compute: ms(5) }, to('one'), { ...to('two'), beside: true }, to('three')]
    const { run, env, ask, asked, observed } = stage(steps, { one: 100, two: 300, three: 50 })
    const running = ask()
    run()
    expect(running.value).toEqual({ kind: 'pipeline.done', bytes: 1000 })
    // 5 + max(100, 300) + 50
    expect(env.now()).toBe(ms(355))
    expect(asked.map(({ whom, at }) => [whom, at])).toEqual([
      ['one', ms(5)],
      ['two', ms(5)],
      ['three', ms(305)],
    ])
    expect(valuesOf(observed, 'pipeline.done')).toEqual([1])
  })

  test('asks several of a step each in its turn', () => {
    const { run, ask, asked } = stage([to('one', 'two')], { one: 10, two: 10 })
    for (let i = 0; i < 4; i++) ask()
    run()
    expect(asked.map(({ whom }) => whom)).toEqual(['one', 'two', 'one', 'two'])
  })

  test('asks again after a failure, later each time', () => {
    const { run, ask, asked, observed } = stage([{ ...to('one'), retries: 3, pause: ms(100) }], {
      one: ['refuse', 'nonsense', 'well'],
    })
    const running = ask()
    run()
    expect(running.state).toBe('done')
    // 10 ms for each answer; pauses of 100 and 200 ms.
    expect(asked.map(({ at }) => at)).toEqual([0, ms(110), ms(320)])
    expect(valuesOf(observed, 'pipeline.retries')).toEqual([1, 1])
  })

  test('is refused by the step that fails: 504 after its time, else 502', () => {
    for (const [steps, peers, status] of [
      [[{ ...to('one'), timeout: ms(50) }], { one: 100 }, 504],
      [[to('one')], { one: ['refuse'] }, 502],
      [[to('one')], { one: ['nonsense'] }, 502],
    ] as const) {
      const { run, ask, observed } = stage(steps, peers)
      const running = ask()
      // It is ours to look at.
      running.watch({ ended() {} } as never)
      run()
      expect(running.error).toBeInstanceOf(RefusedError)
      expect((running.error as RefusedError).status).toBe(status)
      expect(valuesOf(observed, 'pipeline.failed')).toEqual([1])
    }
  })

  test('goes on without what is optional, and says so', () => {
    const { run, ask, observed } = stage([{ ...to('one'), optional: true }, to('two')], {
      one: ['refuse'],
      two: 10,
    })
    const running = ask()
    run()
    expect(running.state).toBe('done')
    expect(valuesOf(observed, 'pipeline.degraded')).toEqual([1])
    expect(valuesOf(observed, 'pipeline.done')).toEqual([])
  })
})
