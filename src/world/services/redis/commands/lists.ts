// Commands on lists: queues of tasks and logs.

import type { RedisValue } from '../../../../env/index.ts'
import { Deque } from '../deque.ts'
import { ELEMENT_BYTES, type Entry, type Keyspace } from '../keyspace.ts'
import {
  amountOf,
  type Command,
  type Commands,
  MORE,
  patience,
  places,
  syntaxError,
  whole,
} from './command.ts'

type Add = (list: Deque, item: string) => void
type Take = (list: Deque) => string | undefined

const addLeft: Add = (list, item) => list.pushFirst(item)
const addRight: Add = (list, item) => list.pushLast(item)
const takeLeft: Take = (list) => list.takeFirst()
const takeRight: Take = (list) => list.takeLast()

const push = (add: Add): Command => ({
  least: 2,
  most: MORE,
  effect: 'grows',
  elements: (_db, args) => args.length - 2,
  run(db, [key, ...items], now) {
    const entry = db.get(key!, 'list', now) ?? db.put(key!, 'list', new Deque())
    for (const item of items) put(db, entry, add, item)
    return entry.value.length
  },
})

const pop = (take: Take): Command => ({
  least: 1,
  most: 2,
  effect: 'writes',
  elements: (db, [key, amount], now) => Math.max(0, Math.min(Number(amount) || 0, sizeAt(db, key!, now)) - 1),
  run(db, [key, amount], now) {
    const limit = amount === undefined ? 1 : amountOf(amount)
    const entry = db.get(key!, 'list', now)
    if (!entry) return null
    const items: RedisValue[] = []
    while (items.length < limit && entry.value.length > 0) items.push(taken(db, entry, take(entry.value)!))
    db.removeIfEmpty(entry)
    return amount === undefined ? items[0]! : items
  },
})

/** Takes from the first of several lists that has something. */
const blockingPop = (take: Take): Command => ({
  least: 2,
  most: MORE,
  keys: 'all-but-last',
  effect: 'writes',
  blocks: true,
  run(db, args, now) {
    patience(args.at(-1)!)
    for (const key of args.slice(0, -1)) {
      const entry = db.get(key, 'list', now)
      if (!entry) continue
      const item = taken(db, entry, take(entry.value)!)
      db.removeIfEmpty(entry)
      return [key, item]
    }
    return null
  },
})

function move(db: Keyspace, [source, target, from, to]: readonly string[], now: number): string | null {
  const take = { LEFT: takeLeft, RIGHT: takeRight }[from!.toUpperCase()]
  const add = { LEFT: addLeft, RIGHT: addRight }[to!.toUpperCase()]
  if (!take || !add) throw syntaxError()
  const entry = db.get(source!, 'list', now)
  if (!entry) return null
  // A target of another type is refused before anything is taken.
  const there = db.get(target!, 'list', now)
  const item = taken(db, entry, take(entry.value)!)
  if (there === entry) put(db, entry, add, item)
  else {
    db.removeIfEmpty(entry)
    put(db, there ?? db.put(target!, 'list', new Deque()), add, item)
  }
  return item
}

function put(db: Keyspace, entry: Entry<'list'>, add: Add, item: string): void {
  add(entry.value, item)
  db.resize(entry, ELEMENT_BYTES + item.length)
}

/** An item that has left its list. */
function taken(db: Keyspace, entry: Entry<'list'>, item: string): string {
  db.resize(entry, -(ELEMENT_BYTES + item.length))
  return item
}

const sizeAt = (db: Keyspace, key: string, now: number): number => {
  const entry = db.find(key, now)
  return entry?.type === 'list' ? (entry as Entry<'list'>).value.length : 0
}

export const lists: Commands = {
  LPUSH: push(addLeft),
  RPUSH: push(addRight),
  LPOP: pop(takeLeft),
  RPOP: pop(takeRight),
  BLPOP: blockingPop(takeLeft),
  BRPOP: blockingPop(takeRight),
  LMOVE: { least: 4, keys: 'two', effect: 'writes', run: move },
  BLMOVE: {
    least: 5,
    keys: 'two',
    effect: 'writes',
    blocks: true,
    run(db, args, now) {
      patience(args.at(-1)!)
      return move(db, args, now)
    },
  },
  LLEN: { least: 1, run: (db, [key], now) => db.get(key!, 'list', now)?.value.length ?? 0 },
  LINDEX: {
    least: 2,
    run(db, [key, index], now) {
      const place = whole(index!)
      const list = db.get(key!, 'list', now)?.value
      const from = list && place < 0 ? place + list.length : place
      return list && from >= 0 && from < list.length ? list.at(from) : null
    },
  },
  LRANGE: {
    least: 3,
    elements(db, [key, start, stop], now) {
      const { from, to } = places(start!, stop!, sizeAt(db, key!, now))
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
      const length = sizeAt(db, key!, now)
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
