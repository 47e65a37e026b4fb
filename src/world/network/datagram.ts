// A message that nobody sends again and nothing keeps in order. It is lost if one of its pieces is (RFC 791, 3.2).

import type { EventTarget, Simulation } from '../../kernel/simulation.ts'
import type { Nanos } from '../../units.ts'
import type { Envelope } from '../envelope.ts'
import type { Cargo } from './edge.ts'
import type { Link } from './link.ts'
import type { Fate } from './parcel.ts'
import type { Traffic } from './traffic.ts'

export class Datagram implements EventTarget, Cargo {
  readonly id: number

  constructor(
    readonly simulation: Simulation,
    readonly traffic: Traffic,
    readonly link: Link,
    readonly envelope: Envelope,
    readonly bytes: number,
    readonly pieces: number,
    readonly fate: Fate,
  ) {
    this.id = envelope.id
  }

  send(): void {
    const { link, simulation } = this
    if (link.broken) this.#lose()
    else link.carry(this, simulation.now)
  }

  left(at: Nanos): void {
    let lost = this.fate.damaged
    for (let piece = 0; piece < this.pieces; piece++) if (this.link.condition.drops()) lost = true
    if (lost) {
      this.#lose()
      return
    }
    this.#arrive(at, this)
    if (!this.link.condition.doubles()) return
    this.traffic.duplicated.add(this.simulation.now)
    const second = this.envelope.copy()
    this.#arrive(at, second)
  }

  fire(): void {
    if (this.link.broken) this.#lose()
    else this.envelope.arrive()
  }

  #arrive(at: Nanos, target: EventTarget): void {
    this.simulation.schedule(at + this.link.takes() + this.fate.later, target, 0)
  }

  #lose(): void {
    this.traffic.lost.add(this.simulation.now)
  }
}
