// What one member knows of the others: alive, suspected, dead or gone, each with the incarnation that the member itself
// counts up to refute what is wrongly said of it (SWIM 4.2; memberlist, state.go). A suspicion ends in death unless it is
// refuted; the more others confirm it, the sooner (Lifeguard, suspicion.go).
// Every member knows every other, so that all tables together grow with the square of their number, as in Consul.
// Left out: addresses that conflict, metadata, versions; reclaiming a dead member's name.

import type { RandomStream } from '../../../kernel/random.ts'
import type { Nanos } from '../../../units.ts'
import type { MemberState, Update } from './packet.ts'
import { confirmedTimeout, suspicionTimeout } from './scale.ts'

/** What it takes to suspect. */
export interface SuspicionTerms {
  readonly suspicionMult: number
  readonly suspicionMaxTimeoutMult: number
  readonly probeInterval: Nanos
}

/** Where a table of members lives. */
export interface Surroundings {
  readonly name: string
  readonly terms: SuspicionTerms
  readonly random: RandomStream
  now(): Nanos
  /** Returns the means to cancel. */
  after(delay: Nanos, then: () => void): () => void
  /** To be passed on. */
  broadcast(update: Update): void
  /** It had to refute what was said of it: a sign that it is slow itself. */
  refuted(): void
  changed(member: Member, before: Member['state'] | undefined): void
}

interface Suspicion {
  /** Who has said so. */
  readonly from: Set<string>
  readonly wanted: number
  readonly min: Nanos
  readonly max: Nanos
  stop: () => void
}

export class Member {
  incarnation = 0
  state: MemberState['state'] = 'dead'
  changedAt: Nanos = 0
  suspicion: Suspicion | undefined

  constructor(readonly name: string) {}

  get up(): boolean {
    return this.state === 'alive' || this.state === 'suspect'
  }
}

export class Members {
  readonly #by = new Map<string, Member>()
  /** In the order in which they are probed. */
  readonly list: Member[] = []
  readonly self: Member
  /** What says that it has left is right. */
  #leaving = false

  constructor(readonly around: Surroundings) {
    this.self = this.#add(around.name)
    this.self.state = 'alive'
    this.self.incarnation = 1
    around.broadcast({ type: 'alive', node: around.name, incarnation: 1, from: around.name })
  }

  get(name: string): Member | undefined {
    return this.#by.get(name)
  }

  /** Up to so many of those that fit, at random; as memberlist draws them, which may miss some where few fit. */
  draw(wanted: number, fits: (member: Member) => boolean): Member[] {
    const drawn: Member[] = []
    for (let i = 0; i < 3 * this.list.length && drawn.length < wanted; i++) {
      const member = this.list[this.around.random.integer(this.list.length)]!
      if (member !== this.self && fits(member) && !drawn.includes(member)) drawn.push(member)
    }
    return drawn
  }

  /** Forgets those long dead, and mixes the others. */
  shuffle(deadFor: Nanos): void {
    const { around, list } = this
    const now = around.now()
    let kept = 0
    for (const member of list) {
      if (member.up || now - member.changedAt <= deadFor) list[kept++] = member
      else this.#by.delete(member.name)
    }
    list.length = kept
    for (let i = kept - 1; i > 0; i--) {
      const j = around.random.integer(i + 1)
      const other = list[i]!
      list[i] = list[j]!
      list[j] = other
    }
  }

  states(): MemberState[] {
    return this.list.map(({ name, incarnation, state }) => ({ node: name, incarnation, state }))
  }

  /** Takes in what another knows. Whom it takes for dead is suspected first, and can refute it. */
  merge(states: readonly MemberState[]): void {
    for (const { node, incarnation, state } of states) {
      const from = this.around.name
      if (state === 'alive') this.apply({ type: 'alive', node, incarnation, from })
      else if (state === 'left') this.apply({ type: 'dead', node, incarnation, from: node })
      else this.apply({ type: 'suspect', node, incarnation, from })
    }
  }

  apply(update: Update): void {
    if (update.type === 'alive') this.#alive(update)
    else if (update.type === 'suspect') this.#suspect(update)
    else this.#dead(update)
  }

  /** This member goes, of its own will. */
  leave(): void {
    const { name: node, incarnation } = this.self
    this.#leaving = true
    this.#dead({ type: 'dead', node, incarnation, from: node })
  }

  comeBack(): void {
    this.#leaving = false
    this.self.state = 'alive'
    this.#refute(this.self.incarnation)
  }

  #add(name: string): Member {
    const { random } = this.around
    const member = new Member(name)
    this.#by.set(name, member)
    // At a random place, so that nobody is long unprobed.
    const place = random.integer(this.list.length + 1)
    this.list.push(member)
    this.list[this.list.length - 1] = this.list[place]!
    this.list[place] = member
    return member
  }

  #alive(update: Update): void {
    const { node, incarnation } = update
    const known = this.#by.get(node)
    if (known === this.self) {
      // Of an earlier life of its own.
      if (incarnation > known.incarnation) this.#refute(incarnation)
      return
    }
    const member = known ?? this.#add(node)
    if (known && incarnation <= member.incarnation) return
    this.around.broadcast(update)
    this.#become(member, 'alive', incarnation, known === undefined ? undefined : member.state)
  }

  #suspect(update: Update): void {
    const { node, incarnation, from } = update
    const member = this.#by.get(node)
    if (!member || incarnation < member.incarnation) return
    if (member.suspicion) this.#confirm(member, update)
    else if (member.state !== 'alive') return
    else if (member === this.self) this.#refute(incarnation)
    else {
      this.around.broadcast(update)
      this.#become(member, 'suspect', incarnation, 'alive')
      this.#beginSuspicion(member, from)
    }
  }

  #dead(update: Update): void {
    const { node, incarnation, from } = update
    const member = this.#by.get(node)
    if (!member || incarnation < member.incarnation || !member.up) return
    if (member === this.self && !this.#leaving) {
      this.#refute(incarnation)
      return
    }
    this.around.broadcast(update)
    this.#become(member, from === node ? 'left' : 'dead', incarnation, member.state)
  }

  #become(
    member: Member,
    state: Member['state'],
    incarnation: number,
    before: Member['state'] | undefined,
  ): void {
    member.suspicion?.stop()
    member.suspicion = undefined
    member.incarnation = incarnation
    member.state = state
    member.changedAt = this.around.now()
    this.around.changed(member, before)
  }

  #refute(accused: number): void {
    const { around, self } = this
    self.incarnation = Math.max(self.incarnation, accused) + 1
    around.refuted()
    around.broadcast({
      type: 'alive',
      node: self.name,
      incarnation: self.incarnation,
      from: self.name,
    })
  }

  #beginSuspicion(member: Member, from: string): void {
    const { suspicionMult, suspicionMaxTimeoutMult, probeInterval } = this.around.terms
    const members = this.list.length
    // Of two others that could confirm it there must be that many, besides this one and the suspect.
    const wanted = members - 2 < suspicionMult - 2 ? 0 : Math.max(0, suspicionMult - 2)
    const min = suspicionTimeout(suspicionMult, members, probeInterval)
    const max = suspicionMaxTimeoutMult * min
    const stop = this.#bury(member, wanted < 1 ? min : max)
    member.suspicion = { from: new Set([from]), wanted, min, max, stop }
  }

  #confirm(member: Member, update: Update): void {
    const suspicion = member.suspicion!
    const { from, wanted, min, max } = suspicion
    if (from.size > wanted || from.has(update.from)) return
    from.add(update.from)
    this.around.broadcast(update)
    suspicion.stop()
    const timeout = confirmedTimeout(from.size - 1, wanted, min, max)
    suspicion.stop = this.#bury(member, Math.max(0, member.changedAt + timeout - this.around.now()))
  }

  /** Sees to the end of a suspicion. */
  #bury(member: Member, delay: Nanos): () => void {
    const { around } = this
    const { name: node, incarnation } = member
    return around.after(delay, () => this.#dead({ type: 'dead', node, incarnation, from: around.name }))
  }
}
