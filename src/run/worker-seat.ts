// What is known at an instant of a process whose worker time is told, or that stands in its way: its jobs on the cores, what it has
// asked and been asked, what is on its way to it and from it.

import type { Nanos } from '../units.ts'
import type { Behaviour } from '../world/behaviour.ts'
import type { Call } from '../world/call.ts'
import type { CpuGroup, CpuJob } from '../world/cpu.ts'
import type { Envelope } from '../world/envelope.ts'
import type { Process } from '../world/process.ts'

export type Role = 'worker' | 'coordinator' | 'service' | 'client'

/** One-way messages of a process that are under way, last sent last. */
class UnderWay {
  readonly #messages: Envelope[] = []
  /** Ends from or to which something later than all that is left has come through. */
  readonly #later = new Set<Process>()

  constructor(readonly otherEnd: 'from' | 'to') {}

  add(message: Envelope): void {
    this.#later.delete(message[this.otherEnd])
    this.#messages.push(message)
  }

  get any(): boolean {
    const messages = this.#messages
    for (let last = messages.at(-1); last !== undefined; last = messages.at(-1)) {
      const end = last[this.otherEnd]
      if (last.arrivedAt > 0) this.#later.add(end)
      else if (!this.#later.has(end)) return true
      messages.pop()
    }
    this.#later.clear()
    return false
  }

  clear(): void {
    this.#messages.length = 0
    this.#later.clear()
  }
}

/** A process, and what is to be known of it at this instant. */
export class Seat {
  /** Jobs on the cores that can run, how many of them are for peers, and what share of a core they have together. */
  jobs = 0
  forPeers = 0
  cores = 0
  /** What it asked, and what it was asked, as long as the callers wait. */
  readonly asked: Call<unknown>[] = []
  readonly taken: Call<unknown>[] = []
  readonly coming = new UnderWay('from')
  readonly going = new UnderWay('to')
  /** It was called by a worker, or by what a worker called: it does the workers' work. */
  resource = false
  /** What it handles came from a peer. */
  handlesPeer = false

  constructor(
    readonly process: Process,
    readonly role: Role,
  ) {}

  /** Requests that it has and has not answered. */
  get inHand(): number {
    let count = 0
    for (const { request } of this.taken) if (request.held) count++
    return count
  }

  /** All of them, of which there is one at least, are from peers. */
  get inHandOfPeersAlone(): boolean {
    let any = false
    for (const { request, from } of this.taken) {
      if (!request.held) continue
      if (from.part !== this.process.part) return false
      any = true
    }
    return any
  }
}

export const isUnderWay = ({ request }: Call<unknown>): boolean => !request.held

/** A behaviour that tells whose messages it sends and handles. */
export class Watched implements Behaviour {
  readonly #behaviour: Behaviour
  readonly #seat: Seat
  readonly #sent: (message: Envelope) => void

  constructor(behaviour: Behaviour, seat: Seat, sent: (message: Envelope) => void) {
    this.#behaviour = behaviour
    this.#seat = seat
    this.#sent = sent
  }

  get faults(): Behaviour['faults'] {
    return this.#behaviour.faults
  }

  cost(envelope: Envelope | undefined): Nanos {
    const { process } = this.#seat
    const from = envelope?.from
    this.#seat.handlesPeer = from !== undefined && from !== process && from.part === process.part
    return this.#behaviour.cost(envelope)
  }

  sent(envelope: Envelope): void {
    this.#behaviour.sent?.(envelope)
    if (envelope.role === 'one-way') this.#sent(envelope)
  }

  begin(): void {
    this.#behaviour.begin()
  }

  deliver(envelope: Envelope): void {
    this.#behaviour.deliver(envelope)
  }

  abandon(request: Envelope): void {
    this.#behaviour.abandon?.(request)
  }

  crash(): void {
    this.#behaviour.crash?.()
  }

  fault(name: string): () => void {
    return this.#behaviour.fault!(name)
  }
}

/** Takes a call from a list, whose order means nothing. */
export function remove(calls: Call<unknown>[] | undefined, call: Call<unknown>): void {
  const at = calls?.indexOf(call) ?? -1
  if (at < 0) return
  const last = calls!.pop()!
  if (last !== call) calls![at] = last
}

/** What share of the cores that it could use a job of the group has. */
export const shareOf = ({ threads, cores, rate, speed }: CpuGroup, nominal: number): number =>
  Math.min(1, (speed ? cores : rate / nominal) / threads)

export function count(seat: Seat, { waiter }: CpuJob, share: number): void {
  seat.jobs++
  seat.cores += share
  // What handles a message is the process's own job, what a task computes another's.
  if (waiter === seat.process ? seat.handlesPeer : seat.inHandOfPeersAlone) seat.forPeers++
}

/** It computes or has a queue; a station that serves no worker also while it has requests that it has not passed on. */
export function isSerial(seat: Seat): boolean {
  if (seat.resource) return false
  if (seat.jobs > 0 || seat.process.depth.value > 0) return true
  return seat.role === 'service' && seat.inHand > seat.asked.length
}

export const someUnderWay = (calls: readonly Call<unknown>[]): boolean => {
  for (const call of calls) if (call.open && isUnderWay(call)) return true
  return false
}

export const comes = ({ coming, taken }: Seat): boolean => {
  for (const { request, open } of taken) if (open && !request.held && !request.answered) return true
  return coming.any
}

export const goes = ({ going, taken }: Seat): boolean => {
  for (const { request, open } of taken) if (open && request.answered) return true
  return going.any
}
