import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Broadcasts } from '../../../../src/world/services/consul/broadcasts.ts'
import { UPDATE_BYTES, type Update } from '../../../../src/world/services/consul/packet.ts'

const update = (node: string, incarnation = 1, type: Update['type'] = 'alive'): Update => ({
  type,
  node,
  incarnation,
  from: 'x',
})
const nodes = (updates: readonly Update[]) => updates.map(({ node }) => node).join('')

/** Room for so many, of 110 bytes and 2. */
const room = (updates: number) => 112 * updates + 40

test('each goes out as often as the limit says, those less often sent first', () => {
  const broadcasts = new Broadcasts()
  for (const node of 'abc') broadcasts.add(update(node))
  expect(nodes(broadcasts.take(room(2), 2))).toBe('ab')
  expect(nodes(broadcasts.take(room(2), 2))).toBe('ca')
  broadcasts.add(update('d'))
  expect(nodes(broadcasts.take(room(2), 2))).toBe('db')
  expect(nodes(broadcasts.take(room(9), 2))).toBe('cd')
  expect(broadcasts.size).toBe(0)
})

test('news of a member takes the place of older news, and begins anew', () => {
  const broadcasts = new Broadcasts()
  broadcasts.add(update('a'))
  broadcasts.take(room(1), 3)
  broadcasts.add(update('a', 2, 'suspect'))
  expect(broadcasts.size).toBe(1)
  for (let i = 0; i < 3; i++) expect(broadcasts.take(room(1), 3)).toEqual([update('a', 2, 'suspect')])
  expect(broadcasts.take(room(1), 3)).toEqual([])
})

test('a packet is never too full, and nothing is sent more often than the limit says', () => {
  const types = fc.constantFrom<Update['type']>('alive', 'suspect', 'dead')
  const adds = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), types), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(
      adds,
      fc.integer({ min: 112, max: 1400 }),
      fc.integer({ min: 1, max: 8 }),
      (adds, bytes, limit) => {
        const broadcasts = new Broadcasts()
        const last = new Map<string, Update>()
        for (const [i, [node, type]] of adds.entries()) {
          const added = update(String(node), i, type)
          last.set(added.node, added)
          broadcasts.add(added)
        }
        const sent = new Map<Update, number>()
        while (broadcasts.size > 0) {
          const taken = broadcasts.take(bytes, limit)
          expect(taken.length).toBeGreaterThan(0)
          expect(taken.reduce((sum, { type }) => sum + UPDATE_BYTES[type] + 2, 0)).toBeLessThanOrEqual(bytes)
          for (const each of taken) sent.set(each, (sent.get(each) ?? 0) + 1)
        }
        expect(new Set(sent.keys())).toEqual(new Set(last.values()))
        for (const times of sent.values()) expect(times).toBe(limit)
      },
    ),
  )
})
