// Commands on sets. Members are told in the order of their coming, where Redis has none.

import { ELEMENT_BYTES, type Entry } from '../keyspace.ts'
import { type Commands, MORE } from './command.ts'

export const sets: Commands = {
  SADD: {
    least: 2,
    most: MORE,
    effect: 'grows',
    elements: (_db, args) => args.length - 2,
    run(db, [key, ...members], now) {
      const entry = db.get(key!, 'set', now) ?? db.put(key!, 'set', new Set())
      const before = entry.value.size
      for (const member of members) {
        if (entry.value.has(member)) continue
        entry.value.add(member)
        db.resize(entry, ELEMENT_BYTES + member.length)
      }
      return entry.value.size - before
    },
  },
  SREM: {
    least: 2,
    most: MORE,
    effect: 'writes',
    elements: (_db, args) => args.length - 2,
    run(db, [key, ...members], now) {
      const entry = db.get(key!, 'set', now)
      if (!entry) return 0
      const before = entry.value.size
      for (const member of members)
        if (entry.value.delete(member)) db.resize(entry, -(ELEMENT_BYTES + member.length))
      const removed = before - entry.value.size
      db.removeIfEmpty(entry)
      return removed
    },
  },
  SISMEMBER: {
    least: 2,
    run: (db, [key, member], now) => (db.get(key!, 'set', now)?.value.has(member!) ? 1 : 0),
  },
  SCARD: { least: 1, run: (db, [key], now) => db.get(key!, 'set', now)?.value.size ?? 0 },
  SMEMBERS: {
    least: 1,
    elements(db, [key], now) {
      const entry = db.find(key!, now)
      return entry?.type === 'set' ? (entry as Entry<'set'>).value.size : 0
    },
    run: (db, [key], now) => [...(db.get(key!, 'set', now)?.value ?? [])],
  },
}
