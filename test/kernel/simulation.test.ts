import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvariantError } from '../../src/errors.ts'
import { type EventHandle, type EventTarget, Simulation } from '../../src/kernel/simulation.ts'

/** Writes down what happens to it. */
class Witness implements EventTarget {
  readonly seen: string[]
  readonly id: number
  readonly #simulation: Simulation
  reaction: (kind: number) => void = () => {}

  constructor(simulation: Simulation, id: number, seen: string[] = []) {
    this.#simulation = simulation
    this.id = id
    this.seen = seen
  }

  fire(kind: number): void {
    this.seen.push(`${this.#simulation.now}: ${this.id}/${kind}`)
    this.reaction(kind)
  }
}

function setUp() {
  const simulation = new Simulation()
  return { simulation, witness: new Witness(simulation, 7) }
}

describe('order', () => {
  it('is that of time, whatever the order of scheduling', () => {
    const { simulation, witness } = setUp()
    for (const at of [30, 10, 20]) simulation.schedule(at, witness, at)
    expect(simulation.run()).toBe('idle')
    expect(witness.seen).toEqual(['10: 7/10', '20: 7/20', '30: 7/30'])
    expect(simulation.processed).toBe(3)
    expect(simulation.pending).toBe(0)
  })

  it('is first in, first out among ties, also with what is scheduled at that very time', () => {
    const { simulation, witness } = setUp()
    witness.reaction = (kind) => {
      if (kind < 3) simulation.schedule(simulation.now, witness, kind + 10)
    }
    for (const kind of [1, 2, 3]) simulation.schedule(5, witness, kind)
    simulation.run()
    expect(witness.seen).toEqual(['5: 7/1', '5: 7/2', '5: 7/3', '5: 7/11', '5: 7/12'])
  })

  it('holds for any program of delays, against a list sorted stably', () => {
    const delays = fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat(1e6), fc.nat(1e15)), { minLength: 1 })
    fc.assert(
      fc.property(delays, (delays) => {
        // Each event schedules the two next delays of the list, relative to its own time.
        const simulation = new Simulation()
        const fired: number[] = []
        const expected: { at: number; kind: number }[] = []
        let next = 0
        const target: EventTarget = {
          id: 1,
          fire(kind) {
            fired.push(kind)
            branch()
          },
        }
        const branch = () => {
          for (let i = 0; i < 2 && next < delays.length; i++) {
            const at = simulation.now + delays[next]!
            expected.push({ at, kind: next })
            simulation.schedule(at, target, next++)
          }
        }
        branch()
        simulation.run()
        expected.sort((a, b) => a.at - b.at)
        expect(fired).toEqual(expected.map(({ kind }) => kind))
      }),
    )
  })
})

describe('scheduling', () => {
  it('refuses the past and what is not whole nanoseconds, naming the culprit', () => {
    const { simulation, witness } = setUp()
    simulation.run({ until: 100 })
    const refused = (at: number) => () => simulation.schedule(at, witness, 3)
    expect(refused(99)).toThrow(InvariantError)
    expect(refused(99)).toThrow('cannot schedule kind 3 of Witness 7 at 99 ns: in the past (now is 100 ns)')
    for (const at of [Number.NaN, Number.POSITIVE_INFINITY, 100.5, 2 ** 53])
      expect(refused(at)).toThrow(
        `cannot schedule kind 3 of Witness 7 at ${at} ns: not a whole number of nanoseconds below 2^53 (now is 100 ns)`,
      )
    expect(simulation.pending).toBe(0)
    simulation.schedule(100, witness, 3)
    simulation.schedule(2 ** 53 - 1, witness, 4)
    expect(simulation.run()).toBe('idle')
    expect(witness.seen).toEqual(['100: 7/3', `${2 ** 53 - 1}: 7/4`])
  })

  it('keeps no target alive once it has fired or been cancelled', async () => {
    const simulation = new Simulation()
    const watched: WeakRef<EventTarget>[] = []
    const scheduleOne = (at: number) => {
      const target: EventTarget = { id: 1, fire() {} }
      watched.push(new WeakRef(target))
      return simulation.schedule(at, target, 0)
    }
    scheduleOne(1)
    simulation.cancel(scheduleOne(2 ** 52))
    simulation.run({ until: 10 })
    const collect = globalThis.gc ?? (await exposedGc())
    // A WeakRef lets go only between turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    expect(watched.map((reference) => reference.deref())).toEqual([undefined, undefined])
  })
})

async function exposedGc(): Promise<() => void> {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

describe('cancelling', () => {
  it('is true once for a pending event, and false for one that has fired, was cancelled or never was', () => {
    const { simulation, witness } = setUp()
    const first = simulation.schedule(1, witness, 1)
    const second = simulation.schedule(2, witness, 2)
    expect(simulation.cancel(second)).toBe(true)
    expect(simulation.cancel(second)).toBe(false)
    expect(simulation.pending).toBe(1)
    simulation.run()
    expect(witness.seen).toEqual(['1: 7/1'])
    for (const stale of [first, second, 0, 12345, Number.NaN]) expect(simulation.cancel(stale)).toBe(false)
  })

  it('by a stale handle does not touch the event that has taken its place', () => {
    const { simulation, witness } = setUp()
    const handles = new Set<EventHandle>()
    for (let i = 0; i < 1000; i++) {
      const handle = simulation.schedule(i, witness, 0)
      expect(Number.isSafeInteger(handle)).toBe(true)
      handles.add(handle)
      simulation.step()
    }
    expect(handles.size).toBe(1000)
    simulation.schedule(2000, witness, 1)
    for (const stale of handles) expect(simulation.cancel(stale)).toBe(false)
    expect(simulation.pending).toBe(1)
  })

  it('of oneself in the handler comes too late', () => {
    const { simulation, witness } = setUp()
    const handle = simulation.schedule(1, witness, 0)
    const results: boolean[] = []
    witness.reaction = () => results.push(simulation.cancel(handle))
    simulation.run()
    expect(results).toEqual([false])
  })
})

describe('running', () => {
  it('until a time executes what is due at exactly that time and leaves the clock there', () => {
    const { simulation, witness } = setUp()
    for (const at of [10, 20, 21]) simulation.schedule(at, witness, at)
    expect(simulation.run({ until: 20 })).toBe('until')
    expect(witness.seen).toEqual(['10: 7/10', '20: 7/20'])
    expect(simulation.now).toBe(20)
    // The queue may have looked ahead; what is scheduled in between must still come first.
    simulation.schedule(20, witness, 5)
    expect(simulation.run({ until: 500 })).toBe('idle')
    expect(witness.seen.slice(2)).toEqual(['20: 7/5', '21: 7/21'])
    expect(simulation.now).toBe(500)
    expect(simulation.run({ until: 400 })).toBe('idle')
    expect(simulation.now).toBe(500)
  })

  it('without a limit leaves the clock at the last event', () => {
    const { simulation, witness } = setUp()
    simulation.schedule(42, witness, 0)
    expect(simulation.run()).toBe('idle')
    expect(simulation.now).toBe(42)
  })

  it('refuses to run until what is no time', () => {
    expect(() => new Simulation().run({ until: Number.NaN })).toThrow(InvariantError)
  })

  it('stops after so many events, and goes on where it stopped', () => {
    const { simulation, witness } = setUp()
    for (const at of [1, 2, 3]) simulation.schedule(at, witness, at)
    expect(simulation.run({ events: 2, until: 100 })).toBe('events')
    expect([simulation.now, simulation.processed, simulation.pending]).toEqual([2, 2, 1])
    expect(simulation.run({ events: 0 })).toBe('events')
    expect(simulation.run({ events: 5, until: 100 })).toBe('idle')
    expect(simulation.processed).toBe(3)
  })

  it('stops after the event whose handler says so', () => {
    const { simulation, witness } = setUp()
    witness.reaction = (kind) => {
      if (kind === 2) simulation.stop()
    }
    for (const at of [1, 2, 3]) simulation.schedule(at, witness, at)
    expect(simulation.run({ until: 100 })).toBe('stopped')
    expect(simulation.now).toBe(2)
    expect(simulation.run({ until: 100 })).toBe('idle')
    expect(witness.seen).toHaveLength(3)
  })

  it('asks every 65,536 events whether it is interrupted', () => {
    const { simulation, witness } = setUp()
    const endless: EventTarget = {
      id: 1,
      fire: () => void simulation.schedule(simulation.now + 1, endless, 0),
    }
    simulation.schedule(0, endless, 0)
    let asked = 0
    expect(simulation.run({ interrupted: () => ++asked === 3 })).toBe('interrupted')
    // 3 · 65,536
    expect(simulation.processed).toBe(196_608)
    expect(witness.seen).toEqual([])
  })

  it('steps one event at a time', () => {
    const { simulation, witness } = setUp()
    simulation.schedule(1, witness, 0)
    expect([simulation.step(), simulation.step()]).toEqual([true, false])
    expect(simulation.now).toBe(1)
  })
})

describe('fingerprint', () => {
  const fingerprintOf = (events: readonly (readonly [at: number, id: number, kind: number])[]) => {
    const simulation = new Simulation()
    for (const [at, id, kind] of events) simulation.schedule(at, new Witness(simulation, id), kind)
    simulation.run()
    return String(simulation.fingerprint)
  }

  it('is equal for equal runs and tells time, kind, target and the order of ties apart', () => {
    const runs = [
      [
        [5, 1, 1],
        [5, 2, 2],
      ],
      [
        [5, 2, 2],
        [5, 1, 1],
      ],
      [
        [5, 1, 1],
        [6, 2, 2],
      ],
      [
        [5, 1, 1],
        [5, 2, 3],
      ],
      [
        [5, 1, 1],
        [5, 3, 2],
      ],
      [[5, 1, 1]],
      // Times that differ in their high word only.
      [
        [5, 1, 1],
        [5 + 2 ** 32, 2, 2],
      ],
    ] as const
    const fingerprints = runs.map(fingerprintOf)
    expect(runs.map(fingerprintOf)).toEqual(fingerprints)
    expect(new Set(fingerprints).size).toBe(runs.length)
  })

  it('does not depend on what was cancelled, nor on the limits a run was cut at', () => {
    const { simulation, witness } = setUp()
    const other = setUp()
    for (let i = 0; i < 200; i++) {
      simulation.schedule(i * 3, witness, i)
      other.simulation.schedule(i * 3, other.witness, i)
      simulation.cancel(simulation.schedule(i * 2, witness, i))
    }
    for (let until = 0; until < 590; until += 7) simulation.run({ until })
    simulation.run()
    other.simulation.run()
    expect(String(simulation.fingerprint)).toBe(String(other.simulation.fingerprint))
  })
})
