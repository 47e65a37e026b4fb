import { describe, expect, test } from 'vitest'
import type { Fact } from '../../../src/env/fact.ts'
import { Bench, eventsOf } from './fixture.ts'

const decided = (instance: number, value: string, group = 'log'): Fact => ({
  fact: 'decided',
  group,
  instance,
  value,
})
const proposed = (instance: number, value: string, group = 'log'): Fact => ({
  fact: 'proposed',
  group,
  instance,
  value,
})
const elected = (term: number, group = 'cluster'): Fact => ({ fact: 'elected', group, term })

describe('agreement', () => {
  test('holds where all decide alike, in each instance of each group', () => {
    const bench = new Bench('agreement')
    for (const who of ['a', 'b', 'c'])
      bench
        .say(1, who, decided(1, 'x'))
        .say(2, who, decided(2, 'y'))
        .say(3, who, decided(1, 'z', 'other'))
    expect(bench.finish()).toMatchObject({ pass: true, detail: '9 decisions in 2 groups' })
  })

  test('is violated by the second value of an instance, and later ones are counted', () => {
    const bench = new Bench('agreement').say(5, 'a', decided(7, 'x')).say(9, 'b', decided(7, 'y'))
    bench.say(10, 'c', decided(7, 'y')).say(11, 'c', decided(8, 'y'))
    const found = bench.finish()!
    expect(found).toMatchObject({
      pass: false,
      detail: 'log[7] was decided twice: "x" and "y", at 9 ns, and 1 more of the kind',
      further: 1,
    })
    expect(eventsOf(found)).toEqual(['5 a: decided log[7] = "x"', '9 b: decided log[7] = "y"'])
  })

  test('has nothing to say where nothing is decided', () => {
    expect(new Bench('agreement').say(1, 'a', proposed(1, 'x')).finish()).toBeUndefined()
  })

  test('forgets instances beyond its window, and says so', () => {
    const bench = new Bench('agreement', { window: 16 })
    for (let instance = 0; instance < 40; instance++) bench.say(instance, 'a', decided(instance, 'x'))
    // Instance 3 is forgotten, 30 is not.
    bench.say(50, 'b', decided(3, 'y'))
    expect(bench.finish()).toMatchObject({
      pass: true,
      detail: '41 decisions in 1 group; judged within the last 16 instances of a group',
    })
    bench.say(51, 'b', decided(30, 'y'))
    expect(bench.finish()!.pass).toBe(false)
  })

  test('judges instances that do not come one after the other', () => {
    const bench = new Bench('agreement')
    const instances = [5, 1_000_003, 7, 2 ** 40, -3, 0, 12_345_678]
    for (const instance of instances) bench.say(1, 'a', decided(instance, 'x'))
    for (const instance of instances) bench.say(2, 'b', decided(instance, 'x'))
    expect(bench.finish()!.pass).toBe(true)
    bench.say(3, 'c', decided(2 ** 40, 'y'))
    expect(bench.finish()!.detail).toContain('log[1099511627776]')
  })
})

describe('validity', () => {
  test('holds where the value was proposed in that instance, by whomever', () => {
    const bench = new Bench('validity').say(1, 'a', proposed(1, 'x')).say(1, 'b', proposed(1, 'y'))
    bench.say(2, 'c', decided(1, 'y')).say(2, 'a', decided(1, 'y'))
    expect(bench.finish()).toMatchObject({ pass: true, detail: '2 decisions of proposed values' })
  })

  test('is violated by a value that nobody proposed, or proposed elsewhere', () => {
    const bench = new Bench('validity').say(1, 'a', proposed(1, 'x')).say(2, 'a', proposed(2, 'z'))
    const found = bench.say(3, 'b', decided(1, 'z')).finish()!
    expect(found.detail).toBe('log[1] was decided to be "z", which nobody proposed; proposed: "x", at 3 ns')
    expect(eventsOf(found)).toEqual(['1 a: proposed log[1] = "x"', '3 b: decided log[1] = "z"'])
    const without = new Bench('validity').say(1, 'a', proposed(1, 'x')).say(3, 'b', decided(2, 'x')).finish()!
    expect(without.detail).toContain('proposed: nothing')
  })

  test('cannot be told where no proposals are stated', () => {
    const found = new Bench('validity').say(1, 'a', decided(1, 'x')).finish()!
    expect(found.pass).toBeNull()
  })

  test('does not judge by proposals it has forgotten', () => {
    const bench = new Bench('validity', { window: 16 })
    for (let i = 0; i < 40; i++) bench.say(i, 'a', proposed(i, 'x'))
    expect(bench.say(50, 'a', decided(3, 'x')).say(51, 'a', decided(39, 'x')).finish()).toMatchObject({
      pass: true,
      detail: '1 decision of proposed values; 1 without a proposal that is remembered',
    })
  })
})

describe('one leader', () => {
  test('holds over terms, and where the same process is elected again', () => {
    const bench = new Bench('one-leader').say(1, 'a', elected(1)).say(2, 'a', elected(1))
    bench.say(3, 'b', elected(2)).say(4, 'c', elected(1, 'other'))
    expect(bench.finish()).toMatchObject({ pass: true, detail: '3 terms with a leader in 2 groups' })
  })

  test('is violated by a second one in the same term', () => {
    const found = new Bench('one-leader').say(1e6, 'a', elected(4)).say(2e6, 'b', elected(4)).finish()!
    expect(found.detail).toBe('cluster has two leaders in term 4: a and b, at 2 ms')
    expect(eventsOf(found)).toEqual([
      '1000000 a: elected leader of cluster in term 4',
      '2000000 b: elected leader of cluster in term 4',
    ])
  })
})
