import { expect, it } from 'vitest'
import { EventSlots } from '../../src/kernel/event-slots.ts'

it('a slot is left unused when its handles are used up, so that none ever comes back', () => {
  const slots = new EventSlots()
  let handle = 0
  // 53 - 26 bits of generations, of which the first is 1 and the last is spared.
  for (let generation = 1; generation < 2 ** 27 - 1; generation++) {
    const slot = slots.take(0)
    handle = slots.handleOf(slot)
    slots.release(slot)
  }
  expect(handle).toBe((2 ** 27 - 2) * 2 ** 26)
  expect(slots.take(0)).toBe(1)
})

it('a cancelled event keeps its slot until the queue gives it back', () => {
  const slots = new EventSlots()
  const first = slots.take(5)
  const handle = slots.handleOf(first)
  expect(slots.cancel(handle)).toBe(true)
  expect([slots.live, slots.dead]).toEqual([0, 1])
  expect(slots.take(5)).not.toBe(first)
  expect(slots.release(first)).toBe(false)
  expect(slots.take(5)).toBe(first)
  expect(slots.cancel(handle)).toBe(false)
  expect([slots.live, slots.dead]).toEqual([2, 0])
})
