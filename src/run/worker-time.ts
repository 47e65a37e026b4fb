// In which state each worker of a part is, seen from what it runs on and waits for, at every instant at which anything happens.
// A worker that has work in hand is told by what it waits for; one that has none by what keeps the next from it: a message on its
// way, then whatever is serial, then peers who agree, then peers who still work. Where several would do, the first of these counts.
// Left out: pauses of a process (it counts by what it has in hand), which of several open calls is the one that matters, and
// one-way messages between processes that are no workers. A message that was lost counts as under way until a later one came through.

import type { RunLimits, StopReason } from '../kernel/simulation.ts'
import {
  COHERENCY,
  COMPUTING,
  CONTENTION,
  DOWN,
  Occupation,
  ON_NETWORK,
  SERIAL,
  SERVED,
  STATES,
  STRAGGLERS,
  UNASKED,
} from '../observe/occupation.ts'
import type { Recorder } from '../observe/recorder.ts'
import type { Nanos } from '../units.ts'
import type { Call } from '../world/call.ts'
import type { Envelope } from '../world/envelope.ts'
import type { Process } from '../world/process.ts'
import type { CallListener, World } from '../world/world.ts'
import {
  comes,
  count,
  goes,
  isSerial,
  isUnderWay,
  remove,
  Seat,
  shareOf,
  someUnderWay,
  Watched,
} from './worker-seat.ts'

export interface WorkerTerms {
  /** The part that is scaled. */
  readonly part: string
  /** Parts that are services; others are coordinators. */
  readonly services: ReadonlySet<string>
  /** The work is the same however many workers there are: who has none left waits for the others. */
  readonly fixed: boolean
}

export class WorkerTime implements CallListener {
  readonly #world: World
  readonly #terms: WorkerTerms
  readonly #occupation: Occupation
  readonly #seats = new Map<object, Seat>()
  readonly #workers: Seat[] = []
  /** Neither workers nor clients. */
  readonly #others: Seat[] = []
  readonly #demand = new Set<Call<unknown>>()
  readonly #unasked: Seat[] = []
  readonly #counts: number[] = STATES.map(() => 0)
  readonly #next: CallListener | undefined
  /** Those that had jobs at the last look, and what tells these from others. */
  readonly #seen: Seat[] = []
  #sum = 0
  /** Calls that were asked or have ended. */
  #calls = 0
  /** What `#changed` saw. */
  readonly #last = { traffic: -1, calls: -1, sum: -1, up: -1 }
  /** Some request is the work of several workers. */
  #divisible = false
  #asked = false

  /** For a world that is complete, its clients too, and has not begun. */
  constructor(world: World, recorder: Recorder, terms: WorkerTerms) {
    this.#world = world
    this.#terms = terms
    for (const process of world.processes.values()) this.#add(process)
    this.#occupation = new Occupation(recorder, this.#workers.length)
    this.#next = world.calls
    world.calls = this
  }

  /** Runs as a simulation does, and looks at the workers once at every instant at which anything happened. */
  run({ events = Number.POSITIVE_INFINITY, ...limits }: RunLimits): StopReason {
    const { simulation } = this.#world
    const last = simulation.processed + events
    let stopped: StopReason
    do {
      // All that happens at this instant.
      stopped = simulation.run({ until: simulation.now, events: last - simulation.processed })
      if (stopped !== 'until') break
      this.#look(simulation.now)
      stopped = simulation.run({ ...limits, events: Math.min(1, last - simulation.processed) })
      this.#occupation.advance(simulation.now)
    } while (stopped === 'events' && simulation.processed < last)
    // Nothing is left, but time may go on.
    if (stopped === 'idle') {
      this.#look(simulation.now)
      stopped = simulation.run({ ...limits, events: last - simulation.processed })
      this.#occupation.advance(simulation.now)
    }
    return stopped
  }

  measure(now: Nanos): void {
    this.#occupation.measure(now)
  }

  check(now: Nanos): { readonly pass: boolean; readonly detail: string } {
    return this.#occupation.check(now)
  }

  asked(call: Call<unknown>): void {
    this.#next?.asked(call)
    this.#calls++
    const from = this.#seats.get(call.from)
    const to = this.#seats.get(call.to)
    if (!from || !to) return
    from.asked.push(call)
    to.taken.push(call)
    if (from.role === 'client') {
      this.#demand.add(call)
      this.#asked = true
    } else if (to.role === 'service' && (from.role === 'worker' || from.resource)) to.resource = true
  }

  answered(call: Call<unknown>, reply: Parameters<CallListener['answered']>[1]): void {
    this.#next?.answered(call, reply)
    this.#drop(call)
  }

  failed(call: Call<unknown>, error: unknown): void {
    this.#next?.failed(call, error)
    this.#drop(call)
  }

  #drop(call: Call<unknown>): void {
    this.#calls++
    remove(this.#seats.get(call.from)?.asked, call)
    remove(this.#seats.get(call.to)?.taken, call)
    this.#demand.delete(call)
  }

  #add(process: Process): void {
    const { part, services } = this.#terms
    const role =
      process.part === part
        ? 'worker'
        : process.part.startsWith('(')
          ? 'client'
          : services.has(process.part)
            ? 'service'
            : 'coordinator'
    const seat = new Seat(process, role)
    this.#seats.set(process, seat)
    if (role === 'client') return
    if (role === 'worker') this.#workers.push(seat)
    else this.#others.push(seat)
    process.behaviour = new Watched(process.behaviour, seat, (message) => this.#sent(message))
  }

  #sent(message: Envelope): void {
    const from = this.#seats.get(message.from)
    const to = this.#seats.get(message.to)
    if (from?.role === 'worker') from.going.add(message)
    if (to?.role === 'worker') to.coming.add(message)
  }

  /** Who is in which state from now on: mostly as before, as most of what happens is none of theirs. */
  #look(now: Nanos): void {
    const counts = this.#counts
    this.#seeCores()
    if (!this.#changed()) return
    counts.fill(0)
    this.#unasked.length = 0
    for (const seat of this.#workers) this.#place(seat)
    if (this.#unasked.length > 0) this.#placeUnasked()
    this.#occupation.set(now, counts)
  }

  #seeCores(): void {
    for (const seat of this.#seen) seat.jobs = seat.forPeers = seat.cores = 0
    this.#seen.length = 0
    this.#sum = 0
    for (const { cpu } of this.#world.hosts.values())
      for (const group of cpu.running) {
        const share = shareOf(group, cpu.speed)
        for (const job of group.heap) {
          const seat = job.owner && this.#seats.get(job.owner)
          // What a resource computes makes no difference to anybody's state.
          if (!seat || seat.resource) continue
          count(seat, job, share)
          this.#seen.push(seat)
          this.#sum += seat.process.id * (job.order + 1) * (1 + share)
        }
      }
  }

  /** Whether anything may be other than at the last look: messages sent or arrived, calls, jobs on the cores, who is up. */
  #changed(): boolean {
    const { messages, delivered } = this.#world.network.traffic
    const last = this.#last
    let up = 0
    for (const { process } of this.#workers) if (process.up) up += process.id
    const traffic = messages.count + delivered.count
    const same =
      traffic === last.traffic && this.#calls === last.calls && this.#sum === last.sum && up === last.up
    last.traffic = traffic
    last.calls = this.#calls
    last.sum = this.#sum
    last.up = up
    return !same
  }

  /** A worker that has something to do; one that has not is left for later. */
  #place(seat: Seat): void {
    const counts = this.#counts
    const { process, jobs, cores } = seat
    if (!process.up) {
      counts[DOWN]!++
      // What it asked died with it.
      seat.asked.length = 0
      seat.coming.clear()
      seat.going.clear()
    } else if (jobs > 0) {
      const share = Math.min(1, cores / jobs)
      counts[seat.forPeers > 0 ? COHERENCY : COMPUTING]! += share
      counts[CONTENTION]! += 1 - share
    } else if (seat.asked.length > 0) counts[this.#awaited(seat)]!++
    else if (seat.inHand > 0) counts[this.#lingering(seat)]!++
    else this.#unasked.push(seat)
  }

  /** What a worker waits for that has asked somebody. */
  #awaited({ asked, process }: Seat): number {
    let found = ON_NETWORK
    for (let i = asked.length - 1; i >= 0; i--) {
      const call = asked[i]!
      // Of an earlier life.
      if (!call.open) remove(asked, call)
      else if (isUnderWay(call)) continue
      else if (call.to.part === process.part) found = found === ON_NETWORK ? COHERENCY : found
      else if (this.#seats.get(call.to)!.role === 'service') return SERVED
      else found = SERIAL
    }
    return found
  }

  /** What a worker does that has something in hand, holds no core and asks nobody: it serves, or waits for messages of its peers. */
  #lingering(seat: Seat): number {
    if (seat.inHandOfPeersAlone) return COHERENCY
    if (seat.coming.any) return ON_NETWORK
    if (this.#workers.some(({ forPeers }) => forPeers > 0)) return COHERENCY
    return seat.going.any ? ON_NETWORK : COMPUTING
  }

  /** Workers without work: what keeps it from them. */
  #placeUnasked(): void {
    const counts = this.#counts
    const serial = this.#others.some(isSerial)
    const common = this.#common()
    for (const seat of this.#unasked) {
      if (comes(seat)) counts[ON_NETWORK]!++
      else if (serial) counts[SERIAL]!++
      else if (goes(seat)) counts[ON_NETWORK]!++
      else counts[common]!++
    }
  }

  /** What keeps work from all who have none, where nothing serial does, and no message of their own. */
  #common(): number {
    if (this.#workers.some(({ forPeers }) => forPeers > 0)) return COHERENCY
    const working = this.#workers.length - this.#unasked.length - this.#counts[DOWN]!
    let demand = 0
    for (const { request } of this.#demand) if (!request.answered) demand++
    if (demand === 0 && this.#asked) return UNASKED
    if (working > 0) {
      if (demand > 0 && working > demand) this.#divisible = true
      return this.#terms.fixed || !this.#asked || this.#divisible || demand > working ? STRAGGLERS : UNASKED
    }
    if (this.#others.some((seat) => seat.coming.any || someUnderWay(seat.taken) || someUnderWay(seat.asked)))
      return ON_NETWORK
    return this.#others.some(({ inHand }) => inHand > 0) ? SERIAL : UNASKED
  }
}
