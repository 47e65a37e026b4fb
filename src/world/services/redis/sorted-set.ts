// A sorted set: members by score and, where scores are equal, by their bytes (here: code units). Kept in runs of a few
// hundred, so that finding is O(log n), putting in moves one run only, and a rank counts the runs before it.

/** A run that grows to twice this is cut in two. */
const RUN = 256

interface Scored {
  readonly member: string
  readonly score: number
}

const before = (a: Scored, b: Scored): boolean =>
  a.score < b.score || (a.score === b.score && a.member < b.member)

export class SortedSet {
  readonly #scores = new Map<string, number>()
  /** None is empty, save where there is one alone. */
  readonly #runs: Scored[][] = [[]]

  constructor(members: Iterable<Scored> = []) {
    for (const { member, score } of members) this.set(member, score)
  }

  get size(): number {
    return this.#scores.size
  }

  score(member: string): number | undefined {
    return this.#scores.get(member)
  }

  /** Puts a member in, or moves it. */
  set(member: string, score: number): void {
    const old = this.#scores.get(member)
    if (old === score) return
    if (old !== undefined) this.#takeOut({ member, score: old })
    this.#scores.set(member, score)
    const scored = { member, score }
    const run = this.#runOf(scored)
    const items = this.#runs[run]!
    items.splice(placeIn(items, scored), 0, scored)
    if (items.length >= 2 * RUN) this.#runs.splice(run + 1, 0, items.splice(RUN))
  }

  delete(member: string): boolean {
    const score = this.#scores.get(member)
    if (score === undefined) return false
    this.#scores.delete(member)
    this.#takeOut({ member, score })
    return true
  }

  /** How many come before the member; `undefined` if it is none. */
  rank(member: string): number | undefined {
    const score = this.#scores.get(member)
    return score === undefined ? undefined : this.#ahead({ member, score })
  }

  /** How many have a score below this, or, with `included`, at most this. */
  countBelow(score: number, included: boolean): number {
    let count = 0
    for (const run of this.#runs) {
      const last = run.at(-1)
      if (last && (last.score < score || (included && last.score === score))) {
        count += run.length
        continue
      }
      return count + firstIn(run, (item) => item.score > score || (!included && item.score === score))
    }
    return count
  }

  /** Those from one rank to another, both included, in their order. */
  slice(from: number, to: number): Scored[] {
    const found: Scored[] = []
    let left = from
    for (const run of this.#runs) {
      if (left >= run.length) {
        left -= run.length
        continue
      }
      const wanted = to - from + 1 - found.length
      if (wanted <= 0) break
      for (const item of run.slice(left, left + wanted)) found.push(item)
      left = 0
    }
    return found
  }

  *[Symbol.iterator](): Iterator<Scored> {
    for (const run of this.#runs) yield* run
  }

  #ahead(scored: Scored): number {
    const run = this.#runOf(scored)
    let count = placeIn(this.#runs[run]!, scored)
    for (let i = 0; i < run; i++) count += this.#runs[i]!.length
    return count
  }

  /** The run that it is in, or would be. */
  #runOf(scored: Scored): number {
    const run = firstIn(this.#runs, (items) => items.length > 0 && !before(items.at(-1)!, scored))
    return Math.min(run, this.#runs.length - 1)
  }

  #takeOut(scored: Scored): void {
    const run = this.#runOf(scored)
    const items = this.#runs[run]!
    items.splice(placeIn(items, scored), 1)
    if (items.length === 0 && this.#runs.length > 1) this.#runs.splice(run, 1)
  }
}

/** The place of the first of which it is true, which all after it share; the length if there is none. */
function firstIn<T>(items: readonly T[], test: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (test(items[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

const placeIn = (run: readonly Scored[], scored: Scored): number =>
  firstIn(run, (item) => !before(item, scored))
