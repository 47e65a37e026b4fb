// Commands on keys whatever they hold, and on the server.

import type { Nanos } from '../../../../units.ts'
import { CommandError, type Keyspace } from '../keyspace.ts'
import { type Commands, whole } from './command.ts'

const MORE = Number.POSITIVE_INFINITY

/** 1 if the key exists and got its new expiry; one that is not in the future deletes it. */
function expire(db: Keyspace, name: string, [key, amount]: readonly string[], unit: Nanos, now: Nanos) {
  const expiresAt = now + whole(amount!) * unit
  if (!Number.isSafeInteger(expiresAt)) throw new CommandError(`ERR invalid expire time in '${name}' command`)
  const entry = db.find(key!, now)
  if (!entry) return 0
  if (expiresAt <= now) db.remove(entry)
  else entry.expiresAt = expiresAt
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
    if (value !== undefined && typeof value !== 'string')
      elements += 'size' in value ? value.size : value.length
  }
  return elements
}

export const keys: Commands = {
  PING: { least: 0, most: 1, run: (_db, [text]) => text ?? 'PONG' },
  DBSIZE: { least: 0, run: (db) => db.size },
  FLUSHALL: {
    least: 0,
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
    keys: (args) => args.length,
    run: (db, args, now) => args.filter((key) => db.find(key, now)).length,
  },
  DEL: {
    least: 1,
    most: MORE,
    effect: 'writes',
    keys: (args) => args.length,
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
      entry.expiresAt = Number.POSITIVE_INFINITY
      return 1
    },
  },
}
