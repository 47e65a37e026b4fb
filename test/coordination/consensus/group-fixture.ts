// A group of replicas and its clients without the rest of a world: one queue of events, messages that take as long as the test says, and
// processes that lie as src/world/faults/byzantine.ts has them lie. Some twenty times as fast as a whole world, for thousands of seeds.
// Besides the kinds of that fault there are twins (Bano et al., "Twins: BFT Systems Made Robust", 2021): two sound replicas of one
// name and one key, each of which speaks to some of the others, which is what the cleverest of equivocators does.

import { Group } from '../../../src/coordination/consensus/group.ts'
import { Keyring } from '../../../src/coordination/consensus/keyring.ts'
import { PbftClient } from '../../../src/coordination/consensus/pbft-client.ts'
import { PbftReplica } from '../../../src/coordination/consensus/pbft-replica.ts'
import type { PbftTerms } from '../../../src/coordination/consensus/pbft-terms.ts'
import type { StateMachine } from '../../../src/coordination/consensus/state-machine.ts'
import {
  type Address,
  Deferred,
  type Env,
  type Fact,
  type Message,
  type Observation,
  Running,
  type Scope,
  type Task,
  type Timer,
  type Waiter,
} from '../../../src/env/index.ts'
import { RandomStream } from '../../../src/kernel/random.ts'
import { Simulation } from '../../../src/kernel/simulation.ts'
import { changed } from '../../../src/world/faults/lie.ts'

export type Lie = 'silent' | 'late' | 'equivocate' | 'forge' | 'replay' | 'twins'
export const LIES: readonly Lie[] = ['silent', 'late', 'equivocate', 'forge', 'replay', 'twins']

/** What the network does with a message: how long it takes; undefined: it is lost. */
export type Way = (from: string, to: string, message: Message) => number | undefined

export interface GroupTerms {
  readonly n: number
  readonly seed?: string
  readonly terms?: Partial<PbftTerms>
  readonly way: Way
  readonly liars?: Readonly<Record<string, Lie>>
  /** The field in which liars equivocate. */
  readonly field?: string
  readonly clients?: number
  /** How long it takes to save. */
  readonly sync?: number
  readonly listener?: Listener
}

/** Takes down what happens. */
export interface Listener {
  /** A message has come; what `to` does about it follows. */
  hears?(at: number, from: string, to: string, message: Message): void
  /** A message is on its way, as it is told; lost: it will not come. */
  says?(at: number, from: string, to: string, message: Message, lost: boolean): void
  states?(at: number, by: string, fact: Fact): void
}

/** What was applied, in its order: replicas that agree have one another's beginning. */
export class Journal implements StateMachine {
  entries: unknown[] = []

  apply(operation: unknown): unknown {
    this.entries.push(operation)
    return this.entries.length
  }

  snapshot(): unknown {
    return [...this.entries]
  }

  restore(state: unknown): void {
    this.entries = [...(state as unknown[])]
  }
}

interface Decision {
  readonly by: string
  readonly instance: number
  readonly value: string
}

/** A process on the bench: its Env, and what came of it. */
class Seat implements Scope {
  firstTask: Running<unknown> | undefined
  readonly env: Env
  receive: (from: Address, message: Message) => void = () => {}
  up = true
  life = 0
  disk: unknown

  constructor(
    readonly group: TestGroup,
    readonly name: string,
    /** With whom it speaks; undefined: with all. */
    readonly speaksTo?: (name: string) => boolean,
    /** Its clock is so far off. */
    offset = 0,
  ) {
    const now = () => this.now()
    this.env = {
      self: { name },
      now,
      clock: () => now() + offset,
      random: (stream) => group.random(`${name}/${stream}`),
      uuid: () => name,
      send: (to, message) => group.send(this, to.name, message),
      call: () => {
        throw new Error('nobody answers calls here')
      },
      sleep: () => {
        throw new Error('nobody sleeps here')
      },
      after: (delay, then) => this.after(delay, then),
      spawn: (task, name) => new Running(this, task, name),
      compute: () => none(),
      saved: () => this.disk,
      save: (state) => this.#save(state),
      observe: (observation) => group.observe(this, observation),
    }
  }

  now(): number {
    return this.group.simulation.now
  }

  after(delay: number, then: () => void): Timer {
    const { simulation } = this.group
    const { life } = this
    const fire = (): void => {
      if (this.up && this.life === life) then()
    }
    const handle = simulation.schedule(simulation.now + delay, { kind: 'timer', fire } as never, 0)
    return { cancel: () => void simulation.cancel(handle) }
  }

  wake(waiter: Waiter, value: unknown): void {
    this.after(0, () => waiter.resume(value))
  }

  wakeFailed(waiter: Waiter, error: unknown): void {
    this.after(0, () => waiter.fail(error))
  }

  unhandled(_task: Running<unknown>, error: unknown): void {
    throw error
  }

  *#save(state: unknown): Task<void> {
    const { sync } = this.group
    if (sync > 0) yield* this.#slept(sync)
    this.disk = state
  }

  *#slept(delay: number): Task<void> {
    const awake = new Deferred<void>()
    this.after(delay, () => awake.resolve())
    yield* awake.wait()
  }
}

function* none(): Task<void> {}

export class TestGroup {
  readonly simulation = new Simulation()
  readonly sync: number
  readonly names: readonly string[]
  readonly decisions: Decision[] = []
  readonly proposed: Decision[] = []
  readonly metrics: Record<string, number> = {}
  readonly replicas = new Map<string, PbftReplica>()
  readonly journals = new Map<string, Journal>()
  /** How many clients' requests are answered, of how many. */
  answered = 0
  asked = 0
  readonly #terms: GroupTerms
  readonly #seats = new Map<string, Seat[]>()
  readonly #streams = new Map<string, RandomStream>()
  readonly #replicaTerms: PbftTerms
  readonly #clients: { readonly seat: Seat; readonly client: PbftClient }[] = []
  readonly #liedTo = new Map<string, boolean>()
  readonly #sent = new Map<string, { to: string; message: Message }[]>()

  constructor(terms: GroupTerms) {
    this.#terms = terms
    this.sync = terms.sync ?? 0
    this.names = Array.from({ length: terms.n }, (_, i) => `r${i}`)
    this.#replicaTerms = { members: this.names.map((name) => ({ name })), group: 'g', ...terms.terms }
    for (const name of this.names)
      if (terms.liars?.[name] === 'twins') this.#seatTwins(name)
      else this.#seat(name, new Seat(this, name))
    for (let i = 0; i < (terms.clients ?? 1); i++) this.#addClient(`c${i}`)
  }

  /** Replicas that keep to the protocol. */
  get sound(): readonly string[] {
    return this.names.filter((name) => !this.#terms.liars?.[name])
  }

  random(name: string): RandomStream {
    let stream = this.#streams.get(name)
    if (!stream) {
      stream = new RandomStream(`${this.#terms.seed ?? '1'}/${name}`)
      this.#streams.set(name, stream)
    }
    return stream
  }

  /** A client asks at once; `then` gets the result. */
  ask(client: number, operation: unknown, then: (value: unknown) => void = () => {}): void {
    const { seat, client: asker } = this.#clients[client]!
    this.asked++
    const count = (value: unknown) => {
      this.answered++
      then(value)
    }
    seat.env.spawn(
      (function* (): Task<void> {
        count(yield* asker.request(operation))
      })(),
      'ask',
    )
  }

  /** A replica puts an operation forward. */
  submit(name: string, operation: unknown, then: (value: unknown) => void): void {
    const replica = this.replicas.get(name)!
    this.#seats.get(name)![0]!.env.spawn(
      (function* (): Task<void> {
        then(yield* replica.submit(operation))
      })(),
      'submit',
    )
  }

  /** So many requests of a client, one after the other. */
  askInTurn(client: number, times: number, from = 0): void {
    if (from < times) this.ask(client, `c${client}.${from}`, () => this.askInTurn(client, times, from + 1))
  }

  run(until: number): void {
    this.simulation.run({ until })
  }

  /** Until all that were asked are answered, or it is too late. */
  runUntilAnswered(deadline: number): void {
    while (this.answered < this.asked && this.simulation.now < deadline) if (!this.simulation.step()) return
  }

  crash(name: string): void {
    for (const seat of this.#seats.get(name)!) {
      seat.up = false
      seat.life++
      while (seat.firstTask) seat.firstTask.abandon()
    }
  }

  restart(name: string): void {
    const [seat] = this.#seats.get(name)!
    seat!.up = true
    this.#seat(name, seat!)
  }

  send(from: Seat, to: string, message: Message): void {
    if (from.speaksTo && !from.speaksTo(to)) return
    const { name } = from
    const random = this.random(`lie/${name}`)
    switch (this.#terms.liars?.[name]) {
      case 'silent':
        break
      case 'late':
        this.#carry(name, to, message, Math.floor(random.exponential(LATENESS)))
        break
      case 'equivocate':
        this.#carry(name, to, this.#told(name, to, message, random))
        break
      case 'forge': {
        const others = this.names.filter((other) => other !== name)
        this.#carry(others[random.integer(others.length)]!, to, message)
        break
      }
      case 'replay':
        this.#carry(name, to, message)
        this.#carryAgain(name, to, message, random)
        break
      default:
        this.#carry(name, to, message)
    }
  }

  observe(seat: Seat, observation: Observation): void {
    if (observation.kind === 'count')
      this.metrics[observation.metric] = (this.metrics[observation.metric] ?? 0) + (observation.by ?? 1)
    else if (observation.kind === 'fact') this.#heard(seat.name, observation)
    else if (observation.kind === 'value')
      this.metrics[`${observation.metric}.max`] = Math.max(
        this.metrics[`${observation.metric}.max`] ?? 0,
        observation.value,
      )
  }

  /** Two sound replicas that decided differently in one place, if there are any. */
  disagreement(): readonly [Decision, Decision] | undefined {
    const sound = new Set(this.sound)
    const first = new Map<number, Decision>()
    for (const decision of this.decisions) {
      if (!sound.has(decision.by)) continue
      const before = first.get(decision.instance)
      if (before && before.value !== decision.value) return [before, decision]
      if (!before) first.set(decision.instance, decision)
    }
    return undefined
  }

  /** What sound replicas have applied that is not alike, or twice. */
  divergence(): string | undefined {
    const journals = this.sound.map((name) => this.journals.get(name)!.entries)
    const longest = journals.reduce((a, b) => (b.length > a.length ? b : a))
    if (new Set(longest).size !== longest.length) return `applied twice: ${longest.join()}`
    const other = journals.find((journal) => journal.some((entry, i) => entry !== longest[i]))
    return other && `${longest.join()} and ${other.join()}`
  }

  #heard(by: string, fact: Fact): void {
    this.#terms.listener?.states?.(this.simulation.now, by, fact)
    if (fact.fact === 'decided') this.decisions.push({ by, instance: fact.instance, value: fact.value })
    if (fact.fact === 'proposed') this.proposed.push({ by, instance: fact.instance, value: fact.value })
  }

  #told(from: string, to: string, message: Message, random: RandomStream): Message {
    const key = `${from}/${to}`
    let lie = this.#liedTo.get(key)
    if (lie === undefined) {
      lie = random.uniform() < 0.5
      this.#liedTo.set(key, lie)
    }
    return lie ? changed(message, this.#terms.field ?? 'value') : message
  }

  /** After a message goes one that was sent before. */
  #carryAgain(name: string, to: string, message: Message, random: RandomStream): void {
    const sent = this.#sent.get(name) ?? []
    this.#sent.set(name, sent)
    const old = sent[random.integer(Math.max(1, sent.length))]
    sent[sent.length < REMEMBERED ? sent.length : random.integer(REMEMBERED)] = { to, message }
    if (old) this.#carry(name, old.to, old.message)
  }

  #carry(from: string, to: string, message: Message, lateness = 0): void {
    const takes = this.#terms.way(from, to, message)
    const { simulation } = this
    this.#terms.listener?.says?.(simulation.now, from, to, message, takes === undefined)
    if (takes === undefined) return
    const fire = () => {
      let heard = false
      for (const seat of this.#seats.get(to) ?? []) {
        if (!seat.up || (seat.speaksTo && !seat.speaksTo(from))) continue
        if (!heard) this.#terms.listener?.hears?.(simulation.now, from, to, message)
        heard = true
        seat.receive({ name: from }, message)
      }
    }
    simulation.schedule(simulation.now + takes + lateness, { kind: 'message', fire } as never, 0)
  }

  #seat(name: string, seat: Seat): void {
    const journal = new Journal()
    const replica = new PbftReplica(seat.env, this.#replicaTerms, journal)
    seat.receive = (from, message) => void replica.receive(from, message)
    this.#seats.set(name, [...(this.#seats.get(name) ?? []).filter((each) => each !== seat), seat])
    this.replicas.set(name, replica)
    this.journals.set(name, journal)
  }

  /** Everyone hears one of them, some of them both. */
  #seatTwins(name: string): void {
    const random = this.random(`twins/${name}`)
    const sides = new Map<string, number>()
    const sideOf = (other: string): number => {
      const known = sides.get(other)
      if (known !== undefined) return known
      const draw = random.uniform()
      const side = draw < 0.45 ? 1 : draw < 0.9 ? 2 : 3
      sides.set(other, side)
      return side
    }
    for (const [i, bit] of [1, 2].entries())
      this.#seat(name, new Seat(this, name, (other) => (sideOf(other) & bit) > 0, i))
  }

  #addClient(name: string): void {
    const seat = new Seat(this, name)
    const { members, key = 'pbft', clientTimeout = CLIENT_TIMEOUT } = this.#replicaTerms
    const client = new PbftClient(
      seat.env,
      new Group(members, 'g'),
      new Keyring(key, name),
      clientTimeout,
      (to, message) => {
        seat.env.observe({ kind: 'count', metric: 'pbft.messages' })
        seat.env.send(to, message)
      },
    )
    seat.receive = (from, message) => void client.receive(from, message)
    this.#seats.set(name, [seat])
    this.#clients.push({ seat, client })
  }
}

/** Mean lateness of one that is late, nanoseconds. */
const LATENESS = 40e6
const CLIENT_TIMEOUT = 1e9
/** Messages that one remembers, to send them again. */
const REMEMBERED = 64
