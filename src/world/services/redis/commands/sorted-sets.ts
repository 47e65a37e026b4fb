// Commands on sorted sets: queues by priority or by time, rankings. Left out: unions, intersections, ranges by text.

import type { RedisValue } from '../../../../env/index.ts'
import type { Nanos } from '../../../../units.ts'
import { CommandError, ELEMENT_BYTES, type Entry, type Keyspace } from '../keyspace.ts'
import { SortedSet } from '../sorted-set.ts'
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

const NOT_A_FLOAT = 'ERR value is not a valid float'

/** A score as Redis takes it: a number, or `inf`, `+inf`, `-inf`. */
function scoreOf(text: string, message = NOT_A_FLOAT): number {
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text)
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const score = Number(text)
  if (text.trim() !== text || text === '' || Number.isNaN(score)) throw new CommandError(message)
  return score
}

const textOf = (score: number): string =>
  Number.isFinite(score) ? String(score) : score > 0 ? 'inf' : '-inf'

const setAt = (db: Keyspace, key: string, now: Nanos): SortedSet | undefined =>
  db.get(key, 'zset', now)?.value

const open = (db: Keyspace, key: string, now: Nanos): Entry<'zset'> =>
  db.get(key, 'zset', now) ?? db.put(key, 'zset', new SortedSet())

/** Puts a member in, or moves it. */
function put(db: Keyspace, entry: Entry<'zset'>, member: string, score: number): void {
  const grown = entry.value.score(member) === undefined ? ELEMENT_BYTES + member.length : 0
  entry.value.set(member, score)
  db.resize(entry, grown)
}

function remove(db: Keyspace, entry: Entry<'zset'>, members: readonly string[]): number {
  let removed = 0
  for (const member of members) {
    if (!entry.value.delete(member)) continue
    db.resize(entry, -(ELEMENT_BYTES + member.length))
    removed++
  }
  db.removeIfEmpty(entry)
  return removed
}

const FLAGS = ['NX', 'XX', 'GT', 'LT', 'CH', 'INCR']

function add(db: Keyspace, [key, ...words]: readonly string[], now: Nanos): RedisValue {
  let i = 0
  const flags = new Set<string>()
  while (i < words.length && FLAGS.includes(words[i]!.toUpperCase())) flags.add(words[i++]!.toUpperCase())
  const has = (flag: string): boolean => flags.has(flag)
  const pairs = words.slice(i)
  if (pairs.length === 0 || pairs.length % 2 === 1) throw syntaxError()
  if (has('NX') && has('XX'))
    throw new CommandError('ERR XX and NX options at the same time are not compatible')
  if (['NX', 'GT', 'LT'].filter(has).length > 1)
    throw new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible')
  if (has('INCR') && pairs.length > 2)
    throw new CommandError('ERR INCR option supports a single increment-element pair')
  const scored = pairs.flatMap((text, j) =>
    j % 2 === 0 ? [{ score: scoreOf(text), member: pairs[j + 1]! }] : [],
  )
  const there = db.get(key!, 'zset', now)
  if (!there && has('XX')) return has('INCR') ? null : 0
  const entry = there ?? open(db, key!, now)
  let added = 0
  let changed = 0
  let told: string | null = null
  for (const { member, score: given } of scored) {
    const old = entry.value.score(member)
    const score = has('INCR') ? (old ?? 0) + given : given
    if (Number.isNaN(score)) throw new CommandError('ERR resulting score is not a number (NaN)')
    const barred =
      old === undefined ? has('XX') : has('NX') || (has('GT') && score <= old) || (has('LT') && score >= old)
    if (barred) continue
    told = textOf(score)
    if (old === undefined) added++
    else if (old !== score) changed++
    else continue
    put(db, entry, member, score)
  }
  db.removeIfEmpty(entry)
  return has('INCR') ? told : added + (has('CH') ? changed : 0)
}

/** An end of a range of scores: `5`, `(5` without it, `-inf`. */
function boundOf(text: string): { readonly score: number; readonly open: boolean } {
  const open = text.startsWith('(')
  return { score: scoreOf(open ? text.slice(1) : text, 'ERR min or max is not a float'), open }
}

/** The ranks of the scores from one bound to the other. */
function ranksOf(set: SortedSet, min: string, max: string): { readonly from: number; readonly to: number } {
  const low = boundOf(min)
  const high = boundOf(max)
  return { from: set.countBelow(low.score, low.open), to: set.countBelow(high.score, !high.open) - 1 }
}

/** What a range asks for. */
interface Range {
  readonly byScore: boolean
  readonly reverse: boolean
  readonly withScores: boolean
  readonly offset: number
  readonly limit: number
}

function rangeOf(words: readonly string[], byScore: boolean, reverse: boolean): Range {
  let range: Range = { byScore, reverse, withScores: false, offset: 0, limit: MORE }
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!.toUpperCase()
    if (word === 'WITHSCORES') range = { ...range, withScores: true }
    else if (word === 'BYSCORE') range = { ...range, byScore: true }
    else if (word === 'REV') range = { ...range, reverse: true }
    else if (word === 'LIMIT' && i + 2 < words.length) {
      const limit = whole(words[i + 2]!)
      range = { ...range, offset: whole(words[i + 1]!), limit: limit < 0 ? MORE : limit }
      i += 2
    } else throw syntaxError()
  }
  if (range.limit !== MORE && !range.byScore) throw syntaxError()
  return range
}

/** The ranks that a range takes in, counted from the lowest score. */
function ranksIn(set: SortedSet, range: Range, start: string, stop: string) {
  const { byScore, reverse, offset, limit } = range
  const [low, high] = reverse ? [stop, start] : [start, stop]
  const inOrder = byScore ? ranksOf(set, low, high) : places(start, stop, set.size)
  const { from, to } =
    reverse && !byScore ? { from: set.size - 1 - inOrder.to, to: set.size - 1 - inOrder.from } : inOrder
  if (offset < 0) return { from: 0, to: -1 }
  return reverse
    ? { from: Math.max(from, to - offset - limit + 1), to: to - offset }
    : { from: from + offset, to: Math.min(to, from + offset + limit - 1) }
}

const range = (byScore: boolean, reverse: boolean): Command => ({
  least: 3,
  most: MORE,
  elements(db, [key, start, stop, ...words], now) {
    const set = setAt(db, key!, now)
    if (!set) return 0
    const { from, to } = ranksIn(set, rangeOf(words, byScore, reverse), start!, stop!)
    return Math.max(0, to - from + 1)
  },
  run(db, [key, start, stop, ...words], now) {
    const range = rangeOf(words, byScore, reverse)
    const set = setAt(db, key!, now) ?? new SortedSet()
    const { from, to } = ranksIn(set, range, start!, stop!)
    const found = set.slice(from, to)
    if (range.reverse) found.reverse()
    return found.flatMap(({ member, score }) => (range.withScores ? [member, textOf(score)] : [member]))
  },
})

/** Takes the lowest, or highest, `amount`: their members and scores in turn. */
function take(db: Keyspace, entry: Entry<'zset'>, amount: number, highest: boolean): string[] {
  const { size } = entry.value
  const found = entry.value.slice(highest ? Math.max(0, size - amount) : 0, highest ? size - 1 : amount - 1)
  if (highest) found.reverse()
  remove(
    db,
    entry,
    found.map(({ member }) => member),
  )
  return found.flatMap(({ member, score }) => [member, textOf(score)])
}

const pop = (highest: boolean): Command => ({
  least: 1,
  most: 2,
  effect: 'writes',
  elements: (db, [key, amount], now) =>
    Math.max(0, Math.min(Number(amount) || 0, setAt(db, key!, now)?.size ?? 0) - 1),
  run(db, [key, amount = '1'], now) {
    const limit = amountOf(amount)
    const entry = db.get(key!, 'zset', now)
    return entry ? take(db, entry, limit, highest) : []
  },
})

const blockingPop = (highest: boolean): Command => ({
  least: 2,
  most: MORE,
  keys: 'all-but-last',
  effect: 'writes',
  blocks: true,
  run(db, args, now) {
    patience(args.at(-1)!)
    for (const key of args.slice(0, -1)) {
      const entry = db.get(key, 'zset', now)
      if (entry) return [key, ...take(db, entry, 1, highest)]
    }
    return null
  },
})

const rank = (reverse: boolean): Command => ({
  least: 2,
  run(db, [key, member], now) {
    const set = setAt(db, key!, now)
    const rank = set?.rank(member!)
    return rank === undefined ? null : reverse ? set!.size - 1 - rank : rank
  },
})

export const sortedSets: Commands = {
  ZADD: {
    least: 3,
    most: MORE,
    effect: 'grows',
    elements: (_db, args) => Math.max(0, Math.floor((args.length - 1) / 2) - 1),
    run: add,
  },
  ZINCRBY: {
    least: 3,
    effect: 'grows',
    run: (db, [key, by, member], now) => add(db, [key!, 'INCR', by!, member!], now),
  },
  ZREM: {
    least: 2,
    most: MORE,
    effect: 'writes',
    elements: (_db, args) => args.length - 2,
    run(db, [key, ...members], now) {
      const entry = db.get(key!, 'zset', now)
      return entry ? remove(db, entry, members) : 0
    },
  },
  ZREMRANGEBYSCORE: {
    least: 3,
    effect: 'writes',
    elements(db, [key, min, max], now) {
      const set = setAt(db, key!, now)
      const { from, to } = set ? ranksOf(set, min!, max!) : { from: 0, to: -1 }
      return Math.max(0, to - from + 1)
    },
    run(db, [key, min, max], now) {
      const entry = db.get(key!, 'zset', now)
      const { from, to } = ranksOf(entry?.value ?? new SortedSet(), min!, max!)
      if (!entry) return 0
      const found = entry.value.slice(from, to)
      return remove(
        db,
        entry,
        found.map(({ member }) => member),
      )
    },
  },
  ZCARD: { least: 1, run: (db, [key], now) => setAt(db, key!, now)?.size ?? 0 },
  ZCOUNT: {
    least: 3,
    run(db, [key, min, max], now) {
      const { from, to } = ranksOf(setAt(db, key!, now) ?? new SortedSet(), min!, max!)
      return Math.max(0, to - from + 1)
    },
  },
  ZSCORE: {
    least: 2,
    run(db, [key, member], now) {
      const score = setAt(db, key!, now)?.score(member!)
      return score === undefined ? null : textOf(score)
    },
  },
  ZRANK: rank(false),
  ZREVRANK: rank(true),
  ZRANGE: range(false, false),
  ZREVRANGE: range(false, true),
  ZRANGEBYSCORE: range(true, false),
  ZREVRANGEBYSCORE: range(true, true),
  ZPOPMIN: pop(false),
  ZPOPMAX: pop(true),
  BZPOPMIN: blockingPop(false),
  BZPOPMAX: blockingPop(true),
}
