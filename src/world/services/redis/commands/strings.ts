// Commands on strings, which are also the counters and the locks (SET key value NX PX milliseconds).

import type { Nanos } from '../../../../units.ts'
import { CommandError, type Keyspace } from '../keyspace.ts'
import { type Commands, increased, MORE, syntaxError, whole, wrongNumber } from './command.ts'

interface SetOptions {
  expiresAt: Nanos
  only: 'NX' | 'XX' | undefined
  get: boolean
}

function setOptions(words: readonly string[], now: Nanos): SetOptions {
  const options: SetOptions = { expiresAt: Number.POSITIVE_INFINITY, only: undefined, get: false }
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!.toUpperCase()
    if (word === 'GET') options.get = true
    else if ((word === 'NX' || word === 'XX') && options.only === undefined) options.only = word
    else if ((word === 'EX' || word === 'PX') && i + 1 < words.length && options.expiresAt === MORE) {
      const duration = whole(words[++i]!) * (word === 'EX' ? 1e9 : 1e6)
      if (duration <= 0 || !Number.isSafeInteger(now + duration))
        throw new CommandError("ERR invalid expire time in 'set' command")
      options.expiresAt = now + duration
    } else throw syntaxError()
  }
  return options
}

function increase(db: Keyspace, key: string, by: number, now: Nanos): number {
  const entry = db.get(key, 'string', now)
  const sum = increased(entry?.value ?? '0', by)
  const text = String(sum)
  if (entry) {
    db.resize(entry, text.length - entry.value.length)
    entry.value = text
  } else db.put(key, 'string', text)
  return sum
}

export const strings: Commands = {
  GET: { least: 1, run: (db, [key], now) => db.get(key!, 'string', now)?.value ?? null },
  SET: {
    least: 2,
    most: MORE,
    effect: 'grows',
    run(db, [key, value, ...words], now) {
      const { expiresAt, only, get } = setOptions(words, now)
      const old = get ? db.get(key!, 'string', now) : db.find(key!, now)
      const before = get ? ((old?.value as string | undefined) ?? null) : 'OK'
      if (only === (old ? 'NX' : 'XX')) return get ? before : null
      const entry = db.put(key!, 'string', value!)
      if (expiresAt !== MORE) db.expire(entry, expiresAt)
      return before
    },
  },
  SETNX: {
    least: 2,
    effect: 'grows',
    run(db, [key, value], now) {
      if (db.find(key!, now)) return 0
      db.put(key!, 'string', value!)
      return 1
    },
  },
  GETDEL: {
    least: 1,
    effect: 'writes',
    run(db, [key], now) {
      const entry = db.get(key!, 'string', now)
      if (entry) db.remove(entry)
      return entry?.value ?? null
    },
  },
  MGET: {
    least: 1,
    most: MORE,
    keys: 'all',
    run: (db, args, now) =>
      args.map((key) => {
        const entry = db.find(key, now)
        return entry?.type === 'string' ? (entry.value as string) : null
      }),
  },
  MSET: {
    least: 2,
    most: MORE,
    effect: 'grows',
    keys: 'every-other',
    run(db, args) {
      if (args.length % 2 === 1) throw wrongNumber('mset')
      for (let i = 0; i < args.length; i += 2) db.put(args[i]!, 'string', args[i + 1]!)
      return 'OK'
    },
  },
  INCR: { least: 1, effect: 'grows', run: (db, [key], now) => increase(db, key!, 1, now) },
  DECR: { least: 1, effect: 'grows', run: (db, [key], now) => increase(db, key!, -1, now) },
  INCRBY: { least: 2, effect: 'grows', run: (db, [key, by], now) => increase(db, key!, whole(by!), now) },
  DECRBY: { least: 2, effect: 'grows', run: (db, [key, by], now) => increase(db, key!, -whole(by!), now) },
}
