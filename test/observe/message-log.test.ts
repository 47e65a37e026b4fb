import { expect, test } from 'vitest'
import { MessageLog } from '../../src/observe/message-log.ts'

/** Messages i of kind `tick` from 0 to 1, sent at i, each caused by the one before; so many of them. */
function ticks(log: MessageLog, count: number): void {
  for (let i = 0; i < count; i++) log.sent(log.next, 0, 1, 'tick', false, 8, log.next - 1, 0)
}

const KEPT = 2 ** 18

test('a message is read as it was taken down', () => {
  const log = new MessageLog()
  log.sent(5, 3, 4, 'ask', false, 100, -1, 7)
  log.sent(9, 4, 3, 'ask', true, 2 ** 40, 0, 7)
  log.begun(0, 6)
  log.done(0, 8)
  const held = log.hold(0, 1)
  expect([held.sent(0), held.begun(0), held.done(0), held.bytes(0)]).toEqual([5, 6, 8, 100])
  expect([held.sent(1), held.begun(1), held.done(1), held.bytes(1)]).toEqual([9, -1, -1, 2 ** 40])
  expect([0, 1].map((i) => [held.from(i), held.to(i), held.cause(i), held.request(i)])).toEqual([
    [3, 4, -1, 7],
    [4, 3, 0, 7],
  ])
  expect([0, 1].map((i) => log.kinds[held.kind(i)])).toEqual(['ask', 'ask answered'])
})

test('the last 2^18 messages are kept, or a chunk less', () => {
  const log = new MessageLog()
  ticks(log, 3 * KEPT + 1000)
  const held = log.hold(0, log.next - 1)
  expect(log.next - held.first).toBeLessThanOrEqual(KEPT)
  expect(log.next - held.first).toBeGreaterThan(KEPT - 4096)
  expect(held.sent(held.first)).toBe(held.first)
  expect(held.cause(log.next - 1)).toBe(log.next - 2)
})

test('what somebody holds stays as it is, and hears what becomes of it, until it is let go of', () => {
  const log = new MessageLog()
  ticks(log, 5000)
  const held = log.hold(4000, 4999)
  ticks(log, 2 * KEPT)
  log.begun(4500, 4501)
  expect([held.sent(4000), held.sent(4999), held.begun(4500)]).toEqual([4000, 4999, 4501])
  log.release(held)
  log.done(4500, 4502)
  expect(held.done(4500)).toBe(-1)
})

test('messages that are still to come can be held', () => {
  const log = new MessageLog()
  ticks(log, 4090)
  const held = log.hold(4090, 4100)
  ticks(log, 2 * KEPT)
  expect([4090, 4095, 4096, 4100].map((message) => held.sent(message))).toEqual([4090, 4095, 4096, 4100])
})

test('three million messages need no more room than a quarter of a million, and what is held', () => {
  const log = new MessageLog()
  const before = process.memoryUsage().arrayBuffers
  log.hold(0, 10)
  ticks(log, 3_000_000)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6)
  expect([...log.links()]).toEqual([[0, 1, 3_000_000, 24_000_000]])
})

test('kinds beyond number are one', () => {
  const log = new MessageLog()
  for (let i = 0; i < 10_000; i++) log.sent(i, 0, 1, `kind ${i}`, i % 2 === 0, 8, -1, 0)
  expect(log.kinds).toHaveLength(4097)
  const held = log.hold(0, log.next - 1)
  expect([4095, 4096, 9999].map((i) => log.kinds[held.kind(i)])).toEqual(['kind 4095', 'other', 'other'])
})
