// Computing that is charged by a table: what an operation holds its core for, and what handling a message costs.

import { describe, expect, test } from 'vitest'
import type { Coordinator, Env, Message } from '../../../src/env/index.ts'
import { ScenarioError } from '../../../src/errors.ts'
import { Recorder } from '../../../src/observe/recorder.ts'
import type { CostEntry } from '../../../src/world/costs/cost-table.ts'
import { type CostSettings, Costs } from '../../../src/world/costs/costs.ts'
import { HandlerCosts } from '../../../src/world/costs/handler-costs.ts'
import { CoordinatorBehaviour, SimEnv } from '../../../src/world/sim-env.ts'
import { World } from '../../../src/world/world.ts'
import { HOST, NETWORK } from '../fixture.ts'

const flat = (ns: number): CostEntry => ({ growth: '1', points: [[1, ns]] })

const ENTRIES: Record<string, CostEntry> = {
  sort: { growth: 'n', points: [[10, 1000]] },
  queen: flat(500),
  'queen/vote': flat(700),
  'queen/timer': flat(90),
  'message/receive': { growth: 'n', points: [[100, 3000]] },
  'message/send': { growth: 'n', points: [[100, 2000]] },
  'signature/sign': flat(40_000),
  'signature/verify': flat(100_000),
}

const settings = (more: Partial<CostSettings> = {}): CostSettings => ({
  table: { name: 'test', entries: ENTRIES },
  scale: 1,
  operations: {},
  ...more,
})

const VOTE: Message = { kind: 'vote', bytes: 200 }

interface Terms {
  readonly costs?: CostSettings
  readonly kind?: string
  readonly create: (env: Env) => Coordinator
  readonly handlerCost?: number
}

/** `queen` on a host of its own and `peer`, whose handling is free; `begin` starts both. */
function stage({ costs = settings(), kind = 'queen', create, handlerCost }: Terms) {
  const world = new World({ seed: '1', recorder: new Recorder(), network: NETWORK, costs: new Costs(costs) })
  for (const name of ['a', 'b']) world.addHost(name, HOST)
  const add = (name: string, host: string, cost: number | HandlerCosts, make: Terms['create']) => {
    const process = world.addProcess(world.hosts.get(host)!, name, name)
    process.behaviour = new CoordinatorBehaviour(process, cost, () => make(new SimEnv(process, () => {})))
    return process
  }
  const queen = add('queen', 'a', handlerCost ?? new HandlerCosts(world.costs, kind, 1), create)
  const peer = add('peer', 'b', 0, () => ({}))
  for (const process of [queen, peer]) process.begin()
  return { world, queen, peer }
}

/** The instants at which a queen of these terms takes what the peer sends her, all of it sent at 0. */
function taken(terms: Omit<Terms, 'create'>, messages: readonly Message[], answer?: Message): number[] {
  const at: number[] = []
  const { world, queen, peer } = stage({
    ...terms,
    create: (env) => ({
      receive(from) {
        at.push(env.now())
        if (answer) env.send(from, answer)
      },
    }),
  })
  for (const message of messages) peer.send(queen, message)
  world.simulation.run()
  return at
}

describe('an operation', () => {
  const ends = (costs: CostSettings, operation: string, size?: number) => {
    let end = -1
    const { world } = stage({
      costs,
      create: (env) => ({
        *start() {
          yield* env.compute(size === undefined ? { operation } : { operation, size })
          end = env.now()
        },
      }),
    })
    world.simulation.run()
    if (world.failure) throw world.failure
    return end
  }

  test('holds its core for what the table says of its size', () => {
    expect(ends(settings(), 'sort', 10)).toBe(1000)
    expect(ends(settings(), 'sort', 35)).toBe(3500)
    expect(ends(settings(), 'sort')).toBe(1000)
  })

  test('costs twice as much where the table is scaled by two; what the scenario says itself is not scaled', () => {
    expect(ends(settings({ scale: 2 }), 'sort', 35)).toBe(7000)
    expect(ends(settings({ scale: 0.5 }), 'sort', 35)).toBe(1750)
    expect(ends(settings({ scale: 2, operations: { sort: 42 } }), 'sort', 35)).toBe(42)
  })

  test('of which nothing is known ends the run with the names there are, and the mend', () => {
    expect(() => ends(settings(), 'sorrt')).toThrow(ScenarioError)
    expect(() => ends(settings(), 'sorrt')).toThrow(
      /^queen: unknown operation: sorrt; known: .*sort.*\n {2}did you mean "sort"\? Else give it in the scenario, such as costs: \{ operations: \{ sorrt: 3ms \} \}/,
    )
  })

  test('of no size that is a number, or of one that would take for ever, is refused', () => {
    expect(() => ends(settings(), 'sort', Number.NaN)).toThrow('invalid size of sort: NaN')
    expect(() => ends(settings(), 'sort', -1)).toThrow('invalid size of sort: -1')
    expect(() => ends(settings(), 'sort', 1e300)).toThrow('more than 104 days')
  })
})

describe('handling', () => {
  test('a message costs what its kind does, and reading it by its size', () => {
    // 700 + 3000 · 200/100
    expect(taken({}, [VOTE])).toEqual([6700])
  })

  test('a message of a kind that has no entry costs what its coordinator does', () => {
    // 500 + 3000
    expect(taken({}, [{ kind: 'other', bytes: 100 }])).toEqual([3500])
  })

  test('what the scenario says of a coordinator goes before what the nominal table says of its messages', () => {
    const plain = (more: Partial<CostSettings>) =>
      taken({ kind: 'raft-election', costs: { scale: 1, operations: {}, ...more } }, [
        { kind: 'election.ask', bytes: 100 },
      ])[0]!
    const receiving = { 'message/receive': 0 }
    const nominal = plain({ operations: receiving })
    expect(nominal).toBeGreaterThan(0)
    expect(nominal).toBeLessThan(100_000)
    expect(plain({ operations: { ...receiving, 'raft-election': 123_456 } })).toBe(123_456)
    const table = { name: 'own', entries: { 'raft-election': flat(234_567) } }
    expect(plain({ operations: receiving, table })).toBe(234_567)
    const both = { 'raft-election': flat(1), 'raft-election/election.ask': flat(345_678) }
    expect(plain({ operations: receiving, table: { name: 'own', entries: both } })).toBe(345_678)
  })

  test('what was sent meanwhile is paid with the next message', () => {
    // 6700; then 6700 and 2000 · 150/100 for the answer
    expect(taken({}, [VOTE, VOTE], { kind: 'answer', bytes: 150 })).toEqual([6700, 6700 + 6700 + 3000])
  })

  test('a message that is signed is verified; one that is sent is signed once for all who get the same', () => {
    const signed = { ...VOTE, signature: 'by peer' }
    const answer = { kind: 'answer', bytes: 100, signature: 'by queen' }
    // 6700 + 100 000; the same again, and a signature and 2000 for the answer; the same again and 2000 for the same answer
    expect(taken({}, [signed, signed, signed], answer)).toEqual([
      106_700,
      106_700 + 106_700 + 42_000,
      106_700 + 106_700 + 42_000 + 106_700 + 2000,
    ])
  })

  test('a coordinator of which no table knows anything pays 20 µs for all of it, times the scale', () => {
    const answer = { kind: 'answer', bytes: 150 }
    expect(taken({ kind: 'stranger' }, [VOTE, VOTE], answer)).toEqual([20_000, 40_000])
    expect(taken({ kind: 'stranger', costs: settings({ scale: 3 }) }, [VOTE])).toEqual([60_000])
  })

  test('a cost that the scenario gives is all there is, whatever tables say', () => {
    const answer = { kind: 'answer', bytes: 150 }
    expect(taken({ handlerCost: 10, costs: settings({ scale: 3 }) }, [VOTE, VOTE], answer)).toEqual([10, 20])
    expect(taken({ handlerCost: 0 }, [VOTE])).toEqual([0])
  })

  test('a timer costs its entry, and what was sent before', () => {
    const at: number[] = []
    const { world } = stage({
      create: (env) => ({
        *start() {
          env.send({ name: 'peer' }, { kind: 'hello', bytes: 100 })
          env.after(1000, () => at.push(env.now()))
          env.after(100_000, () => at.push(env.now()))
        },
      }),
    })
    world.simulation.run()
    // 90 and 2000 of the greeting; then 90 alone
    expect(at).toEqual([1000 + 2090, 100_090])
  })

  test('what a process sends itself is neither read nor written', () => {
    const at: number[] = []
    const { world } = stage({
      create: (env) => ({
        // biome-ignore lint/correctness/useYield: it sends and is done
        *start() {
          env.send(env.self, { ...VOTE })
        },
        receive() {
          at.push(env.now())
        },
      }),
    })
    world.simulation.run()
    expect(at).toEqual([700])
  })

  test('a crash forgets what was sent and not paid for', () => {
    const at: number[] = []
    const { world, queen, peer } = stage({
      create: (env) => ({
        // biome-ignore lint/correctness/useYield: it sends and is done
        *start() {
          env.send({ name: 'peer' }, { kind: 'hello', bytes: 1000 })
        },
        receive() {
          at.push(env.now())
        },
      }),
    })
    world.simulation.run()
    queen.crash()
    peer.send(queen, VOTE)
    world.simulation.run()
    expect(at).toEqual([6700])
  })
})
