import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NameTable } from '../../../src/observe/checkers/name-table.ts'

test('a table of names gives and takes places as a map does', () => {
  const name = fc.oneof(
    fc.integer({ min: 0, max: 300 }).map((n) => `task ${n}`),
    fc.string({ maxLength: 3 }),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.boolean()), { maxLength: 600 }), (steps) => {
      const table = new NameTable()
      const places = new Map<string, number>()
      for (const [each, goes] of steps) {
        expect(table.find(each)).toBe(places.get(each) ?? -1)
        const place = places.get(each)
        if (place === undefined) {
          const given = table.add(each)
          expect([...places.values()]).not.toContain(given)
          places.set(each, given)
        } else if (goes) {
          table.remove(place)
          places.delete(each)
        }
        expect(table.size).toBe(places.size)
      }
      for (const [each, place] of places) expect(table.find(each)).toBe(place)
    }),
    { numRuns: 200, seed: 1 },
  )
})

test('no two of a million names are taken for one', () => {
  const table = new NameTable()
  let taken = 0
  for (let i = 0; i < 1_000_000; i++) {
    const name = `task ${i} of agent.${i % 97}`
    if (table.find(name) >= 0) taken++
    else table.add(name)
  }
  expect(taken).toBe(0)
  expect(table.size).toBe(1_000_000)
})
