// What decides over single messages: an ordered chain of rules, of which the first that decides wins.

import type { Distribution } from '../../kernel/distributions/registry.ts'
import type { Nanos } from '../../units.ts'
import type { Envelope } from '../envelope.ts'
import type { Host } from '../host.ts'

/**
 * What becomes of a message: it goes its way; is lost; comes twice (and what is answered to the second goes nowhere);
 * is damaged, so that a stream sends it again and a datagram is lost; is kept until the rule is removed; or comes later by so much.
 */
export type Decision = 'pass' | 'drop' | 'duplicate' | 'corrupt' | 'hold' | { readonly after: Nanos }

export interface Rule {
  readonly name: string
  /** `bytes`: on the wire, framing included. `undefined`: the next rule decides, and after the last one the message passes. */
  decide(envelope: Envelope, bytes: number): Decision | undefined
}

/** From whom to whom. */
export interface Direction {
  readonly from: ReadonlySet<Host>
  readonly to: ReadonlySet<Host>
  /** And back. */
  readonly both: boolean
}

export const leads = ({ from, to, both }: Direction, a: Host, b: Host): boolean =>
  (from.has(a) && to.has(b)) || (both && from.has(b) && to.has(a))

/** By how much links are worse for a while; what is left out stays as it is. */
export interface Impairment {
  /** Share of packets that is lost besides. */
  readonly loss?: number | undefined
  /** Share of packets that comes twice. */
  readonly duplicate?: number | undefined
  /** Share of packets that arrives damaged: the checksum finds it, and the packet is as good as lost. */
  readonly corrupt?: number | undefined
  /** Share of datagrams that is overtaken by those behind; streams put them in order again. */
  readonly reorder?: number | undefined
  /** One more for each message. */
  readonly extraLatency?: Distribution | undefined
  /** What is left of the bandwidth, above 0. */
  readonly bandwidthRatio?: number | undefined
}
