// Commands on hashes. Fields keep the order of their coming, as they do in Redis as long as a hash is small.

import { ELEMENT_BYTES, type Entry, type Keyspace } from '../keyspace.ts'
import { type Commands, increased, MORE, whole, wrongNumber } from './command.ts'

/** 1 if the field is new. */
function setField(db: Keyspace, entry: Entry<'hash'>, field: string, value: string): number {
  const old = entry.value.get(field)
  entry.value.set(field, value)
  if (old === undefined) db.resize(entry, ELEMENT_BYTES + field.length + value.length)
  else db.resize(entry, value.length - old.length)
  return old === undefined ? 1 : 0
}

const open = (db: Keyspace, key: string, now: number): Entry<'hash'> =>
  db.get(key, 'hash', now) ?? db.put(key, 'hash', new Map())

const sizeOf = (db: Keyspace, key: string, now: number): number => {
  const entry = db.find(key, now)
  return entry?.type === 'hash' ? (entry as Entry<'hash'>).value.size : 0
}

export const hashes: Commands = {
  HGET: { least: 2, run: (db, [key, field], now) => db.get(key!, 'hash', now)?.value.get(field!) ?? null },
  HSET: {
    least: 3,
    most: MORE,
    effect: 'grows',
    elements: (_db, args) => (args.length - 3) / 2,
    run(db, [key, ...pairs], now) {
      if (pairs.length % 2 === 1) throw wrongNumber('hset')
      const entry = open(db, key!, now)
      let added = 0
      for (let i = 0; i < pairs.length; i += 2) added += setField(db, entry, pairs[i]!, pairs[i + 1]!)
      return added
    },
  },
  HSETNX: {
    least: 3,
    effect: 'grows',
    run(db, [key, field, value], now) {
      if (db.get(key!, 'hash', now)?.value.has(field!)) return 0
      return setField(db, open(db, key!, now), field!, value!)
    },
  },
  HMGET: {
    least: 2,
    most: MORE,
    elements: (_db, args) => args.length - 2,
    run(db, [key, ...fields], now) {
      const hash = db.get(key!, 'hash', now)?.value
      return fields.map((field) => hash?.get(field) ?? null)
    },
  },
  HGETALL: {
    least: 1,
    elements: (db, [key], now) => 2 * sizeOf(db, key!, now),
    run: (db, [key], now) => [...(db.get(key!, 'hash', now)?.value ?? [])].flat(),
  },
  HKEYS: {
    least: 1,
    elements: (db, [key], now) => sizeOf(db, key!, now),
    run: (db, [key], now) => [...(db.get(key!, 'hash', now)?.value.keys() ?? [])],
  },
  HVALS: {
    least: 1,
    elements: (db, [key], now) => sizeOf(db, key!, now),
    run: (db, [key], now) => [...(db.get(key!, 'hash', now)?.value.values() ?? [])],
  },
  HEXISTS: {
    least: 2,
    run: (db, [key, field], now) => (db.get(key!, 'hash', now)?.value.has(field!) ? 1 : 0),
  },
  HLEN: { least: 1, run: (db, [key], now) => db.get(key!, 'hash', now)?.value.size ?? 0 },
  HDEL: {
    least: 2,
    most: MORE,
    effect: 'writes',
    elements: (_db, args) => args.length - 2,
    run(db, [key, ...fields], now) {
      const entry = db.get(key!, 'hash', now)
      if (!entry) return 0
      let deleted = 0
      for (const field of fields) {
        const value = entry.value.get(field)
        if (value === undefined) continue
        entry.value.delete(field)
        db.resize(entry, -(ELEMENT_BYTES + field.length + value.length))
        deleted++
      }
      db.removeIfEmpty(entry)
      return deleted
    },
  },
  HINCRBY: {
    least: 3,
    effect: 'grows',
    run(db, [key, field, by], now) {
      const amount = whole(by!)
      const old = db.get(key!, 'hash', now)?.value.get(field!) ?? '0'
      const sum = increased(old, amount, 'ERR hash value is not an integer')
      setField(db, open(db, key!, now), field!, String(sum))
      return sum
    },
  },
}
