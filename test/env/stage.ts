// Where tasks are tried: one process on an ideal host, on virtual time.

import { type Env, Running, type Task } from '../../src/env/index.ts'
import type { Process } from '../../src/world/process.ts'
import type { World } from '../../src/world/world.ts'
import { addCoordinator, makeWorld } from '../world/fixture.ts'

export interface Stage {
  readonly world: World
  readonly process: Process
  readonly env: Env
  /** Runs a task from now on, to the end of everything. What a module would be blamed for is thrown. */
  play<T>(task: (env: Env) => Task<T>): Running<T>
}

export function stage(): Stage {
  const world = makeWorld()
  let env!: Env
  const process = addCoordinator(world, 'a', 'actor', (given) => {
    env = given
    return {}
  })
  process.begin()
  const play = <T>(task: (env: Env) => Task<T>): Running<T> => {
    let running!: Running<T>
    process.enter(() => {
      running = new Running(process, task(env), 'played')
    })
    world.simulation.run()
    if (world.failure) throw world.failure
    return running
  }
  return { world, process, env, play }
}

/** What a task gives, played alone. */
export function played<T>(task: (env: Env) => Task<T>): T {
  const running = stage().play(task)
  if (running.state !== 'done') throw running.error ?? new Error(`the task is ${running.state}`)
  return running.value as T
}

/** Ends with `value` after a while. */
export function* later<T>(env: Env, delay: number, value: T): Task<T> {
  yield* env.sleep(delay)
  return value
}

/** Fails after a while. */
export function* failing(env: Env, delay: number, error: Error): Task<never> {
  yield* env.sleep(delay)
  throw error
}
