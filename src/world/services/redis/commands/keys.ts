// Commands on keys whatever they hold. DELIFEQ is Valkey's (9.0), where Redis has a script to let go of a lock.

import type { Nanos } from '../../../../units.ts'
import { globOf } from '../glob.ts'
import { CommandError, type Keyspace, sizeOf } from '../keyspace.ts'
import { type Commands, MORE, whole } from './command.ts'

/** 1 if the key exists and got its new expiry; one that is not in the future deletes it. */
function expire(db: Keyspace, name: string, [key, amount]: readonly string[], unit: Nanos, now: Nanos) {
  const expiresAt = now + whole(amount!) * unit
  if (!Number.isSafeInteger(expiresAt)) throw new CommandError(`ERR invalid expire time in '${name}' command`)
  const entry = db.find(key!, now)
  if (!entry) return 0
  if (expiresAt <= now) db.remove(entry)
  else db.expire(entry, expiresAt)
  return 1
}

/** What is left in a unit: -2 without the key, -1 without an expiry. */
function left(db: Keyspace, [key]: readonly string[], unit: Nanos, now: Nanos): number {
  const entry = db.find(key!, now)
  if (!entry) return -2
  return entry.expiresAt === Number.POSITIVE_INFINITY ? -1 : Math.round((entry.expiresAt - now) / unit)
}

/** Elements of all the collections at these keys. */
function contents(db: Keyspace, keys: readonly string[], now: Nanos): number {
  let elements = 0
  for (const key of keys) {
    const value = db.find(key, now)?.value
    if (value !== undefined && typeof value !== 'string') elements += sizeOf(value)
  }
  return elements
}

export const keys: Commands = {
  PING: { least: 0, most: 1, keys: 'none', run: (_db, [text]) => text ?? 'PONG' },
  DBSIZE: { least: 0, keys: 'none', run: (db) => db.size },
  KEYS: {
    least: 1,
    keys: 'none',
    elements: (db) => db.size,
    run(db, [pattern], now) {
      const matches = globOf(pattern!)
      return [...db.keys()].filter((key) => matches(key) && db.find(key, now) !== undefined)
    },
  },
  FLUSHALL: {
    least: 0,
    keys: 'none',
    effect: 'writes',
    run(db) {
      db.clear()
      return 'OK'
    },
  },
  TYPE: { least: 1, run: (db, [key], now) => db.find(key!, now)?.type ?? 'none' },
  EXISTS: {
    least: 1,
    most: MORE,
    keys: 'all',
    run: (db, args, now) => args.filter((key) => db.find(key, now)).length,
  },
  DEL: {
    least: 1,
    most: MORE,
    effect: 'writes',
    keys: 'all',
    elements: contents,
    run(db, args, now) {
      let deleted = 0
      for (const key of args) {
        const entry = db.find(key, now)
        if (!entry) continue
        db.remove(entry)
        deleted++
      }
      return deleted
    },
  },
  DELIFEQ: {
    least: 2,
    effect: 'writes',
    run(db, [key, value], now) {
      const entry = db.get(key!, 'string', now)
      if (entry?.value !== value) return 0
      db.remove(entry!)
      return 1
    },
  },
  EXPIRE: { least: 2, effect: 'writes', run: (db, args, now) => expire(db, 'expire', args, 1e9, now) },
  PEXPIRE: { least: 2, effect: 'writes', run: (db, args, now) => expire(db, 'pexpire', args, 1e6, now) },
  TTL: { least: 1, run: (db, args, now) => left(db, args, 1e9, now) },
  PTTL: { least: 1, run: (db, args, now) => left(db, args, 1e6, now) },
  PERSIST: {
    least: 1,
    effect: 'writes',
    run(db, [key], now) {
      const entry = db.find(key!, now)
      if (!entry || entry.expiresAt === Number.POSITIVE_INFINITY) return 0
      db.expire(entry, Number.POSITIVE_INFINITY)
      return 1
    },
  },
}
