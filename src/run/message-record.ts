// The messages of one run: who talked to whom since the end of warm-up, and, one by one, those around what matters most: the first
// violation of a law; else the slowest request that was answered; else the beginning.
// Whose request a message is follows the account of its time. What has no account (a message one way, a proxy's own call) belongs to the
// request in whose handling it was sent; where a proxy lets it wait for the end of another, it counts for that one.

import { chainOf, excerptOf, ownOf } from '../observe/excerpt.ts'
import { type Held, MessageLog } from '../observe/message-log.ts'
import type { Recorded, RecordedExcerpt } from '../observe/recorded.ts'
import { trafficOf } from '../observe/traffic.ts'
import { format, formatInstant, formatMoment, type Nanos } from '../units.ts'
import type { World } from '../world/world.ts'

/** Messages before a violation, and of a beginning. */
const BEFORE = 200
const AT_FIRST = 250

/** A request that was answered. */
interface Answered {
  readonly request: number
  readonly at: Nanos
  readonly latency: Nanos
  /** Its message, and the last one before its answer took effect. */
  readonly first: number
  readonly last: number
  readonly held: Held
}

interface Seen {
  readonly at: Nanos
  readonly what: string
  /** The message to which what was done then goes back, or -1. */
  readonly cause: number
  readonly held: Held
}

export class MessageRecord {
  readonly log = new MessageLog()
  #start: Nanos = 0
  /** What the cores of each host had been in use by then. */
  readonly #before = new Map<string, number>()
  #beginning = this.log.hold(0, AT_FIRST - 1)
  #slowest: Answered | undefined
  #violation: Seen | undefined

  /** The warm-up is over, and levels are reset. */
  measure({ hosts, simulation: { now } }: World): void {
    const { log } = this
    this.#start = now
    log.reset(now)
    for (const [name, { cpu }] of hosts) this.#before.set(name, cpu.levels!.total.integral(now))
    log.release(this.#beginning)
    this.#beginning = log.hold(log.next, log.next + AT_FIRST - 1)
    if (this.#slowest) log.release(this.#slowest.held)
    this.#slowest = undefined
  }

  /** A request of the clients has been answered. @param request its number @param message the one it was asked by */
  answered(request: number, message: number, at: Nanos, latency: Nanos): void {
    const { log } = this
    if (this.#slowest && latency <= this.#slowest.latency) return
    if (this.#slowest) log.release(this.#slowest.held)
    const last = log.next - 1
    this.#slowest = { request, at, latency, first: message, last, held: log.hold(message, last) }
  }

  /** A checker has found its first violation, in what goes back to this message. */
  violated(at: Nanos, what: string, cause: number): void {
    const { log } = this
    if (this.#violation || log.next === 0) return
    const held = log.hold(Math.max(0, log.next - BEFORE), log.next - 1)
    this.#violation = { at, what, cause, held }
  }

  finish(world: World, seed: string): Pick<Recorded, 'traffic' | 'excerpt'> {
    const { hosts, simulation } = world
    const { now } = simulation
    const measured = now - this.#start
    const used = [...hosts.values()].map(({ name, cpu }) => {
      const inUse = cpu.levels!.total.integral(now) - (this.#before.get(name) ?? 0)
      return { name, cores: cpu.cores, utilisation: measured === 0 ? 0 : inUse / measured }
    })
    const excerpt = this.#ofViolation(seed) ?? this.#ofSlowest(seed) ?? this.#ofBeginning(seed)
    return {
      traffic: trafficOf(this.log, { seed, now, measured, hosts: used }),
      ...(excerpt ? { excerpt } : {}),
    }
  }

  /** What is its own is what the last thing done before it goes back to. */
  #ofViolation(seed: string): RecordedExcerpt | undefined {
    if (!this.#violation) return undefined
    const { at, what, cause, held } = this.#violation
    const { first, last } = held
    const chain = chainOf(held, cause)
    const own = new Set(chain)
    const of = 'violation'
    return excerptOf(this.log, {
      seed,
      of,
      what,
      from: held.sent(first),
      until: at,
      first,
      last,
      held,
      own,
      chain,
    })
  }

  #ofSlowest(seed: string): RecordedExcerpt | undefined {
    if (!this.#slowest) return undefined
    const { request, at, latency, first, last, held } = this.#slowest
    const own = ownOf(held, first, last, request)
    // The answer is the last message of its own that goes to who asked.
    const clients = held.first > first ? -1 : held.from(first)
    const answer = [...own].findLast((message) => held.to(message) === clients) ?? -1
    const chain = chainOf(held, answer).filter((message) => own.has(message))
    const forgotten = held.first > first ? '; its beginning is no longer known' : ''
    const what = `${format(latency, 'ns')}, asked at ${formatMoment(at)}${forgotten}`
    const [from, until] = [at, at + latency]
    return excerptOf(this.log, {
      seed,
      of: 'slowest request',
      what,
      from,
      until,
      first,
      last,
      held,
      own,
      chain,
    })
  }

  #ofBeginning(seed: string): RecordedExcerpt | undefined {
    const { first } = this.#beginning
    const last = Math.min(this.#beginning.last, this.log.next - 1)
    if (last < first) return undefined
    return excerptOf(this.log, {
      seed,
      of: 'beginning',
      what: `the first messages, from ${formatInstant(this.#start)} on`,
      from: this.#start,
      until: this.#beginning.sent(last),
      first,
      last,
      held: this.#beginning,
      own: new Set(),
      chain: [],
    })
  }
}
