// Who sent what to whom and when, where the messages of a run are kept: the last quarter of a million of them, and those that somebody
// holds on to. A message is a few numbers in typed arrays, in chunks that are used again, so that taking it down makes no object.
// Between which processes it went is counted a chunk at a time.

import type { Nanos } from '../units.ts'
import { LinkCounts } from './link-counts.ts'
import { LoadFigures, ProcessLoad } from './process-load.ts'

const BITS = 12
/** Messages of a chunk. */
const SIZE = 1 << BITS
const MASK = SIZE - 1
/** Chunks that are kept, whoever wants them: 2^18 messages, 13.6 MB. */
const CHUNKS = 64
/** Beyond so many kinds, which are then no kinds, the rest are one. */
const MOST_KINDS = 4096

/** Of a message in `times`: when it was sent, when its handling began and ended (-1: it has not), bytes. */
const TIMES = 4
const BEGUN = 1
const DONE = 2
const BYTES = 3
/** Of a message in `places`: from, to, kind, how many messages before it its cause was sent (0: it has none), request. */
const PLACES = 5
const TO = 1
const KIND = 2
const CAUSE = 3
const REQUEST = 4

class Chunk {
  readonly times = new Float64Array(TIMES * SIZE)
  readonly places = new Int32Array(PLACES * SIZE)
  /** The messages of it are those from `number << BITS`. */
  number = 0
}

/** Messages that are kept for somebody, some of which may still be to come. They are known by the order in which they were sent. */
export class Held {
  readonly #chunks = new Map<number, Chunk>()

  /** @param last may not have been sent yet */
  constructor(
    readonly first: number,
    readonly last: number,
  ) {}

  add(chunk: Chunk): void {
    this.#chunks.set(chunk.number, chunk)
  }

  chunk(number: number): Chunk | undefined {
    return this.#chunks.get(number)
  }

  sent(message: number): Nanos {
    return this.#time(message, 0)
  }

  /** -1: it has not begun. */
  begun(message: number): Nanos {
    return this.#time(message, BEGUN)
  }

  /** -1: it is not done. */
  done(message: number): Nanos {
    return this.#time(message, DONE)
  }

  bytes(message: number): number {
    return this.#time(message, BYTES)
  }

  from(message: number): number {
    return this.#place(message, 0)
  }

  to(message: number): number {
    return this.#place(message, TO)
  }

  kind(message: number): number {
    return this.#place(message, KIND)
  }

  /** The message in whose handling it was sent; -1: none. */
  cause(message: number): number {
    const before = this.#place(message, CAUSE)
    return before === 0 ? -1 : message - before
  }

  /** The request of the clients that it is of; 0: none. */
  request(message: number): number {
    return this.#place(message, REQUEST)
  }

  #time(message: number, at: number): number {
    return this.#chunks.get(message >>> BITS)!.times[(message & MASK) * TIMES + at]!
  }

  #place(message: number, at: number): number {
    return this.#chunks.get(message >>> BITS)!.places[(message & MASK) * PLACES + at]!
  }
}

export class MessageLog {
  readonly loads: ProcessLoad[] = []
  readonly kinds: string[] = []
  readonly #figures = new LoadFigures()
  readonly #links = new LinkCounts()
  readonly #asked = new Map<string, number>()
  readonly #answers = new Map<string, number>()
  readonly #ring: Chunk[] = []
  readonly #held = new Set<Held>()
  #chunk = new Chunk()
  /** The kinds of the last message and of the last answer, as most are of the same kind as the one before. */
  #lastKind = ''
  #lastKindPlace = -1
  #lastAnswer = ''
  #lastAnswerPlace = -1
  /** Up to which message the links are counted. */
  #counted = 0
  /** Messages so far, and so the next one's number. */
  next = 0

  constructor() {
    this.#ring.push(this.#chunk)
  }

  /** A process of the run, before its first message. */
  process(name: string, part: string, host: string): ProcessLoad {
    const load = new ProcessLoad(this, this.loads.length, name, part, host, this.#figures)
    this.loads.push(load)
    return load
  }

  /**
   * Takes a message down; its number is what it is known by.
   * @param answer it answers a message of this kind
   * @param cause the number of the message in whose handling it is sent, or -1
   */
  sent(
    now: Nanos,
    from: number,
    to: number,
    kind: string,
    answer: boolean,
    bytes: number,
    cause: number,
    request: number,
  ): number {
    const message = this.next++
    const i = message & MASK
    if (i === 0 && message > 0) this.#turn(message >>> BITS)
    const { times, places } = this.#chunk
    const t = i * TIMES
    times[t] = now
    times[t + BEGUN] = -1
    times[t + DONE] = -1
    times[t + BYTES] = bytes
    const p = i * PLACES
    places[p] = from
    places[p + TO] = to
    places[p + KIND] = answer ? this.#answerPlace(kind) : this.#kindPlace(kind)
    places[p + CAUSE] = cause < 0 ? 0 : message - cause
    places[p + REQUEST] = request
    return message
  }

  /** Its handling begins. What has been forgotten is let be. */
  begun(message: number, now: Nanos): void {
    const chunk = this.#find(message)
    if (chunk) chunk.times[(message & MASK) * TIMES + BEGUN] = now
  }

  /** … and has ended. */
  done(message: number, now: Nanos): void {
    const chunk = this.#find(message)
    if (chunk) chunk.times[(message & MASK) * TIMES + DONE] = now
  }

  /** It has taken effect as it came, with nobody to handle it. */
  passed(message: number, now: Nanos): void {
    this.begun(message, now)
    this.done(message, now)
  }

  /** Keeps messages from `first` to `last` until they are let go of; those that are forgotten already are left out. */
  hold(first: number, last: number): Held {
    const newest = this.#chunk.number
    const oldest = Math.max(0, newest - CHUNKS + 1)
    const held = new Held(Math.max(first, oldest * SIZE), last)
    for (let number = held.first >>> BITS; number <= Math.min(last >>> BITS, newest); number++) {
      const chunk = this.#ring[number % CHUNKS]
      if (chunk?.number === number) held.add(chunk)
    }
    this.#held.add(held)
    return held
  }

  release(held: Held): void {
    this.#held.delete(held)
  }

  /** Who sent how much to whom since the last reset. */
  links(): LinkCounts {
    this.#count()
    return this.#links
  }

  /** The end of warm-up: counts begin anew, messages are kept. */
  reset(now: Nanos): void {
    this.#counted = this.next
    this.#links.clear()
    for (const load of this.loads) load.reset(now)
  }

  #find(message: number): Chunk | undefined {
    if (message < 0) return undefined
    const number = message >>> BITS
    if (this.#chunk.number === number) return this.#chunk
    const chunk = this.#ring[number % CHUNKS]!
    if (chunk.number === number) return chunk
    for (const held of this.#held) {
      const kept = held.chunk(number)
      if (kept) return kept
    }
    return undefined
  }

  /** Goes on to another chunk: the oldest one, unless somebody holds it. */
  #turn(number: number): void {
    this.#count()
    const place = number % CHUNKS
    const oldest = this.#ring[place]
    const free = oldest && ![...this.#held].some((held) => held.chunk(oldest.number))
    const chunk = free ? oldest : new Chunk()
    chunk.number = number
    this.#ring[place] = chunk
    this.#chunk = chunk
    for (const held of this.#held) if (held.last >= number * SIZE) held.add(chunk)
  }

  /** Of the chunk at hand: those before were counted when it began. */
  #count(): void {
    const { number, places } = this.#chunk
    const end = Math.min(this.next, (number + 1) * SIZE) - number * SIZE
    for (let i = Math.max(0, this.#counted - number * SIZE); i < end; i++)
      this.#links.add(places[i * PLACES]!, places[i * PLACES + TO]!, this.#chunk.times[i * TIMES + BYTES]!)
    this.#counted = number * SIZE + end
  }

  #kindPlace(kind: string): number {
    if (kind !== this.#lastKind || this.#lastKindPlace < 0) {
      this.#lastKindPlace = this.#asked.get(kind) ?? this.#add(this.#asked, kind, kind)
      this.#lastKind = kind
    }
    return this.#lastKindPlace
  }

  #answerPlace(kind: string): number {
    if (kind !== this.#lastAnswer || this.#lastAnswerPlace < 0) {
      this.#lastAnswerPlace = this.#answers.get(kind) ?? this.#add(this.#answers, kind, `${kind} answered`)
      this.#lastAnswer = kind
    }
    return this.#lastAnswerPlace
  }

  #add(places: Map<string, number>, kind: string, label: string): number {
    if (this.kinds.length === MOST_KINDS) this.kinds.push('other')
    if (this.kinds.length > MOST_KINDS) return MOST_KINDS
    const place = this.kinds.push(label) - 1
    places.set(kind, place)
    return place
  }
}
