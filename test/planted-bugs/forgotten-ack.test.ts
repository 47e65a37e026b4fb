// A broker hands tasks to workers, which acknowledge what they have done. Two bugs: a worker forgets to acknowledge, so that
// the task is handed out again; and a broker forgets a task when it hands it out, so that it goes with its worker.

import { expect, test } from 'vitest'
import type { Coordinator, Env, Message } from '../../src/env/index.ts'
import { ms, seconds } from '../../src/units.ts'
import type { World } from '../../src/world/world.ts'
import { addCoordinator } from '../world/fixture.ts'
import { checksOf, violations } from './fixture.ts'

interface Note extends Message {
  readonly kind: 'ready' | 'task' | 'ack'
  readonly task: string
}

type Bug = 'forgotten-ack' | 'acked-too-soon' | undefined

const TASKS = 6
const REDELIVERY = ms(500)

function broker(env: Env, bug: Bug): Coordinator {
  const waiting: string[] = []
  const handedOut = new Set<string>()
  const idle: string[] = []
  function hand(): void {
    while (waiting.length > 0 && idle.length > 0) {
      const task = waiting.shift()!
      const note: Note = { kind: 'task', task }
      env.send({ name: idle.shift()! }, note)
      if (bug === 'acked-too-soon') continue
      handedOut.add(task)
      env.after(REDELIVERY, () => {
        if (!handedOut.delete(task)) return
        waiting.push(task)
        hand()
      })
    }
  }
  return {
    *start() {
      for (let i = 1; i <= TASKS; i++) {
        const task = `task ${i}`
        env.observe({ kind: 'fact', fact: 'submitted', queue: 'work', task, once: true })
        waiting.push(task)
        hand()
        yield* env.sleep(ms(20))
      }
    },
    receive(from, message) {
      const { kind, task } = message as Note
      if (kind === 'ack') handedOut.delete(task)
      else idle.push(from.name)
      hand()
    },
  }
}

function worker(env: Env, bug: Bug): Coordinator {
  const ready: Note = { kind: 'ready', task: '' }
  const tell = (note: Note) => env.send({ name: 'broker' }, note)
  return {
    // biome-ignore lint/correctness/useYield: it begins and has nothing to wait for
    *start() {
      tell(ready)
    },
    receive(_from, message) {
      const { task } = message as Note
      env.after(ms(30) + env.random('service').integer(ms(30)), () => {
        env.observe({ kind: 'fact', fact: 'done', queue: 'work', task })
        const forgets = bug === 'forgotten-ack' && env.random('memory').uniform() < 0.1
        if (!forgets) tell({ kind: 'ack', task })
        tell(ready)
      })
    },
  }
}

const plot = (bug: Bug, killed: boolean) => ({
  build(world: World) {
    addCoordinator(world, 'a', 'broker', (env) => broker(env, bug))
    for (const name of ['b', 'c', 'd']) addCoordinator(world, name, name, (env) => worker(env, bug))
    if (!killed) return
    const at = world.streams.stream('death').integer(ms(200))
    world.simulation.schedule(at, { id: 0, fire: () => world.processes.get('b')!.kill() }, 0)
  },
  until: seconds(60),
})

test('a forgotten acknowledgement is a task done twice', () => {
  const found = violations(plot('forgotten-ack', false), 50)
  expect(Object.keys(found)).toEqual(['no-duplicate'])
  const { detail, violation } = found['no-duplicate']!.first
  expect(detail).toMatch(/^task \d of work was done twice: by [b-d] and by [b-d], at \d{3}\.\d+ ms$/)
  expect(violation!.events.map(({ event }) => event.replace(/\d/, 'N'))).toEqual([
    'done task N of work',
    'done task N of work',
  ])
})

test('a task that is acknowledged when it is handed out goes with its worker', () => {
  const found = violations(plot('acked-too-soon', true), 50)
  expect(Object.keys(found)).toEqual(['no-lost-task'])
  const { detail, violation } = found['no-lost-task']!.first
  expect(detail).toMatch(/^1 task of work was not done when nothing was left to do/)
  expect(violation!.events).toEqual([
    { at: expect.any(Number), process: 'broker', event: expect.stringMatching(/^submitted task \d to work/) },
  ])
})

test('a task under way is not lost, nor is it known to be safe', () => {
  const cut = { ...plot(undefined, false), until: ms(50) }
  const told = checksOf(cut, '1').find(({ name }) => name === 'no-lost-task')!
  expect(told.pass).toBeNull()
  expect(told.detail).toMatch(/^\d tasks? done; \d more under way at the end, the oldest for \d/)
})

test('a broker that waits for the acknowledgement, and workers that give it, lose and repeat nothing, with every seed', () => {
  expect(violations(plot(undefined, false))).toEqual({})
  const told = checksOf(plot(undefined, false), '1').filter(({ name }) => name.startsWith('no-'))
  expect(told.map(({ name, pass }) => [name, pass])).toEqual([
    ['no-lost-task', true],
    ['no-duplicate', true],
  ])
})

test('and where a worker is killed its task is done by another', () => {
  const found = violations(plot(undefined, true))
  // What it had done and not acknowledged is done again: nobody promised more than at least once.
  expect(Object.keys(found)).not.toContain('no-lost-task')
})
