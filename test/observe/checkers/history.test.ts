import { describe, expect, test } from 'vitest'
import type { Fact } from '../../../src/env/fact.ts'
import { Bench } from './fixture.ts'

/** A store's clients, one operation after the other or side by side, each by its number. */
class Clients extends Bench {
  #operations = 0

  /** Begins one; what is returned ends it. */
  begin(
    at: number,
    who: string,
    op: 'read' | 'write',
    value?: string | null,
    key = 'k',
    store = 'redis',
  ): (at: number, outcome?: 'ok' | 'failed' | 'unknown', read?: string | null) => this {
    const operation = ++this.#operations
    const written = op === 'write' && value !== undefined ? { value } : {}
    this.say(at, who, { fact: 'invoked', store, operation, op, key, ...written })
    return (end, outcome = 'ok', read = value ?? null) => {
      const told: Fact = { fact: 'returned', store, operation, outcome }
      return this.say(end, who, op === 'read' && outcome === 'ok' ? { ...told, value: read } : told)
    }
  }

  write(at: number, value: string | null, who = 'a', key = 'k'): this {
    return this.begin(at, who, 'write', value, key)(at + 1)
  }

  read(at: number, value: string | null, who = 'a', key = 'k'): this {
    return this.begin(at, who, 'read', value, key)(at + 1)
  }
}

const linearizable = (values = {}) => new Clients('linearizable', values)
const monotonic = (values = {}) => new Clients('monotonic-reads', values)

describe('a linearisable store', () => {
  test('gives what was written last, and nothing before', () => {
    const fine = linearizable().read(0, null).write(10, '1').read(20, '1').write(30, '2').write(40, null)
    expect(fine.read(50, null).finish()).toMatchObject({ pass: true, detail: '6 operations on 1 key' })
  })

  test('does not give an old value, nor one that nobody wrote', () => {
    const stale = linearizable().write(10, '1').write(20, '2').read(30, '1', 'b')
    expect(stale.finish()!.detail).toBe('k of redis was read as "1"; it could only be "2", at 31 ns')
    expect(stale.finish()!.violation!.events).toEqual([
      { at: 11, process: 'a', event: 'wrote k = "1"; asked 10 ns' },
      { at: 21, process: 'a', event: 'wrote k = "2"; asked 20 ns' },
      { at: 31, process: 'b', event: 'read k = "1"; asked 30 ns' },
    ])
    expect(linearizable().read(10, '9').finish()!.detail).toContain('could only be nothing')
  })

  test('does not let a key that was wrong once be wrong again', () => {
    const twice = linearizable().write(0, '1').read(10, '9').read(20, '8').read(30, '1', 'a', 'other')
    expect(twice.finish()).toMatchObject({ pass: false, further: 1 })
    const once = linearizable().write(0, '1').read(10, '9').read(20, '8')
    expect(once.finish()).toMatchObject({ pass: false, further: 0 })
  })

  test('may have carried out a write whose outcome is unknown, then or later, or never', () => {
    const unknown = () => {
      const clients = linearizable().write(0, '1')
      return clients.begin(10, 'b', 'write', '2')(20, 'unknown')
    }
    expect(unknown().read(30, '1').read(40, '2').read(50, '2').finish()!.pass).toBe(true)
    expect(unknown().read(30, '2').finish()!.pass).toBe(true)
    expect(unknown().read(30, '1').finish()!.pass).toBe(true)
    // But not once and not.
    expect(unknown().read(30, '2').read(40, '1').finish()!.pass).toBe(false)
  })

  test('has not carried out a write that failed', () => {
    const failed = linearizable().write(0, '1').begin(10, 'b', 'write', '2')(20, 'failed')
    expect(failed.read(30, '2').finish()!.pass).toBe(false)
    const during = linearizable()
    const end = during.begin(10, 'b', 'write', '2')
    during.read(12, '2')
    expect(end(20, 'failed').finish()!.detail).toContain('was read as "2", the write of which failed')
  })

  test('owes nothing to callers who have ended, whose writes may still take effect', () => {
    const clients = linearizable().write(0, '1')
    clients.begin(10, 'gone', 'read')
    clients.begin(11, 'gone', 'write', '2')
    clients.read(20, '1').read(30, '2')
    clients.actor('gone').epoch++
    expect(clients.read(40, '2').finish()!.pass).toBe(true)
    const wrong = linearizable().write(0, '1')
    wrong.begin(10, 'gone', 'read')
    wrong.actor('gone').epoch++
    expect(wrong.read(20, '3').finish()!.pass).toBe(false)
  })

  test('is judged up to where a key cannot be followed', () => {
    const clients = linearizable().write(0, '1')
    clients.begin(5, 'a', 'write', undefined)
    clients.read(10, '9').write(20, '1', 'a', 'other').read(30, '9', 'a', 'another')
    expect(clients.finish()!.detail).toContain('another of redis was read as "9"')
    const all = linearizable().write(0, '1').write(1, '1', 'a', 'other')
    all.begin(5, 'a', 'write', undefined, '')
    expect(all.read(10, '9').read(11, '9', 'a', 'other').finish()).toMatchObject({
      pass: true,
      detail: '2 operations on 2 keys; 2 more could not be followed',
    })
  })

  test('has so many keys that are followed, and others', () => {
    const clients = linearizable({ keys: 1 }).write(0, '1').read(10, '9', 'a', 'other')
    expect(clients.finish()).toMatchObject({
      pass: true,
      detail: '1 operation on 1 key; 1 more could not be followed',
    })
  })

  test('is one of several where the scenario says which', () => {
    const clients = linearizable({ store: [{ name: 'redis' }, { name: 'replica' }] })
    clients.begin(0, 'a', 'write', '1', 'k', 'redis+replica')(1)
    clients.begin(2, 'a', 'read', '9', 'k', 'elsewhere')(3)
    expect(clients.finish()!.pass).toBe(true)
    clients.begin(4, 'a', 'read', '9', 'k', 'redis+replica')(5)
    expect(clients.finish()!.pass).toBe(false)
  })

  test('is given up, not accused, where too many orders are possible', () => {
    const crowd = (limit: number) => {
      const clients = linearizable({ limit })
      const ends = Array.from({ length: 12 }, (_, i) => clients.begin(i, `w${i}`, 'write', `${i}`))
      const read = clients.begin(20, 'r', 'read', '5')
      read(30)
      for (const [i, end] of ends.entries()) end(40 + i)
      return clients.finish()!
    }
    expect(crowd(100_000)).toMatchObject({ pass: true })
    expect(crowd(5)).toMatchObject({
      pass: null,
      detail: '1 operation on 1 key; 1 key given up after 5 orders of what was under way',
    })
  })
})

describe('monotonic reads', () => {
  test('never go back to what was overwritten before the write of what was read', () => {
    const back = monotonic().write(0, '1').write(10, '2').read(20, '2', 'b').read(30, '1', 'b')
    expect(back.finish()!.detail).toBe(
      'b read k of redis as "1" after it had read "2", which is newer, at 31 ns',
    )
    expect(back.finish()!.violation!.events.map(({ event }) => event)).toEqual([
      'wrote k = "1"; asked 0 ns',
      'wrote k = "2"; asked 10 ns',
      'read k = "2"; asked 20 ns',
      'read k = "1"; asked 30 ns',
    ])
  })

  test('may be old, and differ between sessions and lives', () => {
    const old = monotonic()
      .write(0, '1')
      .write(10, '2')
      .read(20, '2', 'b')
      .read(30, '1', 'c')
      .read(40, '1', 'c')
    old.actor('b').epoch++
    expect(old.read(50, '1', 'b').finish()).toMatchObject({ pass: true, detail: '4 reads' })
  })

  test('may go from one to the other of what was written at the same time', () => {
    const clients = monotonic()
    const [one, two] = [clients.begin(0, 'a', 'write', '1'), clients.begin(1, 'b', 'write', '2')]
    one(10)
    two(11)
    expect(clients.read(20, '2').read(30, '1').read(40, '2').finish()!.pass).toBe(true)
  })

  test('may give a value again that is written again, or may be', () => {
    const again = monotonic().write(0, '1').write(10, '2').read(20, '2').write(30, '1').read(40, '1')
    expect(again.finish()!.pass).toBe(true)
    const unknown = monotonic().begin(0, 'b', 'write', '1')(5, 'unknown').write(10, '2').read(20, '2')
    expect(unknown.read(30, '1').finish()!.pass).toBe(true)
  })

  test('that overlap have no order', () => {
    const clients = monotonic().write(0, '1').write(10, '2')
    const early = clients.begin(20, 'b', 'read', '1')
    clients.read(21, '2', 'b')
    expect(early(30).finish()!.pass).toBe(true)
  })

  test('see a key vanish that nobody deleted', () => {
    expect(monotonic().write(0, '1').read(10, '1').read(20, null).finish()!.pass).toBe(false)
    expect(monotonic().write(0, '1').read(10, '1').write(15, null).read(20, null).finish()!.pass).toBe(true)
  })

  test('cannot be told of values that are forgotten', () => {
    const clients = monotonic({ values: 2 })
    for (let i = 0; i < 9; i++) clients.write(10 * i, String(i))
    expect(clients.read(100, '8').read(110, '0').finish()).toMatchObject({
      pass: true,
      detail: '1 read; 1 more could not be followed',
    })
  })
})
