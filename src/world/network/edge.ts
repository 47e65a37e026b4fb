// One direction of a stretch of cable, a switch's backplane, or a host's end of a tunnel: what messages share on their way.

import type { Level } from '../../observe/level.ts'
import type { Nanos } from '../../units.ts'
import type { Link } from './link.ts'

export class Edge {
  constructor(
    /** Bytes per second; Infinity: unlimited. */
    public bandwidth: number,
    /** Time that each packet takes besides. */
    readonly packetCost: Nanos = 0,
    /** Share of it in use, where that is recorded. */
    readonly level?: Level,
  ) {}

  /** How long so many bytes in so many packets occupy it. */
  takes(bytes: number, packets: number): Nanos {
    return Math.ceil((bytes * 1e9) / this.bandwidth) + packets * this.packetCost
  }

  /** Bytes per second that go through in packets of this size. */
  capacity(packet: number): number {
    return this.packetCost === 0
      ? this.bandwidth
      : 1 / (1 / this.bandwidth + this.packetCost / (packet * 1e9))
  }
}

/** How long packets are, and what wraps them. */
export interface Packets {
  /** Most bytes of one. */
  readonly segment: number
  /** Bytes added to each. */
  readonly encapsulation: number
}

export const packetsOf = ({ segment }: Packets, bytes: number): number =>
  Math.max(1, Math.ceil(bytes / segment))

/** Bytes on their way from one host to another. */
export interface Cargo {
  readonly bytes: number
  /** The last byte leaves the last edge then: now, or at a time that is known already. */
  left(at: Nanos): void
}

/** How bytes come over the edges between two hosts: over one of this pair's own, and those that others share. */
export interface Way {
  /** Bytes per second of the narrowest edge that others share; Infinity: none is limited. */
  readonly narrowest: number
  carry(cargo: Cargo): void
  /** Whether a cargo of this size shares its way with others all along, so that what comes behind it has to wait. */
  flows(bytes: number): boolean
  /** The link is not what it was. */
  retune(link: Link): void
}
