import { describe, expect, test } from 'vitest'
import { Epochs } from '../../../src/coordination/topology/adaptive-epochs.ts'
import { type Epoch, epochAfter } from '../../../src/coordination/topology/adaptive-messages.ts'
import type { TopologyName } from '../../../src/coordination/topology/adaptive-parameters.ts'
import { Places } from '../../../src/coordination/topology/adaptive-places.ts'
import type {
  SwarmMember,
  SwarmResult,
  SwarmTask,
  Topology,
  TopologyState,
} from '../../../src/coordination/topology/topology.ts'
import { Deferred, type Message, RefusedError, type Task } from '../../../src/env/index.ts'
import { ms, seconds } from '../../../src/units.ts'
import { addCoordinator, makeWorld } from '../../world/fixture.ts'
import { makeStage, type Stage } from '../fixture.ts'

const TASK: SwarmTask = { kind: 'swarm.task', id: 't', service: 0, parts: 1, attempt: 1 }

/** A topology that does nothing but take down what happens to it. */
class Recording implements Topology {
  readonly log: string[] = []
  readonly done = new Deferred<SwarmResult>()
  readonly over = new Deferred<undefined>()

  constructor(
    readonly name: TopologyName,
    readonly member: SwarmMember,
    readonly from: TopologyState | undefined,
  ) {}

  *submit(task: SwarmTask): Task<SwarmResult> {
    this.log.push(`submit ${task.id}`)
    const result = yield* this.done.wait()
    if (this.over.resolved) throw new RefusedError(503, 'stopped')
    return result
  }

  receive(_from: unknown, message: Message): boolean {
    this.log.push(message.kind)
    return true
  }

  handle(): undefined {
    return undefined
  }

  stop(): TopologyState {
    this.log.push('stop')
    this.over.resolve(undefined)
    this.done.resolve({ kind: 'swarm.result', id: '', results: [] })
    const results = [{ task: 't', index: 0, by: this.name, computing: 1 }]
    return { term: 7, tasks: [], results }
  }
}

interface Setting extends Stage {
  readonly epochs: Epochs
  readonly lives: Recording[]
  /** What the peer has been told. */
  readonly told: Message[]
}

function setting(drain: number): Setting {
  const world = makeWorld({ a: {}, b: {} })
  const told: Message[] = []
  addCoordinator(world, 'b', 'peer', () => ({ receive: (_, message) => void told.push(message) })).begin()
  const stage = makeStage(world)
  const member = {
    env: stage.env,
    members: [{ name: 'actor' }, { name: 'peer' }],
    terms: { election: true },
  } as unknown as SwarmMember
  const lives: Recording[] = []
  const create = (name: TopologyName, member: SwarmMember, from?: TopologyState): Topology => {
    const life = new Recording(name, member, from)
    lives.push(life)
    return life
  }
  const terms = { first: 'hierarchical' as const, drain, begun: () => {}, computed: () => {} }
  let epochs!: Epochs
  stage.process.enter(() => {
    epochs = new Epochs(member, create, terms)
  })
  return { ...stage, epochs, lives, told }
}

const PEER = { name: 'peer' }
const at = (epoch: number, topology: TopologyName): Message & Epoch => ({ kind: 'word', epoch, topology })

describe('a message', () => {
  test('of an epoch that is over reaches no topology, and its sender is told which has begun', () => {
    const { epochs, lives, told, process, run } = setting(0)
    process.enter(() => {
      epochs.adopt({ epoch: 10, topology: 'ring' })
      expect(epochs.receive(PEER, at(0, 'hierarchical'))).toBe(true)
      expect(epochs.receive(PEER, at(9, 'mesh'))).toBe(true)
      expect(() => epochs.handle(PEER, at(9, 'mesh'))).toThrow(RefusedError)
    })
    run()
    expect(lives.map(({ name, log }) => [name, log])).toEqual([
      ['hierarchical', ['stop']],
      ['ring', []],
    ])
    expect(told).toEqual(Array(3).fill({ kind: 'adaptive.begun', epoch: 10, topology: 'ring' }))
  })

  test('of an epoch that drains reaches its topology, and no other', () => {
    const { epochs, lives, told, process, run } = setting(ms(100))
    process.enter(() => {
      epochs.adopt({ epoch: 10, topology: 'ring' })
      epochs.receive(PEER, at(0, 'hierarchical'))
      epochs.receive(PEER, at(10, 'ring'))
    })
    expect(lives.map(({ log }) => log)).toEqual([['word'], ['word']])
    run()
    process.enter(() => epochs.receive(PEER, at(0, 'hierarchical')))
    run()
    expect(lives.map(({ log }) => log)).toEqual([['word', 'stop'], ['word']])
    expect(told).toHaveLength(1)
  })

  test('of a later epoch begins it', () => {
    const { epochs, lives, process, run } = setting(0)
    process.enter(() => epochs.receive(PEER, at(11, 'mesh')))
    expect(epochs.current).toEqual({ epoch: 11, topology: 'mesh' })
    expect(lives[1]!.log).toEqual(['word'])
    run()
  })

  test('that bears no epoch is none of its own', () => {
    const { epochs, run } = setting(0)
    expect(epochs.receive(PEER, { kind: 'word' })).toBe(false)
    expect(epochs.handle(PEER, { kind: 'word' })).toBeUndefined()
    run()
  })

  test('that a topology sends bears its epoch, whichever runs meanwhile', () => {
    const { epochs, lives, told, process, run } = setting(ms(100))
    process.enter(() => {
      epochs.adopt({ epoch: 10, topology: 'ring' })
      for (const { member } of lives) member.env.send(PEER, { kind: 'word', bytes: 100 })
    })
    run()
    expect(told).toEqual([
      { kind: 'word', bytes: 124, epoch: 0, topology: 'hierarchical' },
      { kind: 'word', bytes: 124, epoch: 10, topology: 'ring' },
    ])
  })
})

describe('a switch', () => {
  test('hands over what is known, and makes the one who decided queen in a term of this epoch', () => {
    const { epochs, lives, process, run } = setting(0)
    process.enter(() => epochs.adopt({ epoch: 11, topology: 'mesh' }))
    const results = [{ task: 't', index: 0, by: 'hierarchical', computing: 1 }]
    // 11 is odd: of two members the second decided.
    expect(lives[1]!.from).toEqual({ term: 11, queen: 'peer', tasks: [], results })
    run()
  })

  test('to an epoch that is not later changes nothing', () => {
    const { epochs, lives, process, run } = setting(0)
    process.enter(() => {
      epochs.adopt({ epoch: 10, topology: 'ring' })
      epochs.adopt({ epoch: 10, topology: 'mesh' })
      epochs.adopt({ epoch: 4, topology: 'mesh' })
    })
    expect(lives).toHaveLength(2)
    run()
  })

  test('lets a task under way end in the topology that drains', () => {
    const { epochs, lives, begin, process, run } = setting(seconds(1))
    const task = begin(epochs.submit(TASK))
    process.enter(() => {
      epochs.adopt({ epoch: 10, topology: 'ring' })
      lives[0]!.done.resolve({ kind: 'swarm.result', id: 't', results: [] })
    })
    run()
    expect(task.value).toEqual({ kind: 'swarm.result', id: 't', results: [] })
    expect(lives[1]!.log).toEqual([])
  })

  test('begins a task anew in the new topology when the old one has drained for too long', () => {
    const { epochs, lives, begin, env, process, run } = setting(seconds(1))
    const task = begin(epochs.submit(TASK))
    process.enter(() => {
      epochs.adopt({ epoch: 10, topology: 'ring' })
      env.after(seconds(2), () => lives[1]!.done.resolve({ kind: 'swarm.result', id: 't', results: [] }))
    })
    run()
    expect(lives.map(({ log }) => log)).toEqual([['submit t', 'stop'], ['submit t']])
    expect(task.state).toBe('done')
  })

  test('outlives a crash', () => {
    const world = makeWorld({ a: {}, b: {} })
    const held: Epoch[] = []
    const lives: (TopologyState | undefined)[] = []
    const stage = makeStage(world, (env) => {
      const member = {
        env,
        members: [{ name: 'actor' }, { name: 'peer' }],
        terms: { election: true },
      } as unknown as SwarmMember
      const create = (name: TopologyName, member: SwarmMember, from?: TopologyState): Topology => {
        lives.push(from)
        return new Recording(name, member, from)
      }
      const terms = { first: 'hierarchical' as const, drain: 0, begun: () => {}, computed: () => {} }
      const epochs = new Epochs(member, create, terms)
      held.push(epochs.current)
      return { receive: (from, message) => void epochs.receive(from, message) }
    })
    const peer = addCoordinator(world, 'b', 'peer', () => ({}))
    stage.process.begin()
    peer.begin()
    peer.enter(() => peer.send(stage.process, at(10, 'ring')))
    stage.run()
    stage.process.kill()
    stage.process.start()
    stage.run()
    expect(held).toEqual([
      { epoch: 0, topology: 'hierarchical' },
      { epoch: 10, topology: 'ring' },
    ])
    // It does not know who has become queen meanwhile, itself included.
    expect(lives.at(-1)).toEqual({ term: 10, tasks: [], results: [] })
  })
})

describe('the number of an epoch', () => {
  test('is later than what is known, and differs between any two that decide at the same time', () => {
    for (const known of [0, 17, 5_000_003]) {
      const next = [0, 1, 2].map((rank) => epochAfter(known, seconds(1), rank, 3))
      expect(new Set(next).size).toBe(3)
      for (const [rank, epoch] of next.entries()) {
        expect(epoch).toBeGreaterThan(known)
        expect(epoch % 3).toBe(rank)
      }
    }
  })

  test('is another in a later life that has forgotten the one before', () => {
    expect(epochAfter(0, seconds(2), 1, 5)).toBeGreaterThan(epochAfter(0, seconds(1), 1, 5))
  })
})

test('what several save on one disk at the same time does not undo one another', () => {
  const { env, begin, run, process } = makeStage()
  const places = new Places(env)
  begin(places.write('vote', 1))
  begin(places.write('epoch', 2))
  run()
  expect(process.saved).toEqual({ vote: 1, epoch: 2 })
})
