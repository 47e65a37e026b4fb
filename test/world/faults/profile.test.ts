import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import type { PlannedFault } from '../../../src/world/faults/plan.ts'
import { draw, type FaultProfile, type ProfileEntry } from '../../../src/world/faults/profile.ts'
import { faults } from '../../../src/world/faults/registry.ts'
import { makeWorld } from '../fixture.ts'

const named = (...names: readonly string[]) => names.map((name) => ({ name }))

const HOSTS = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`w.${i + 1}`, {}]))

const crash = (rate: number): ProfileEntry => ({
  kind: 'crash',
  rate,
  lasts: { kind: 'exponential', mean: seconds(3) },
  spread: 'one',
  values: { host: named('w') },
})
const cut = (rate: number): ProfileEntry => ({
  kind: 'partition',
  rate,
  lasts: undefined,
  spread: 'one',
  values: { between: [named('w'), named('w')], direction: 'both' },
})

const drawn = (profile: Partial<FaultProfile>, seed = '1'): PlannedFault[] =>
  draw(
    { from: seconds(10), until: seconds(1010), count: undefined, entries: [crash(0.1)], ...profile },
    makeWorld(HOSTS, {}, seed),
    faults,
  )

describe('a plan that is drawn', () => {
  test('has as many faults as are asked for, in the order of time, within its time', () => {
    const plan = drawn({ count: 40, entries: [crash(1), cut(3)] })
    expect(plan).toHaveLength(40)
    const times = plan.map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(Math.min(...times)).toBeGreaterThanOrEqual(seconds(10))
    expect(Math.max(...times)).toBeLessThanOrEqual(seconds(1010))
    for (const { at, values } of plan) {
      expect(at % ms(1)).toBe(0)
      if (values.for !== undefined) expect(values.for).toBeGreaterThanOrEqual(ms(1))
    }
  })

  test('is a Poisson process where rates alone decide: the mean and the variance of the number are rate × time', () => {
    const counts = Array.from({ length: 400 }, (_, seed) => drawn({}, String(seed)).length)
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1)
    // 0.1/s for 1,000 s: 100, with a standard error of √(100 / 400) = 0.5; of the variance 100 √(2 / 399) = 7.
    expect(Math.abs(mean - 100)).toBeLessThan(2)
    expect(Math.abs(variance - 100)).toBeLessThan(25)
  })

  test('takes kinds in proportion to their rates', () => {
    const plan = drawn({ count: 4000, entries: [crash(1), cut(3)] })
    const crashes = plan.filter(({ kind }) => kind === 'crash').length
    // 1,000 give or take √(4,000 · ¼ · ¾) = 27.
    expect(Math.abs(crashes - 1000)).toBeLessThan(110)
  })

  test('is the same for a seed and another for another', () => {
    expect(drawn({}, '7')).toEqual(drawn({}, '7'))
    expect(drawn({}, '7')).not.toEqual(drawn({}, '8'))
  })

  test('is not moved by an entry more', () => {
    const alone = drawn({ entries: [crash(0.1)] })
    const beside = drawn({ entries: [crash(0.1), cut(0.1)] })
    expect(beside.filter(({ kind }) => kind === 'crash')).toEqual(alone)
  })

  test('befalls one of those named, each as often', () => {
    const plan = drawn({ count: 5000 })
    const counts = new Map<string, number>()
    for (const { values } of plan) {
      const [host, ...others] = values.host as { name: string }[]
      expect(others).toEqual([])
      counts.set(host!.name, (counts.get(host!.name) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(Object.keys(HOSTS))
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130)
  })

  test('cuts a group that is named on both sides into one and the rest', () => {
    for (const { values } of drawn({ entries: [cut(0.1)] })) {
      const [a, b] = values.between as readonly { name: string }[][]
      expect(a).toHaveLength(1)
      expect([...a!, ...b!].map(({ name }) => name).sort()).toEqual(Object.keys(HOSTS))
    }
  })

  test('befalls a whole rack where it is so spread', () => {
    const members = { north: named('w.1', 'w.2'), south: named('w.3', 'w.4', 'w.5') }
    const values = { racks: 0, members, oversubscription: 4, uplink: undefined, detour: 0 }
    const world = makeWorld(HOSTS, { topology: { kind: 'rack', values } })
    world.network.place(world.hosts)
    const entries = [{ ...crash(0.1), spread: 'rack' as const }]
    const plan = draw({ from: 0, until: seconds(1000), count: undefined, entries }, world, faults)
    const racks = new Set(
      plan.map(({ values }) => (values.host as { name: string }[]).map(({ name }) => name).join()),
    )
    expect([...racks].sort()).toEqual(['w.1,w.2', 'w.3,w.4,w.5'])
  })

  test('befalls all that are named where it is so spread', () => {
    const [first] = drawn({ entries: [{ ...crash(0.1), spread: 'all' }] })
    expect(first!.values.host).toEqual(named(...Object.keys(HOSTS)))
  })
})
