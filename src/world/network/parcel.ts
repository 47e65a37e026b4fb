// A message on a stream or as a datagram: what the network keeps of it until it arrives.

import type { EventTarget } from '../../kernel/simulation.ts'
import type { Nanos } from '../../units.ts'
import type { Envelope } from '../envelope.ts'
import type { Cargo } from './edge.ts'
import type { Link } from './link.ts'
import type { Stream } from './stream.ts'

/** What has been decided over one message. */
export interface Fate {
  /** It comes so much later. */
  readonly later: Nanos
  /** Its first packet is damaged. */
  readonly damaged: boolean
}

export const UNTOUCHED: Fate = { later: 0, damaged: false }

/** A message on a stream. */
export class Parcel implements EventTarget, Cargo {
  readonly id: number
  next: Parcel | undefined
  /** Segments not sent yet, and those that have not got through. */
  unsent: number
  missing: number
  sentAt: Nanos = 0
  /** When the last of what has got through arrives. */
  arrivesAt: Nanos = 0
  /** All of it is there, and waits for its turn. */
  here = false
  /** It will not come any more. */
  gone = false
  /** Its first packet will not get through. */
  damaged: boolean
  /** It comes so much later than it would. */
  readonly later: Nanos

  constructor(
    readonly stream: Stream,
    readonly envelope: Envelope,
    readonly bytes: number,
    readonly segments: number,
    { later, damaged }: Fate,
  ) {
    this.id = envelope.id
    this.later = later
    this.damaged = damaged
    this.unsent = segments
    this.missing = segments
  }

  /** It was sent as a whole. */
  left(at: Nanos): void {
    this.stream.wholeLeft(this, at)
  }

  fire(): void {
    this.stream.arrived(this)
  }
}

/** Some segments of a parcel, sent together. */
export class Batch implements Cargo {
  constructor(
    readonly parcel: Parcel,
    readonly segments: number,
    readonly bytes: number,
    /** They were sent before, in vain. */
    readonly again: boolean,
  ) {}

  left(at: Nanos): void {
    this.parcel.stream.batchLeft(this, at)
  }

  /** How many segments are lost and how many get through, and of those how many behind a lost one; drawn. */
  outcome(link: Link): { readonly lost: number; readonly through: number; readonly behind: number } {
    let lost = 0
    let behind = 0
    for (let i = 0; i < this.segments; i++) {
      if (this.#isLost(link)) lost++
      else if (lost > 0) behind++
    }
    return { lost, through: this.segments - lost, behind }
  }

  #isLost(link: Link): boolean {
    const { parcel } = this
    if (link.broken) return true
    if (!parcel.damaged) return link.condition.drops()
    parcel.damaged = false
    return true
  }
}
