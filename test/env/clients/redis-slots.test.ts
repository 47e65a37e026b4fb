import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc16, SLOTS, slotOf } from '../../../src/env/index.ts'

test('CRC16 is XMODEM’s: the published check value', () => {
  expect(crc16('123456789')).toBe(0x31c3)
  expect(crc16('')).toBe(0)
})

test('a text beyond ASCII is taken in its UTF-8', () => {
  // CRC of the bytes c3 a9, by hand: the table's way and the bits' way agree.
  let crc = 0
  for (const byte of new TextEncoder().encode('é')) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  expect(crc16('é')).toBe(crc)
})

test('slots that redis.io and its tools publish', () => {
  // CLUSTER KEYSLOT's examples, and the specification's MOVED 3999 for x … of a cluster of its own; foo is redis-cli's.
  expect(slotOf('somekey')).toBe(11_058)
  expect(slotOf('foo{hash_tag}')).toBe(2515)
  expect(slotOf('bar{hash_tag}')).toBe(2515)
  expect(slotOf('foo')).toBe(12_182)
})

test('a hash tag is the first braces with something in them', () => {
  expect(slotOf('{user1000}.following')).toBe(slotOf('{user1000}.followers'))
  expect(slotOf('foo{}{bar}')).toBe(crc16('foo{}{bar}') % SLOTS)
  expect(slotOf('foo{{bar}}zap')).toBe(crc16('{bar') % SLOTS)
  expect(slotOf('foo{bar}{zap}')).toBe(crc16('bar') % SLOTS)
  expect(slotOf('foo{bar')).toBe(crc16('foo{bar') % SLOTS)
  expect(slotOf('}{x')).toBe(crc16('}{x') % SLOTS)
})

test('every key has a slot, and keys are spread evenly', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (key) => {
      expect(slotOf(key)).toBeGreaterThanOrEqual(0)
      expect(slotOf(key)).toBeLessThan(SLOTS)
    }),
  )
  // 160,000 keys over 16 sixteenths of the slots: 10,000 each, standard deviation 97.
  const sixteenths = new Array(16).fill(0)
  for (let i = 0; i < 160_000; i++) sixteenths[slotOf(`key:${i}`) >> 10]++
  for (const count of sixteenths) expect(Math.abs(count - 10_000)).toBeLessThan(500)
})
