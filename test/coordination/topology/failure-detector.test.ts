import { describe, expect, test } from 'vitest'
import { FailureDetector } from '../../../src/coordination/topology/failure-detector.ts'
import type { Env, Task } from '../../../src/env/index.ts'
import { Outcome } from '../../../src/env/index.ts'
import { ms, seconds } from '../../../src/units.ts'
import type { Process } from '../../../src/world/process.ts'
import { addCoordinator, makeWorld } from '../../world/fixture.ts'
import { messagesOf } from './swarm.ts'

const TERMS = { heartbeat: ms(100), suspicion: ms(500) }

interface Pair {
  readonly world: ReturnType<typeof makeWorld>
  readonly peer: Process
  readonly detector: FailureDetector
  /** When its death was noticed, waited for from this instant on. */
  noticed(from: number): () => number | undefined
}

function pair(): Pair {
  const world = makeWorld({ a: {}, b: {} }, { latency: { kind: 'constant', value: ms(1) } })
  let env!: Env
  let detector!: FailureDetector
  const add = (host: string, name: string) =>
    addCoordinator(world, host, name, (its) => {
      const own = new FailureDetector(its, TERMS)
      if (name === 'watcher') {
        env = its
        detector = own
      }
      return { receive: (from, message) => void own.receive(from, message) }
    })
  const watcher = add('a', 'watcher')
  const peer = add('b', 'peer')
  watcher.begin()
  peer.begin()
  function* wait(told: (at: number) => void): Task<void> {
    try {
      yield* detector.death(peer.address)
    } catch (error) {
      if (!(error instanceof Outcome)) throw error
      told(env.now())
    }
  }
  return {
    world,
    peer,
    detector,
    noticed(from) {
      let at: number | undefined
      const told = (now: number) => {
        at = now
      }
      const fire = () => watcher.enter(() => void env.spawn(wait(told), 'wait'))
      world.simulation.schedule(from, { id: watcher.id, fire }, 0)
      return () => at
    },
  }
}

describe('an agent that is waited for', () => {
  test('is not suspected as long as it answers', () => {
    const { world, noticed } = pair()
    const at = noticed(0)
    world.simulation.run({ until: seconds(60) })
    expect(at()).toBeUndefined()
  })

  test('is suspected between one timeout after its last word and a heartbeat later', () => {
    const { world, peer, noticed } = pair()
    const at = noticed(0)
    world.simulation.run({ until: ms(1050) })
    peer.kill()
    world.simulation.run({ until: seconds(10) })
    // The last answer came 2 ms after the ping of the first second.
    expect(at()! - ms(1002)).toBeGreaterThan(TERMS.suspicion)
    expect(at()! - ms(1002)).toBeLessThanOrEqual(TERMS.suspicion + TERMS.heartbeat)
  })

  test('is given the whole timeout when it has not been asked for a while', () => {
    const { world, peer, noticed } = pair()
    const first = noticed(0)
    world.simulation.run({ until: ms(300) })
    expect(first()).toBeUndefined()
    peer.kill()
    const at = noticed(seconds(5))
    world.simulation.run({ until: seconds(10) })
    expect(at()).toBeDefined()
  })

  test('is trusted again at its first word', () => {
    const { world, peer, detector, noticed } = pair()
    noticed(0)
    world.simulation.run({ until: seconds(1) })
    peer.kill()
    world.simulation.run({ until: seconds(3) })
    expect(detector.suspects(peer.address)).toBe(true)
    peer.start()
    world.simulation.run({ until: seconds(3) + ms(110) })
    expect(detector.suspects(peer.address)).toBe(false)
  })

  test('costs nothing when nobody waits', () => {
    const { world } = pair()
    const messages = messagesOf(world)
    world.simulation.run({ until: seconds(60) })
    expect(messages()).toBe(0)
  })
})
