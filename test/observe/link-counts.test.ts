import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LinkCounts } from '../../src/observe/link-counts.ts'

test('what a table holds is what a map of pairs holds, however many pairs collide', () => {
  const place = fc.oneof(fc.nat(5), fc.nat(100_000))
  const message = fc.tuple(place, place, fc.nat(1e9))
  fc.assert(
    fc.property(fc.array(message, { maxLength: 500 }), (messages) => {
      const counts = new LinkCounts()
      const map = new Map<string, [number, number, number, number]>()
      for (const [from, to, bytes] of messages) {
        counts.add(from, to, bytes)
        const row = map.get(`${from} ${to}`) ?? [from, to, 0, 0]
        map.set(`${from} ${to}`, [from, to, row[2] + 1, row[3] + bytes])
      }
      expect(counts.links).toBe(map.size)
      expect(new Map([...counts].map((row) => [`${row[0]} ${row[1]}`, row]))).toEqual(map)
    }),
  )
})

test('a table that was cleared counts anew', () => {
  const counts = new LinkCounts()
  for (let to = 0; to < 1000; to++) counts.add(0, to, 1)
  counts.clear()
  counts.add(0, 7, 3)
  expect([...counts]).toEqual([[0, 7, 1, 3]])
})
