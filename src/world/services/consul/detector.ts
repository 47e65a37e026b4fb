// The failure detector: every interval one member is pinged, each once in a round of all; if it does not answer in time,
// others are asked to ping it, and it is tried over TCP; if by the end of the interval none has heard of it, it is suspected
// (SWIM 4.1; memberlist, state.go). A member that gets no answers it should get, or has to refute, takes itself to be slow
// and gives the others more time (Lifeguard: local health awareness).

import { healthRequest } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import { Forward } from '../forward.ts'
import type { Member, Members } from './members.ts'
import type { Signal, Update } from './packet.ts'

export interface DetectorTerms {
  readonly probeInterval: Nanos
  readonly probeTimeout: Nanos
  readonly indirectChecks: number
  readonly awarenessMaxMultiplier: number
  readonly gossipToTheDeadTime: Nanos
  readonly tcpPing: boolean
}

/** Sends a packet. */
export type Send = (to: string, signal: Signal, updates?: readonly Update[]) => void

/** A member that is being probed. */
interface Probe {
  readonly member: Member
  readonly seq: number
  expectedNacks: number
  nacks: number
  /** It answered over TCP. */
  contacted: boolean
  stop: () => void
  tcp: Forward | undefined
}

/** A ping on behalf of another. */
interface Relay {
  readonly asker: string
  readonly seq: number
  readonly stop: () => void
}

export class Detector {
  /** How slow it takes itself to be, from 0. */
  score = 0
  #next = 0
  #seq = 0
  #probe: Probe | undefined
  /** A tick came while a probe was under way. */
  #late = false
  readonly #relays = new Map<number, Relay>()

  constructor(
    readonly context: ServiceContext,
    readonly terms: DetectorTerms,
    readonly members: Members,
    readonly send: Send,
    /** Told of each probe's end. */
    readonly probed: (answered: boolean) => void,
  ) {}

  begin(): void {
    const { process } = this.context
    const { probeInterval } = this.terms
    const tick = (): void => {
      process.after(probeInterval, tick)
      if (this.#probe) this.#late = true
      else this.#probeNext()
    }
    // Members that start together do not probe together.
    process.after(this.context.random('probe').integer(probeInterval), tick)
  }

  received(from: string, signal: Signal): void {
    const { seq } = signal
    if (signal.type === 'ping') this.send(from, { type: 'ack', seq })
    else if (signal.type === 'ping-req') this.#relay(from, seq, signal.target)
    else if (signal.type === 'ack') this.#acknowledged(seq)
    else if (this.#probe?.seq === seq) this.#probe.nacks++
  }

  /** Worse, by so much; or better. */
  blame(delta: number): void {
    const { awarenessMaxMultiplier } = this.terms
    this.score = Math.max(0, Math.min(this.score + delta, awarenessMaxMultiplier - 1))
  }

  #probeNext(): void {
    const { members, terms } = this
    for (let looked = 0; looked <= members.list.length; looked++) {
      if (this.#next >= members.list.length) {
        members.shuffle(terms.gossipToTheDeadTime)
        this.#next = 0
      }
      const member = members.list[this.#next++]!
      if (member === members.self || !member.up) continue
      this.#begin(member)
      return
    }
  }

  #begin(member: Member): void {
    const { process } = this.context
    const { probeInterval, probeTimeout } = this.terms
    const { name, state, incarnation } = member
    const seq = ++this.#seq
    const deadline = process.after(probeInterval * (this.score + 1), () => this.#conclude())
    const timeout = process.after(probeTimeout, () => this.#askOthers())
    const stop = () => {
      timeout.cancel()
      deadline.cancel()
    }
    this.#probe = { member, seq, expectedNacks: 0, nacks: 0, contacted: false, stop, tcp: undefined }
    // Whom it suspects is told so at once, to refute it.
    const { self } = this.members
    const accusation: Update = { type: 'suspect', node: name, incarnation, from: self.name }
    this.send(name, { type: 'ping', seq }, state === 'suspect' ? [accusation] : [])
  }

  #askOthers(): void {
    const { terms, members, context } = this
    const probe = this.#probe!
    const { member, seq } = probe
    for (const other of members.draw(
      terms.indirectChecks,
      (each) => each !== member && each.state === 'alive',
    )) {
      probe.expectedNacks++
      this.send(other.name, { type: 'ping-req', seq, target: member.name })
    }
    if (!terms.tcpPing) return
    const left = terms.probeInterval * (this.score + 1) - terms.probeTimeout
    const server = context.processOf({ name: member.name })
    probe.tcp = new Forward(
      context.process,
      server,
      healthRequest,
      { timeout: Math.max(1, left) },
      {
        answered: () => {
          probe.contacted = true
          probe.tcp = undefined
        },
        failed: () => {
          probe.tcp = undefined
        },
      },
    )
  }

  #acknowledged(seq: number): void {
    const probe = this.#probe
    if (probe?.seq === seq) {
      this.blame(-1)
      this.probed(true)
      this.#end(probe)
      return
    }
    const relay = this.#relays.get(seq)
    if (!relay) return
    this.#relays.delete(seq)
    relay.stop()
    this.send(relay.asker, { type: 'ack', seq: relay.seq })
  }

  /** Nobody has heard of it by now. */
  #conclude(): void {
    const probe = this.#probe!
    const { member, contacted, expectedNacks, nacks } = probe
    this.probed(contacted)
    if (contacted) this.blame(-1)
    else {
      this.blame(expectedNacks > 0 ? Math.max(0, expectedNacks - nacks) : 1)
      const { name: node, incarnation } = member
      this.members.apply({ type: 'suspect', node, incarnation, from: this.members.self.name })
    }
    this.#end(probe)
  }

  #end(probe: Probe): void {
    probe.stop()
    probe.tcp?.cancel()
    this.#probe = undefined
    if (!this.#late) return
    this.#late = false
    this.#probeNext()
  }

  /** Pings on behalf of another, and says so if there is no answer. */
  #relay(asker: string, askedSeq: number, target: string): void {
    const { process } = this.context
    const seq = ++this.#seq
    const { probeTimeout, probeInterval } = this.terms
    const nack = process.after(probeTimeout, () => this.send(asker, { type: 'nack', seq: askedSeq }))
    const forget = process.after(probeInterval, () => this.#relays.delete(seq))
    const stop = () => {
      nack.cancel()
      forget.cancel()
    }
    this.#relays.set(seq, { asker, seq: askedSeq, stop })
    this.send(target, { type: 'ping', seq })
  }
}
