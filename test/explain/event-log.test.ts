import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  BLOCK,
  divergenceOf,
  EventLog,
  firstDifferentBlock,
  type SeenEvent,
} from '../../src/explain/event-log.ts'
import { Simulation } from '../../src/kernel/simulation.ts'
import { WatchedSimulation } from '../../src/kernel/watched-simulation.ts'
import type { World } from '../../src/world/world.ts'

/** Plants `events` a nanosecond apart, one of them late by `by`. */
function plant(simulation: Simulation, events: number, late = -1, by = 0): void {
  for (let i = 0; i < events; i++)
    simulation.schedule(2 * i + (i === late ? by : 0), { id: 7, fire() {} }, 10)
}

function logOf(events: number, late = -1, from?: number, until?: number): EventLog {
  const log = new EventLog(from, until)
  log.wired({ processes: new Map() } as unknown as World)
  plant(log.simulation, events, late, 1)
  log.simulation.run()
  log.finish()
  return log
}

test('a planted event is found, wherever it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 * BLOCK }), fc.nat(), (events, at) => {
      const late = at % events
      const block = firstDifferentBlock(logOf(events).marks, logOf(events, late).marks)
      expect(block).toBe(Math.floor(late / BLOCK))
      const [from, until] = [block! * BLOCK, (block! + 1) * BLOCK]
      const [a, b] = [logOf(events, -1, from, until), logOf(events, late, from, until)]
      const found = divergenceOf(a.kept, b.kept, 3)
      expect([found.a?.index, found.a?.at, found.b?.at]).toEqual([late, 2 * late, 2 * late + 1])
      expect(found.before.length).toBe(Math.min(3, late - from))
    }),
    { numRuns: 30 },
  )
})

test('two runs of the same never differ', () => {
  expect(firstDifferentBlock(logOf(3000).marks, logOf(3000).marks)).toBeUndefined()
})

test('a run that ends earlier differs where the other goes on', () => {
  const [short, long] = [logOf(BLOCK + 10), logOf(4 * BLOCK)]
  expect(firstDifferentBlock(short.marks, long.marks)).toBe(1)
  const events = (length: number): SeenEvent[] =>
    Array.from({ length }, (_, index) => ({ index, at: index, name: 'x', state: '' }))
  expect(divergenceOf(events(2), events(3), 1)).toMatchObject({
    a: undefined,
    b: { index: 2 },
    before: [{ index: 1 }],
  })
})

test('who watches changes nothing: the fingerprint is that of a simulation that is not watched', () => {
  const seen: number[] = []
  const simulations = [new Simulation(), new WatchedSimulation((_, kind) => void seen.push(kind))]
  for (const simulation of simulations) {
    const handle = simulation.schedule(5, { id: 3, fire() {} }, 1)
    plant(simulation, 20)
    simulation.cancel(handle)
    simulation.run()
  }
  const [plain, watched] = simulations.map(({ fingerprint, processed }) => [
    fingerprint.toString(),
    processed,
  ])
  expect(watched).toEqual(plain)
  expect(seen).toEqual(Array(20).fill(10))
})
