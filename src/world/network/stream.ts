// An ordered, reliable stream from one process to another: a TCP connection's one direction.
//
// While nothing is lost, a message is sent as a whole, and only its turn is kept. Where the link loses packets, it goes in
// segments within a window (window.ts). A lost segment is noticed when three later ones have been acknowledged (RFC 5681 3.2)
// or when the timer runs out (RFC 6298, doubling), and all that are known to be lost are sent again together, as selective
// acknowledgements allow (RFC 6675); a segment that was sent again is missed by the timer alone. What is behind waits.
// What a cut or a crashed host swallows is sent again by the timer if the stream holds on to it, else it is lost at once.
// Left out: acknowledgements that are lost or share the bandwidth; tail loss probes and RACK (RFC 8985), which notice some
// losses before the timer; Nagle's delay; a window on links that lose nothing.

import type { EventTarget, Simulation } from '../../kernel/simulation.ts'
import type { Nanos } from '../../units.ts'
import type { Link } from './link.ts'
import type { TcpValues } from './parameters.ts'
import { Batch, type Parcel } from './parcel.ts'
import type { Traffic } from './traffic.ts'
import { Window } from './window.ts'

/** Acknowledgements of later segments that tell of a loss (RFC 5681 3.2). */
const DUPLICATES = 3

const ROUND = 1
const NOTICED = 2
const TIMER = 3

/** Segments that are missing. */
interface Loss {
  readonly parcel: Parcel
  segments: number
}

/** Whose stream it is. */
export interface StreamOwner {
  /** A message has come, in its turn. */
  landed(parcel: Parcel): void
  /** What was sent again and again has not got through; all that was on the stream is lost. */
  gaveUp?(): void
}

export interface StreamTerms {
  readonly simulation: Simulation
  readonly traffic: Traffic
  readonly tcp: TcpValues
  /** What a cut swallows is sent again. */
  readonly holdsOn: boolean
}

export class Stream implements EventTarget {
  /** In their order, those that have not landed. */
  #first: Parcel | undefined
  #last: Parcel | undefined
  /** The first of them that is not sent to its end. */
  #unsent: Parcel | undefined
  /** Shares its way with other flows, and those behind it wait. */
  #flowing = false
  /** It is just sending. */
  #pumping = false
  /** Sent and not left yet. */
  #leaving = 0
  readonly #window: Window
  /** Lost, as nobody knows yet; lost again; known to be lost and to be sent again. */
  #fresh: Loss[] = []
  #stuck: Loss[] = []
  #known: Loss[] = []
  /** Later segments that got through while something is missing. */
  #duplicates = 0
  #round = -1
  #noticed = -1
  #timer = -1
  /** How often the timer has run out in a row. */
  #tries = 0

  constructor(
    readonly id: number,
    readonly link: Link,
    /** The link back, for round trips. */
    readonly back: Link,
    readonly owner: StreamOwner,
    readonly terms: StreamTerms,
  ) {
    const { initialWindow, receiveWindow, segment } = terms.tcp
    this.#window = new Window(initialWindow, Math.max(1, Math.floor(receiveWindow / segment)))
  }

  send(parcel: Parcel): void {
    if (this.#last) this.#last.next = parcel
    else this.#first = parcel
    this.#last = parcel
    this.#unsent ??= parcel
    this.#pump()
  }

  /** A message that was sent as a whole has left. */
  wholeLeft(parcel: Parcel, at: Nanos): void {
    if (!parcel.gone) {
      parcel.arrivesAt = at + this.link.takes()
      parcel.missing = 0
      this.#schedule(parcel)
    }
    this.#flowing = false
    this.#pump()
  }

  /** Segments have left; some of them may have been lost. */
  batchLeft(batch: Batch, at: Nanos): void {
    this.#leaving--
    this.#window.endsAt = Math.max(this.#window.endsAt, at)
    if (!batch.parcel.gone) this.#account(batch, at)
    this.#pump()
  }

  /** The last of a message is there. */
  arrived(parcel: Parcel): void {
    if (parcel.gone) return
    if (!this.link.broken) {
      parcel.here = true
      this.#land()
    } else if (this.terms.holdsOn) {
      parcel.missing = parcel.segments
      this.#miss(this.#stuck, parcel, parcel.segments, parcel.sentAt)
    } else this.#drop(parcel)
  }

  fire(kind: number): void {
    if (kind === ROUND) {
      this.#round = -1
      this.#pump()
    } else if (kind === NOTICED) this.#notice()
    else this.#timeOut()
  }

  /** All that is on the stream is lost, and what was learnt is forgotten. */
  abort(): void {
    for (let parcel = this.#first; parcel; parcel = parcel.next) this.#forget(parcel)
    this.#fresh = []
    this.#stuck = []
    this.#known = []
    this.#unsent = undefined
    this.#duplicates = 0
    this.#tries = 0
    this.#cancelTimer()
    this.#land()
  }

  get #roundTrip(): Nanos {
    return Math.round(this.link.condition.mean + this.back.condition.mean)
  }

  get #timeout(): Nanos {
    const { minTimeout, maxTimeout } = this.terms.tcp
    const deviation = Math.sqrt(this.link.condition.variance + this.back.condition.variance)
    const first = Math.max(minTimeout, this.#roundTrip + Math.round(4 * deviation))
    return Math.min(maxTimeout, first * 2 ** this.#tries)
  }

  /** Segments that nothing was heard of. */
  get #missing(): number {
    let segments = 0
    for (const loss of this.#fresh) segments += loss.segments
    for (const loss of this.#stuck) segments += loss.segments
    return segments
  }

  /** Sends what may be sent now. */
  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    while (this.#sendNext());
    this.#pumping = false
  }

  /** Whether there was something that may be sent now. */
  #sendNext(): boolean {
    if (this.#flowing) return false
    const known = this.#known[0]
    const parcel = known?.parcel ?? this.#unsent
    if (parcel === undefined) return false
    if (this.link.broken && !this.terms.holdsOn) {
      if (known) this.#known.shift()
      else this.#unsent = parcel.next
      this.#drop(parcel)
    } else if (!known && this.#free(parcel)) this.#sendWhole(parcel)
    else if (!this.#mayOpen()) return false
    else if (known) this.#sendAgain(known)
    else this.#sendNew(parcel)
    return true
  }

  /** Nothing is lost here, so that the whole of it can be sent at once. */
  #free(parcel: Parcel): boolean {
    const { link } = this
    if (parcel.damaged || parcel.unsent < parcel.segments) return false
    return (link.condition.drop === 0 || link.flows(parcel.bytes)) && !link.broken && this.#missing === 0
  }

  #sendWhole(parcel: Parcel): void {
    const { simulation } = this.terms
    this.#unsent = parcel.next
    parcel.unsent = 0
    parcel.sentAt = simulation.now
    this.#flowing = this.link.flows(parcel.bytes)
    this.link.carry(parcel, simulation.now)
  }

  /** Whether there is room in this round, or a new one may begin. */
  #mayOpen(): boolean {
    const { simulation } = this.terms
    const { now } = simulation
    const window = this.#window
    if (now < window.endsAt || this.#leaving > 0) {
      if (window.room > 0) return true
      // What is leaving asks again when it has left.
      if (this.#leaving === 0 && this.#round < 0)
        this.#round = simulation.schedule(window.endsAt, this, ROUND)
      return false
    }
    if (now - window.endsAt > this.#timeout) window.rest()
    window.open(now + this.#roundTrip, this.#missing)
    // With all of it missing, the timer will see to it.
    return window.room > 0
  }

  #sendAgain(loss: Loss): void {
    const { traffic, simulation } = this.terms
    const segments = Math.min(loss.segments, this.#window.room)
    loss.segments -= segments
    if (loss.segments === 0) this.#known.shift()
    if (loss.parcel.gone) return
    traffic.retransmitted.add(simulation.now, segments)
    this.#sendBatch(loss.parcel, segments, true)
  }

  #sendNew(parcel: Parcel): void {
    const segments = Math.min(parcel.unsent, this.#window.room)
    parcel.unsent -= segments
    if (parcel.unsent === 0) this.#unsent = parcel.next
    this.#sendBatch(parcel, segments, false)
  }

  #sendBatch(parcel: Parcel, segments: number, again: boolean): void {
    const { simulation, tcp } = this.terms
    const bytes = Math.min(parcel.bytes, segments * tcp.segment)
    parcel.sentAt = simulation.now
    this.#window.sent += segments
    this.#leaving++
    this.link.carry(new Batch(parcel, segments, bytes, again), simulation.now)
  }

  /** What became of the segments of a batch. */
  #account({ parcel, segments, again }: Batch, at: Nanos): void {
    let lost = 0
    for (let i = 0; i < segments; i++) {
      if (this.#drops(parcel)) lost++
      else if (!again && (lost > 0 || this.#fresh.length > 0)) this.#duplicates++
    }
    const through = segments - lost
    if (lost > 0) this.#miss(again ? this.#stuck : this.#fresh, parcel, lost, at)
    if (through > 0) {
      this.#window.arrived += through
      if (again) this.#tries = 0
      parcel.missing -= through
      parcel.arrivesAt = Math.max(parcel.arrivesAt, at + this.link.takes())
      if (parcel.missing === 0) this.#schedule(parcel)
    }
    if (this.#duplicates >= DUPLICATES && this.#fresh.length > 0 && this.#noticed < 0)
      this.#noticed = this.terms.simulation.schedule(at + this.#roundTrip, this, NOTICED)
  }

  #drops(parcel: Parcel): boolean {
    if (this.link.broken) return true
    if (!parcel.damaged) return this.link.condition.drops()
    parcel.damaged = false
    return true
  }

  #miss(among: Loss[], parcel: Parcel, segments: number, at: Nanos): void {
    among.push({ parcel, segments })
    if (this.#timer >= 0) return
    const { simulation } = this.terms
    this.#timer = simulation.schedule(Math.max(simulation.now, at + this.#timeout), this, TIMER)
  }

  /** Acknowledgements have told of losses. */
  #notice(): void {
    this.#noticed = -1
    this.#duplicates = 0
    this.#known.push(...this.#fresh)
    this.#fresh = []
    if (this.#stuck.length === 0) this.#cancelTimer()
    this.#window.halve(this.terms.simulation.now + this.#roundTrip, this.#missing)
    this.#pump()
  }

  /** Nothing has told of them; the timer does. */
  #timeOut(): void {
    this.#timer = -1
    const { simulation, tcp } = this.terms
    if (this.#tries++ >= tcp.retries || !this.link.from.up) {
      this.abort()
      this.owner.gaveUp?.()
      return
    }
    if (this.#noticed >= 0) simulation.cancel(this.#noticed)
    this.#noticed = -1
    this.#duplicates = 0
    this.#known = [...this.#stuck, ...this.#known, ...this.#fresh]
    this.#stuck = []
    this.#fresh = []
    this.#window.collapse(simulation.now + this.#roundTrip)
    this.#pump()
  }

  #schedule(parcel: Parcel): void {
    const { simulation } = this.terms
    // What went before as a plain message of the link stays before.
    const at = Math.max(parcel.arrivesAt + parcel.later, this.link.lastArrival, simulation.now)
    simulation.schedule(at, parcel, 0)
  }

  #drop(parcel: Parcel): void {
    this.#forget(parcel)
    this.#land()
  }

  #forget(parcel: Parcel): void {
    if (parcel.gone) return
    parcel.gone = true
    this.terms.traffic.lost.add(this.terms.simulation.now)
  }

  /** Hands over what has its turn. */
  #land(): void {
    for (let parcel = this.#first; parcel && (parcel.here || parcel.gone); parcel = this.#first) {
      this.#first = parcel.next
      if (this.#last === parcel) this.#last = undefined
      if (!parcel.gone) this.owner.landed(parcel)
    }
  }

  #cancelTimer(): void {
    if (this.#timer >= 0) this.terms.simulation.cancel(this.#timer)
    this.#timer = -1
  }
}
