// Bulk updates while something goes wrong at a random instant, over many seeds: each key belongs to one bulk, so that the
// server's value says how often its increment was carried out.

import { expect, test } from 'vitest'
import { RandomStreams } from '../../../src/kernel/random.ts'
import { ms, seconds } from '../../../src/units.ts'
import { FAST, Store } from './store-fixture.ts'

const BULKS = 30
const SIZE = 6

interface Tally {
  /** Operations by what their caller was told, and of each the times they were carried out: none, once, more. */
  readonly done: [number, number, number]
  readonly failed: [number, number, number]
  readonly unknown: [number, number, number]
  suppressed: number
}

const nothing = (): Tally => ({ done: [0, 0, 0], failed: [0, 0, 0], unknown: [0, 0, 0], suppressed: 0 })

/** One run: something happens to one of three masters or three replicas, somewhen in the 600 ms of the bulks. */
function run(seed: number, state: Readonly<Record<string, unknown>>, tally: Tally): void {
  const random = new RandomStreams(String(seed)).stream('test')
  const redis = { cluster: true, replicas: 1, replicationDelay: ms(5), ...FAST }
  // Every other one gives up before a failover is over.
  const patience = seed % 2 === 0 ? seconds(4) : ms(250)
  const terms = { shards: 3, timeout: ms(100), backOff: ms(20), patience, ...state }
  const store = new Store(6, redis, terms, String(seed))
  const { servers } = store
  const simulation = servers.world.simulation
  store.until(seconds(1))
  const victim = servers.all[random.integer(6)]!
  const begin = seconds(1) + random.integer(ms(600))
  const lasts = ms(20) + random.integer(seconds(1.5))
  const kind = random.integer(4)
  const later = (at: number, then: () => void) => simulation.schedule(at, { id: 0, fire: then }, 99)
  later(begin, () => {
    // A master that is back before it is missed comes back empty: that no token can mend. This one stays away for longer.
    if (kind === 0) {
      victim.host.crash()
      later(begin + seconds(2) + lasts, () => victim.host.restart())
    } else if (kind === 1) {
      const end = victim.behaviour!.fault!('hang')
      later(begin + lasts, end)
    } else {
      // Cut off from the store; or heard by nobody there, though it hears.
      const [from, to] = [victim.host, servers.world.hosts.get('d')!].map((host) => new Set([host]))
      later(begin + lasts, servers.world.network.cut({ from: from!, to: to!, both: kind === 2 }))
    }
  })
  const keys = (bulk: number) => Array.from({ length: SIZE }, (_, i) => `${bulk}.${i}`)
  const bulks = Array.from({ length: BULKS }, (_, bulk) => {
    store.until(seconds(1) + bulk * ms(20) + random.integer(ms(20)))
    return store.ask(keys(bulk).map((key) => ({ action: 'increment', key })))
  })
  store.until(seconds(6))
  const all = bulks.flatMap((_, bulk) => keys(bulk))
  const there = store.answer(...all.map((key) => ({ action: 'read', key }) as const)).reply!.outcomes
  for (const [i, outcome] of there.entries()) {
    const { endedAt, reply, error } = bulks[Math.floor(i / SIZE)]!
    if (outcome.outcome !== 'done' || endedAt < 0) throw new Error(`seed ${seed}: ${all[i]} cannot be told`)
    // A request of which nothing is known to be done is refused as a whole: 503 in vain, 504 nobody knows.
    const told = reply ? reply.outcomes[i % SIZE]!.outcome : error?.status === 503 ? 'failed' : 'unknown'
    tally[told][Math.min(2, Number(outcome.value ?? 0))]!++
  }
  tally.suppressed += store.sum('state.suppressed')
}

function runs(seeds: number, state: Readonly<Record<string, unknown>>): Tally {
  const tally = nothing()
  for (let seed = 1; seed <= seeds; seed++) run(seed, state, tally)
  return tally
}

test('whatever goes wrong, what was to last lasts, what failed never was, and nothing is done twice', () => {
  const { done, failed, unknown, suppressed } = runs(100, {
    acknowledgements: 1,
    acknowledgementTimeout: ms(50),
  })
  expect([done[0], done[2], failed[1], failed[2], unknown[2]]).toEqual([0, 0, 0, 0, 0])
  // The tokens had something to do, and of what is unknown some was carried out and some was not.
  expect([suppressed, unknown[0], unknown[1]].map((count) => count > 20)).toEqual([true, true, true])
  expect(done[1]).toBeGreaterThan(0.9 * 100 * BULKS * SIZE)
})

test('without waiting for a replica nothing is done twice either, but acknowledged updates are lost', () => {
  const { done, failed, unknown, suppressed } = runs(60, {})
  expect([done[2], failed[1], failed[2], unknown[2]]).toEqual([0, 0, 0, 0])
  expect([done[0], suppressed].map((count) => count > 0)).toEqual([true, true])
})

test('without tokens what is tried again is done twice: the planted bug is caught', () => {
  expect(runs(30, { once: false }).done[2]).toBeGreaterThan(0)
})
