// Commands on lists: queues of tasks and logs.

import type { RedisValue } from '../../../../env/index.ts'
import { Deque } from '../deque.ts'
import { CommandError, ELEMENT_BYTES, type Entry, type Keyspace } from '../keyspace.ts'
import { type Command, type Commands, places, whole } from './command.ts'

const MORE = Number.POSITIVE_INFINITY

const push = (add: (list: Deque, item: string) => void): Command => ({
  least: 2,
  most: MORE,
  effect: 'grows',
  elements: (_db, args) => args.length - 2,
  run(db, [key, ...items], now) {
    const entry = db.get(key!, 'list', now) ?? db.put(key!, 'list', new Deque())
    for (const item of items) {
      add(entry.value, item)
      db.resize(entry, ELEMENT_BYTES + item.length)
    }
    return entry.value.length
  },
})

const pop = (take: (list: Deque) => string | undefined): Command => ({
  least: 1,
  most: 2,
  effect: 'writes',
  elements: (db, [key, amount], now) => Math.max(0, Math.min(Number(amount) || 0, sizeOf(db, key!, now)) - 1),
  run(db, [key, amount], now) {
    const limit = amount === undefined ? 1 : whole(amount)
    if (limit < 0) throw new CommandError('ERR value is out of range, must be positive')
    const entry = db.get(key!, 'list', now)
    if (!entry) return null
    const items: RedisValue[] = []
    while (items.length < limit && entry.value.length > 0) items.push(taken(db, entry, take(entry.value)!))
    db.removeIfEmpty(entry)
    return amount === undefined ? items[0]! : items
  },
})

/** An item that has left its list. */
function taken(db: Keyspace, entry: Entry<'list'>, item: string): string {
  db.resize(entry, -(ELEMENT_BYTES + item.length))
  return item
}

const sizeOf = (db: Keyspace, key: string, now: number): number => {
  const entry = db.find(key, now)
  return entry?.type === 'list' ? (entry as Entry<'list'>).value.length : 0
}

export const lists: Commands = {
  LPUSH: push((list, item) => list.pushFirst(item)),
  RPUSH: push((list, item) => list.pushLast(item)),
  LPOP: pop((list) => list.takeFirst()),
  RPOP: pop((list) => list.takeLast()),
  LLEN: { least: 1, run: (db, [key], now) => db.get(key!, 'list', now)?.value.length ?? 0 },
  LRANGE: {
    least: 3,
    elements(db, [key, start, stop], now) {
      const { from, to } = places(start!, stop!, sizeOf(db, key!, now))
      return Math.max(0, to - from + 1)
    },
    run(db, [key, start, stop], now) {
      const list = db.get(key!, 'list', now)?.value
      const { from, to } = places(start!, stop!, list?.length ?? 0)
      return list?.slice(from, to) ?? []
    },
  },
  LTRIM: {
    least: 3,
    effect: 'writes',
    elements(db, [key, start, stop], now) {
      const length = sizeOf(db, key!, now)
      const { from, to } = places(start!, stop!, length)
      return length - Math.max(0, to - from + 1)
    },
    run(db, [key, start, stop], now) {
      const entry = db.get(key!, 'list', now)
      const { from, to } = places(start!, stop!, entry?.value.length ?? 0)
      if (!entry) return 'OK'
      const { value: list } = entry
      const keep = Math.max(0, to - from + 1)
      const ahead = keep === 0 ? list.length : from
      for (let i = 0; i < ahead; i++) taken(db, entry, list.takeFirst()!)
      while (list.length > keep) taken(db, entry, list.takeLast()!)
      db.removeIfEmpty(entry)
      return 'OK'
    },
  },
}
