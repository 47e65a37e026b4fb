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
import type { Loss } from './losses.ts'
import type { TcpValues } from './parameters.ts'
import { Batch, type Parcel } from './parcel.ts'
import { Parcels } from './parcels.ts'
import { Recovery } from './recovery.ts'
import type { Traffic } from './traffic.ts'

const ROUND = 1
const NOTICED = 2
const TIMER = 3

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
  readonly #parcels = new Parcels()
  /** Shares its way with other flows, and those behind it wait. */
  #flowing = false
  /** It is just sending. */
  #pumping = false
  /** Sent and not left yet. */
  #leaving = 0
  #made: Recovery | undefined
  #round = -1
  #noticed = -1
  #timer = -1
  /** How often the timer has run out in a row. */
  #tries = 0

  constructor(
    readonly id: number,
    readonly link: Link,
    /** The link back. */
    readonly back: Link,
    readonly owner: StreamOwner,
    readonly terms: StreamTerms,
  ) {}

  send(parcel: Parcel): void {
    this.#parcels.add(parcel)
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
    this.#recovery.window.endsAt = Math.max(this.#recovery.window.endsAt, at)
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
      this.#recovery.losses.add(parcel, parcel.segments, true)
      this.#setTimer(parcel.sentAt)
    } else this.#drop(parcel)
  }

  fire(kind: number): void {
    if (kind === ROUND) {
      this.#round = -1
      this.#pump()
    } else if (kind === NOTICED) this.#notice()
    else this.#timeOut()
  }

  /** All that is on the stream is lost. */
  abort(): void {
    for (const parcel of this.#parcels) this.#forget(parcel)
    this.#made?.losses.clear()
    this.#parcels.unsent = undefined
    this.#tries = 0
    this.#timer = this.#cancelled(this.#timer)
    this.#noticed = this.#cancelled(this.#noticed)
    this.#land()
  }

  get #recovery(): Recovery {
    this.#made ??= new Recovery(this.link, this.back, this.terms.tcp)
    return this.#made
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
    const lost = this.#made?.losses.next
    const parcel = lost?.parcel ?? this.#parcels.unsent
    if (parcel === undefined) return false
    if (this.link.broken && !this.terms.holdsOn) {
      if (lost) this.#recovery.losses.take(lost.segments)
      else this.#parcels.unsent = parcel.next
      this.#drop(parcel)
    } else if (!lost && this.#isFree(parcel)) this.#sendWhole(parcel)
    else if (!this.#hasRoom()) return false
    else if (lost) this.#sendAgain(lost)
    else this.#sendNew(parcel)
    return true
  }

  /** Nothing is lost here, so that the whole of it can be sent at once. */
  #isFree(parcel: Parcel): boolean {
    const { link } = this
    if (parcel.damaged || parcel.unsent < parcel.segments || link.broken) return false
    return (link.condition.drop === 0 || link.flows(parcel.bytes)) && !this.#made?.losses.missing
  }

  #sendWhole(parcel: Parcel): void {
    const { simulation } = this.terms
    this.#parcels.unsent = parcel.next
    parcel.unsent = 0
    parcel.sentAt = simulation.now
    this.#flowing = this.link.flows(parcel.bytes)
    this.link.carry(parcel, simulation.now)
  }

  /** Whether there is room in the window's round, or in a new one that may begin. */
  #hasRoom(): boolean {
    const { simulation } = this.terms
    const { now } = simulation
    const window = this.#recovery.window
    if (now < window.endsAt || this.#leaving > 0) {
      if (window.room > 0) return true
      // What is leaving asks again when it has left.
      if (this.#leaving === 0 && this.#round < 0)
        this.#round = simulation.schedule(window.endsAt, this, ROUND)
      return false
    }
    if (now - window.endsAt > this.#recovery.roundTrip.timeout(this.#tries)) window.rest()
    window.open(now + this.#recovery.roundTrip.mean, this.#recovery.losses.missing)
    // With all of it missing, the timer will see to it.
    return window.room > 0
  }

  #sendAgain({ parcel, segments: lost }: Loss): void {
    const { traffic, simulation } = this.terms
    const segments = Math.min(lost, this.#recovery.window.room)
    this.#recovery.losses.take(segments)
    if (parcel.gone) return
    traffic.retransmitted.add(simulation.now, segments)
    this.#sendBatch(parcel, segments, true)
  }

  #sendNew(parcel: Parcel): void {
    const segments = Math.min(parcel.unsent, this.#recovery.window.room)
    parcel.unsent -= segments
    if (parcel.unsent === 0) this.#parcels.unsent = parcel.next
    this.#sendBatch(parcel, segments, false)
  }

  #sendBatch(parcel: Parcel, segments: number, again: boolean): void {
    const { simulation, tcp } = this.terms
    const bytes = Math.min(parcel.bytes, segments * tcp.segment)
    parcel.sentAt = simulation.now
    this.#recovery.window.sent += segments
    this.#leaving++
    this.link.carry(new Batch(parcel, segments, bytes, again), simulation.now)
  }

  /** What became of the segments of a batch. */
  #account(batch: Batch, at: Nanos): void {
    const losses = this.#recovery.losses
    const { parcel, again } = batch
    const { lost, through, behind } = batch.outcome(this.link)
    if (!again) losses.passed(through - behind)
    if (lost > 0) {
      losses.add(parcel, lost, again)
      this.#setTimer(at)
    }
    if (!again) losses.passed(behind)
    if (through > 0) {
      this.#recovery.window.arrived += through
      if (again) this.#tries = 0
      parcel.missing -= through
      parcel.arrivesAt = Math.max(parcel.arrivesAt, at + this.link.takes())
      if (parcel.missing === 0) this.#schedule(parcel)
    }
    if (losses.areTold && this.#noticed < 0)
      this.#noticed = this.terms.simulation.schedule(at + this.#recovery.roundTrip.mean, this, NOTICED)
  }

  /** Something was lost that was sent then; the timer runs for the earliest. */
  #setTimer(sentAt: Nanos): void {
    if (this.#timer >= 0) return
    const { simulation } = this.terms
    this.#timer = simulation.schedule(
      Math.max(simulation.now, sentAt + this.#recovery.roundTrip.timeout(this.#tries)),
      this,
      TIMER,
    )
  }

  /** Acknowledgements have told of losses. */
  #notice(): void {
    this.#noticed = -1
    this.#recovery.losses.noticed()
    if (!this.#recovery.losses.anyStuck) this.#timer = this.#cancelled(this.#timer)
    this.#recovery.window.halve(
      this.terms.simulation.now + this.#recovery.roundTrip.mean,
      this.#recovery.losses.missing,
    )
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
    this.#noticed = this.#cancelled(this.#noticed)
    this.#recovery.losses.timedOut()
    this.#recovery.window.collapse(simulation.now + this.#recovery.roundTrip.mean)
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
    for (let parcel = this.#parcels.shift(); parcel; parcel = this.#parcels.shift())
      if (!parcel.gone) this.owner.landed(parcel)
  }

  #cancelled(handle: number): number {
    if (handle >= 0) this.terms.simulation.cancel(handle)
    return -1
  }
}
