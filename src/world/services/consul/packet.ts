// What members send one another over UDP: a question or an answer of the failure detector, and news of members as far as
// there is room (memberlist, net.go).

import type { Message } from '../../../env/index.ts'

/** News of a member. `dead` from the member itself: it has left. */
export interface Update {
  readonly type: 'alive' | 'suspect' | 'dead'
  readonly node: string
  readonly incarnation: number
  /** Who says so. */
  readonly from: string
}

/** `seq` belongs to who asked first; an answer bears it back. */
export type Signal =
  | { readonly type: 'ping' | 'ack' | 'nack'; readonly seq: number }
  /** Asks for a ping of another. */
  | { readonly type: 'ping-req'; readonly seq: number; readonly target: string }

export interface Packet extends Message {
  readonly kind: 'serf.packet'
  readonly datagram: true
  readonly signal?: Signal
  readonly updates: readonly Update[]
}

/** What memberlist's messages take as msgpack, with names of some 20 bytes. [D] */
export const UPDATE_BYTES = { alive: 110, suspect: 70, dead: 70 } as const
const SIGNAL_BYTES = { ping: 55, ack: 30, nack: 20, 'ping-req': 70 } as const

/** Bytes of a packet besides its updates. */
export const signalBytes = (signal: Signal | undefined): number => (signal ? SIGNAL_BYTES[signal.type] : 0)

/** All that a member knows of the others, as they exchange it over TCP. */
export interface StateExchange extends Message {
  readonly kind: 'serf.state'
  readonly states: readonly MemberState[]
}

export interface MemberState {
  readonly node: string
  readonly incarnation: number
  readonly state: 'alive' | 'suspect' | 'dead' | 'left'
}

/** Of one member in an exchange. [D] */
export const STATE_BYTES = 100
