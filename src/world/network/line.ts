// Edges one after another, each with a queue: first in, first out, a message at a time. A message of several packets
// enters the next edge when its first packet has come through, as far as its last one will not be late: so a path takes
// as long as its slowest edge and a packet more for each of the others (store and forward by packets).
// Left out: interleaving with others packet by packet; full queues, which would drop.

import { Fifo } from '../../env/fifo.ts'
import type { EventTarget, Simulation } from '../../kernel/simulation.ts'
import type { Nanos } from '../../units.ts'
import { type Cargo, Edge, type Packets, packetsOf, type Way } from './edge.ts'
import type { Link } from './link.ts'

/** The queue of an edge. */
export class Line implements EventTarget {
  readonly #waiting = new Fifo<Passage>()
  #current: Passage | undefined

  constructor(
    readonly simulation: Simulation,
    readonly id: number,
    readonly edge: Edge,
  ) {}

  enter(passage: Passage): void {
    if (this.#current) this.#waiting.push(passage)
    else {
      this.edge.level?.set(this.simulation.now, 1)
      this.#begin(passage)
    }
  }

  /** The one being served has passed. */
  fire(): void {
    const passage = this.#current!
    const next = this.#waiting.shift()
    if (next) this.#begin(next)
    else {
      this.#current = undefined
      this.edge.level?.set(this.simulation.now, 0)
    }
    passage.passed(this)
  }

  #begin(passage: Passage): void {
    this.#current = passage
    const { edge, simulation } = this
    const takes = edge.takes(passage.bytes, passage.packets)
    simulation.schedule(simulation.now + takes, this, 0)
    passage.begun(this, takes)
  }
}

/** One cargo on its way along the lines. */
class Passage implements EventTarget {
  readonly bytes: number
  readonly packets: number
  /** Bytes of one packet. */
  readonly packet: number
  #at = 0

  constructor(
    readonly cargo: Cargo,
    readonly lines: readonly Line[],
    packets: Packets,
  ) {
    const { segment, encapsulation } = packets
    this.packets = packetsOf(packets, cargo.bytes)
    this.bytes = cargo.bytes + this.packets * encapsulation
    this.packet = Math.min(cargo.bytes, segment) + encapsulation
  }

  get id(): number {
    return this.lines[this.#at]!.id
  }

  begun(line: Line, takes: Nanos): void {
    const next = this.lines[this.#at + 1]
    if (next === undefined || this.packets === 1) return
    const first = line.edge.takes(this.packet, 1)
    // A faster line begins so late that it ends a packet after this one.
    const late = takes + next.edge.takes(this.packet, 1) - next.edge.takes(this.bytes, this.packets)
    line.simulation.schedule(line.simulation.now + Math.max(first, late), this, 1)
  }

  /** The first packet has come to the next line. */
  fire(): void {
    this.lines[++this.#at]!.enter(this)
  }

  passed(line: Line): void {
    if (line === this.lines.at(-1)) this.cargo.left(line.simulation.now)
    else if (this.packets === 1) this.fire()
  }
}

/** The lines from one host to another. */
export class LineWay implements Way {
  readonly narrowest: number
  readonly #own: Line
  #lines: readonly Line[] = []

  constructor(
    readonly simulation: Simulation,
    id: number,
    /** Those that others use too. */
    readonly shared: readonly Line[],
    readonly packets: Packets,
  ) {
    this.#own = new Line(simulation, id, new Edge(Number.POSITIVE_INFINITY))
    this.narrowest = shared.reduce(
      (least, { edge }) => Math.min(least, edge.bandwidth),
      Number.POSITIVE_INFINITY,
    )
  }

  carry(cargo: Cargo): void {
    const first = this.#lines[0]
    if (first) first.enter(new Passage(cargo, this.#lines, this.packets))
    else cargo.left(this.simulation.now)
  }

  flows(): boolean {
    return false
  }

  retune({ bandwidth }: Link): void {
    this.#own.edge.bandwidth = bandwidth
    this.#lines = bandwidth === Number.POSITIVE_INFINITY ? this.shared : [this.#own, ...this.shared]
  }
}
