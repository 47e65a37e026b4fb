// The ring topology of OllamaMax (spec: system 1). Whoever is asked takes the task: what it has no room for goes round the ring
// until agents with room take it, and results go on round to where the task was taken. Each agent watches the next; over one that does
// not answer the ring is closed, and opened again when it does. What may have been lost with it is found by a census
// that goes round once. If the one who took the task dies, it is submitted again to another, which takes a census first:
// so the state of a task is wherever its parts are.
// Where nobody has room the parts go round again, to whoever had least to do.

import {
  type Address,
  Deferred,
  type Message,
  Outcome,
  type Running,
  race,
  type Task,
} from '../../env/index.ts'
import type { Bundle, Census, Gap, Homeward, RingMessage } from './ring-messages.ts'
import { TaskBook } from './task-book.ts'
import {
  type Part,
  type PartResult,
  partsOf,
  type SwarmMember,
  type SwarmResult,
  type SwarmTask,
  type Topology,
  type TopologyState,
} from './topology.ts'

/** Turns after which parts are taken by whoever sees them. */
const PATIENT_TURNS = 4

/** Tasks of which it is remembered who asked for them last. */
const REMEMBERED = 256

/** A task taken here. */
interface Taken {
  readonly parts: readonly Part[]
  readonly results: Map<number, PartResult>
  /** When a part last set out from here. */
  readonly sentAt: Map<number, number>
  readonly complete: Deferred<void>
}

export class Ring implements Topology {
  readonly #member: SwarmMember
  readonly #state: Pick<TopologyState, 'term' | 'queen'>
  readonly #book: TaskBook
  readonly #taken = new Map<string, Taken>()
  /** Where the results of parts in line here are wanted, where that is not where they came from. */
  readonly #wantedBy = new Map<string, string>()
  /** Those after this one, nearest first. */
  readonly #after: readonly Address[]
  readonly #watch: Running<void>

  constructor(member: SwarmMember, from?: TopologyState) {
    const { members, env } = member
    this.#member = member
    this.#state = { term: from?.term ?? 0, queen: from?.queen ?? members[0]!.name }
    this.#book = new TaskBook(env, from?.results)
    const place = members.findIndex(({ name }) => name === env.self.name)
    this.#after = [...members.slice(place + 1), ...members.slice(0, place)]
    this.#watch = env.spawn(this.#watchNext(), 'watch')
  }

  submit(task: SwarmTask): Task<SwarmResult> {
    return this.#book.take(task, (task, known) => this.#do(task, known))
  }

  receive(_from: Address, message: Message): boolean {
    if (!message.kind.startsWith('ring.')) return false
    const travelling = message as RingMessage
    if (travelling.kind === 'ring.parts') this.#offered(travelling)
    else if (travelling.kind === 'ring.result') this.#passed(travelling)
    else if (travelling.kind === 'ring.census') this.#counted(travelling)
    else this.#bridged(travelling)
    return true
  }

  handle(): undefined {
    return undefined
  }

  stop(): TopologyState {
    this.#watch.cancel()
    return { ...this.#state, ...this.#book.stop() }
  }

  *#do(task: SwarmTask, known: readonly PartResult[]): Task<readonly PartResult[]> {
    const { env, terms } = this.#member
    const taken: Taken = {
      parts: partsOf(task),
      results: new Map(known.map((result) => [result.index, result])),
      sentAt: new Map(),
      complete: new Deferred(),
    }
    this.#taken.set(task.id, taken)
    try {
      yield* this.#member.decide()
      if (task.attempt > 1) this.#count(task.id)
      else this.#send(task.id, taken.parts)
      for (;;) {
        yield* race([taken.complete.wait(), env.sleep(2 * terms.suspicion)])
        if (taken.results.size === taken.parts.length) return [...taken.results.values()]
        this.#count(task.id)
      }
    } finally {
      this.#taken.delete(task.id)
    }
  }

  /** Lets parts set out. */
  #send(task: string, parts: readonly Part[], turn = 0, limit = this.#member.terms.room - 1): void {
    const { env } = this.#member
    const taken = this.#taken.get(task)
    for (const { index } of parts) taken?.sentAt.set(index, env.now())
    const origin = env.self.name
    this.#offered({ kind: 'ring.parts', origin, hops: 0, parts, limit, least: Number.MAX_SAFE_INTEGER, turn })
  }

  /** Parts have come round: those for which there is room stay, the rest goes on. */
  #offered(bundle: Bundle): void {
    const { env } = this.#member
    const home = bundle.origin === env.self.name
    if (home && bundle.hops > 0) {
      // A turn without success: whoever had least to do is asked next.
      const task = bundle.parts[0]!.task
      const wanted = bundle.parts.filter(({ index }) => this.#taken.get(task)?.results.has(index) === false)
      if (wanted.length > 0) this.#send(task, wanted, bundle.turn + 1, bundle.least)
      return
    }
    const left: Part[] = []
    let room = this.#roomFor(bundle)
    for (const part of bundle.parts) {
      if (this.#member.has(part) || room-- > 0) this.#compute(part, bundle.origin)
      else left.push(part)
    }
    if (left.length === 0) return
    const least = Math.min(bundle.least, this.#member.load)
    this.#pass({ ...bundle, parts: left, least, hops: bundle.hops + 1 }, 'swarm.messages')
  }

  #roomFor({ turn, limit }: Bundle): number {
    const { load, terms } = this.#member
    if (turn >= PATIENT_TURNS || this.#next() === undefined) return Number.MAX_SAFE_INTEGER
    if (turn > 0) return load <= limit ? 1 : 0
    return terms.room - load
  }

  #compute(part: Part, origin: string): void {
    const { env } = this.#member
    const self = this
    env.spawn(
      (function* (): Task<void> {
        const result = yield* self.#member.execute(part)
        const wanted = self.#wantedBy.get(part.task) ?? origin
        self.#passed({ kind: 'ring.result', origin: wanted, hops: 0, result })
      })(),
      'ring part',
    )
  }

  #passed(homeward: Homeward): void {
    const { origin, result, hops } = homeward
    if (origin === this.#member.env.self.name) this.#learn(result)
    else this.#pass({ ...homeward, hops: hops + 1 }, 'swarm.messages')
  }

  #learn(result: PartResult): void {
    const taken = this.#taken.get(result.task)
    if (!taken || taken.results.has(result.index)) return
    taken.results.set(result.index, result)
    if (taken.results.size === taken.parts.length) taken.complete.resolve()
  }

  /** Asks who has what of a task. */
  #count(task: string): void {
    const { env } = this.#member
    const origin = env.self.name
    const census: Census = {
      kind: 'ring.census',
      origin,
      hops: 0,
      task,
      at: env.now(),
      held: [],
      results: [],
    }
    this.#counted(census)
  }

  #counted(census: Census): void {
    const { env } = this.#member
    if (census.origin === env.self.name && census.hops > 0) {
      this.#reckon(census)
      return
    }
    const { task, hops } = census
    const { running, results } = this.#member.known()
    this.#wanted(task, census.origin)
    const held = running.filter((part) => part.task === task).map(({ index }) => index)
    const found = results.filter((result) => result.task === task)
    const told = { held: [...census.held, ...held], results: [...census.results, ...found] }
    const next = { ...census, ...told, hops: hops + 1 }
    if (this.#next()) this.#pass(next, 'swarm.upkeep')
    else this.#reckon(next)
  }

  #wanted(task: string, by: string): void {
    this.#wantedBy.delete(task)
    this.#wantedBy.set(task, by)
    if (this.#wantedBy.size > REMEMBERED) this.#wantedBy.delete(this.#wantedBy.keys().next().value!)
  }

  /** A census is back: what nobody has sets out again. */
  #reckon({ task, at, held, results }: Census): void {
    const taken = this.#taken.get(task)
    if (!taken) return
    for (const result of results) this.#learn(result)
    const found = held.length + results.length
    if (found > 0) this.#member.env.observe({ kind: 'count', metric: 'swarm.transferred', by: found })
    const lost = taken.parts.filter(
      ({ index }) =>
        !taken.results.has(index) && !held.includes(index) && (taken.sentAt.get(index) ?? -1) < at,
    )
    if (lost.length === 0) return
    const before = lost.filter(({ index }) => taken.sentAt.has(index)).length
    if (before > 0) this.#member.env.observe({ kind: 'count', metric: 'swarm.reassigned', by: before })
    this.#send(task, lost)
  }

  /** Somebody has been bridged: what it had may be missing. */
  #bridged(gap: Gap): void {
    if (gap.hops > 0 && gap.origin === this.#member.env.self.name) return
    for (const task of this.#taken.keys()) this.#count(task)
    if (this.#next()) this.#pass({ ...gap, hops: gap.hops + 1 }, 'swarm.upkeep')
  }

  #next(): Address | undefined {
    return this.#after.find((address) => !this.#member.detector.suspects(address))
  }

  /** Hands it to the next, unless it has been going round for nobody. */
  #pass(message: RingMessage, metric: 'swarm.messages' | 'swarm.upkeep'): void {
    const { env, members } = this.#member
    const next = this.#next()
    if (!next || message.hops > 2 * members.length) return
    env.observe({ kind: 'count', metric })
    env.send(next, message)
  }

  /** Looks after the next one for ever; after one that comes back as well. */
  *#watchNext(): Task<void> {
    const { env, detector, terms } = this.#member
    for (;;) {
      const next = this.#next()
      try {
        const waits = [env.sleep(terms.suspicion)]
        yield* race(next ? [...waits, detector.death(next)] : waits)
      } catch (error) {
        if (!(error instanceof Outcome)) throw error
        this.#bridged({ kind: 'ring.gap', origin: env.self.name, hops: 0, missing: next!.name })
      }
    }
  }
}
