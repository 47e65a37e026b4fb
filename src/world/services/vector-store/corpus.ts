// Which documents are near to a query. All documents of a corpus have a rank for each query, a permutation that follows from
// the query alone: document = a · rank + b (mod size), with a and b drawn from the query by a hash and a prime to the size. A
// store that has some of the documents answers with those of its own that rank best. Nothing is stored for a rank, and
// a query costs what it answers, not what there is.

import type { Match } from '../../../env/index.ts'

/** Ranks and sizes below this multiply exactly. */
export const LARGEST_CORPUS = 2 ** 26

export class Ranking {
  readonly #size: number
  readonly #a: number
  readonly #b: number

  constructor(size: number, query: number) {
    this.#size = size
    this.#a = size === 1 ? 1 : coprime(size, 1 + (hash(query, 1) % (size - 1)))
    this.#b = hash(query, 2) % size
  }

  document(rank: number): number {
    return (this.#a * rank + this.#b) % this.#size
  }

  /** What turns documents into ranks. */
  inverse(): (document: number) => number {
    const inverse = inverseOf(this.#a, this.#size)
    return (document) => (inverse * ((document - this.#b + this.#size) % this.#size)) % this.#size
  }
}

/** The documents that a store has. */
export class Holdings {
  /** @param first @param count those it has from the start @param added beside them */
  constructor(
    readonly first: number,
    readonly count: number,
    readonly added: Set<number>,
  ) {}

  get size(): number {
    return this.count + this.added.size
  }

  has(document: number): boolean {
    return this.#fromTheStart(document) || this.added.has(document)
  }

  /** False if it was there. */
  add(document: number): boolean {
    if (this.has(document)) return false
    this.added.add(document)
    return true
  }

  *all(): Iterable<number> {
    for (let i = 0; i < this.count; i++) yield this.first + i
    yield* this.added
  }

  #fromTheStart(document: number): boolean {
    return document >= this.first && document < this.first + this.count
  }
}

/** What is searched for. */
export interface Wanted {
  readonly k: number
  /** Whether a document passes the filter. */
  passes(document: number): boolean
  /** Whether the index finds it, as an approximate one may not. */
  finds(document: number): boolean
}

export interface Found {
  readonly matches: readonly Match[]
  /** Share of the best k that are among them; undefined where there is none to be found. */
  readonly recall: number | undefined
}

export function nearest(size: number, query: number, holdings: Holdings, wanted: Wanted): Found {
  const ranking = new Ranking(size, query)
  const matches: Match[] = []
  let passed = 0
  let found = 0
  for (const rank of candidates(size, ranking, holdings, wanted.k)) {
    const id = ranking.document(rank)
    if (!wanted.passes(id)) continue
    passed++
    if (!wanted.finds(id)) continue
    if (passed <= wanted.k) found++
    matches.push({ id, score: 1 - rank / size })
    if (matches.length === wanted.k) break
  }
  const best = Math.min(passed, wanted.k)
  return { matches, recall: best === 0 ? undefined : found / best }
}

/** The ranks of the documents there are, from the best on. */
function* candidates(size: number, ranking: Ranking, holdings: Holdings, k: number): Iterable<number> {
  // Down the ranks one meets k of those held after k · size / held; all of these are ranked in fewer steps if they are few.
  if (holdings.size * holdings.size < k * size) {
    const rankOf = ranking.inverse()
    yield* Float64Array.from(holdings.all(), rankOf).sort()
    return
  }
  for (let rank = 0; rank < size; rank++) if (holdings.has(ranking.document(rank))) yield rank
}

/** 32 bits of two numbers, evenly spread (the end of MurmurHash3). */
export function hash(a: number, b: number): number {
  let bits = Math.imul(a, 0x9e3779b1) ^ Math.imul(b ^ 0x7f4a7c15, 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** 32 bits of a text. */
export function hashOf(text: string): number {
  let bits = 0
  for (let i = 0; i < text.length; i++) bits = hash(bits, text.charCodeAt(i))
  return bits
}

function coprime(size: number, from: number): number {
  let a = from
  while (gcd(a, size) !== 1) a = a + 1 === size ? 1 : a + 1
  return a
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}

/** By Euclid's extended algorithm. */
function inverseOf(a: number, size: number): number {
  let [rest, next] = [size, a]
  let [factor, nextFactor] = [0, 1]
  while (next !== 0) {
    const times = Math.floor(rest / next)
    ;[rest, next] = [next, rest - times * next]
    ;[factor, nextFactor] = [nextFactor, factor - times * nextFactor]
  }
  return ((factor % size) + size) % size
}
