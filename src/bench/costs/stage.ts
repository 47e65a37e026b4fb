// Coordinators of one kind (or several) that talk to each other in one memory, and what handling each kind of message, reply
// and timer costs them: every handling is timed by itself and booked under COORDINATOR/MESSAGE, as the simulation charges it.
// What is not theirs to pay is outside the time: carrying messages, answers from services, firing timers.

import {
  type Address,
  type Coordinator,
  type CoordinatorDefinition,
  Fifo,
  type Message,
  Outcome,
  type Request,
  Running,
  type Waiter,
  type Watcher,
  type Work,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import { BenchEnv, type BenchTimer, type Outside } from '../bench-env.ts'

// biome-ignore lint/suspicious/noExplicitAny: definitions of all parameters
type AnyDefinition = CoordinatorDefinition<any>

interface Member {
  readonly env: BenchEnv
  readonly kind: string
  coordinator: Coordinator
}

/** Something to be handled. */
interface Item {
  readonly member: Member
  /** `undefined`: the end of work asked for, which its own entry pays. */
  readonly what: string | undefined
  run(): void
}

/** Sums of times, in milliseconds, by what was handled. */
export type Tally = Map<string, { time: number; count: number }>

/** Answers of whatever is no member; `undefined`: never. */
export type Answers = (request: Message, to: Address) => Message | undefined

export class Stage implements Outside {
  readonly tally: Tally = new Map()
  readonly #members = new Map<string, Member>()
  readonly #items = new Fifo<Item>()
  #timers: BenchTimer[] = []
  readonly #answers: Answers
  #now: Nanos = 1e9
  #overhead: number | undefined

  constructor(answers: Answers = () => undefined) {
    this.#answers = answers
  }

  /** A coordinator with these values and otherwise its defaults; the stage's own clock begins with its `start`. */
  add(name: string, definition: AnyDefinition, given: Readonly<Record<string, unknown>>): void {
    const env = new BenchEnv(name, this)
    const member: Member = { env, kind: definition.name, coordinator: {} }
    this.#members.set(name, member)
    env.enter(() => {
      member.coordinator = definition.create(env, { ...defaultsOf(definition), ...given })
    })
  }

  /** Nanoseconds that timing takes by itself, found where there is nothing to handle. */
  get overhead(): number {
    this.#overhead ??= this.#timeNothing()
    return this.#overhead
  }

  #timeNothing(): number {
    const [member] = this.#members.values()
    const sums = Array.from({ length: 50 }, () => {
      let sum = 0
      for (let i = 0; i < 1000; i++) {
        const item: Item = { member: member!, what: 'nothing', run: () => {} }
        const begun = performance.now()
        member!.env.enter(() => item.run())
        sum += performance.now() - begun
      }
      return sum
    })
    return Math.min(...sums) * 1e3
  }

  /** Starts one of them, or all. */
  begin(name?: string): void {
    const begun = name === undefined ? this.#members.values() : [this.#members.get(name)!]
    for (const { env, coordinator } of begun)
      env.enter(() => {
        const start = coordinator.start?.()
        if (start) new Running(env, start, 'start')
      })
  }

  /** A message from somewhere else. */
  tell(to: string, message: Message, from = 'elsewhere'): void {
    this.#pushMessage({ name: from }, this.#members.get(to)!, message)
  }

  /** A request from somewhere else, whose answer nobody looks at. */
  ask(to: string, request: Message): void {
    this.#pushRequest({ name: 'elsewhere' }, this.#members.get(to)!, request, () => {})
  }

  /** Handles the next thing, a timer if nothing else is there; false if nothing is. */
  step(): boolean {
    const item = this.#items.shift() ?? this.#nextTimer()
    if (!item) return false
    const { member, what } = item
    this.#now += 1000
    member.env.advance(this.#now)
    const begun = performance.now()
    member.env.enter(() => item.run())
    const time = performance.now() - begun
    if (what === undefined) return true
    const key = `${member.kind}/${what}`
    const known = this.tally.get(key)
    if (known) {
      known.time += time
      known.count++
    } else this.tally.set(key, { time, count: 1 })
    return true
  }

  /** Handles all that is there, but no timers. */
  settle(): void {
    while (this.#items.length > 0) this.step()
  }

  get idle(): boolean {
    return this.#items.length === 0
  }

  send(from: BenchEnv, to: Address, message: Message): void {
    const member = this.#members.get(to.name)
    if (member) this.#pushMessage(from.self, member, message)
  }

  call(from: BenchEnv, to: Address, request: Message, waiter: Waiter): void {
    const caller = this.#members.get(from.self.name)!
    const callee = this.#members.get(to.name)
    const reply = (message: Message) =>
      this.#items.push({ member: caller, what: message.kind, run: () => waiter.resume(message) })
    const fail = (error: unknown) =>
      this.#items.push({ member: caller, what: 'error', run: () => waiter.fail(error) })
    if (callee) this.#pushRequest(from.self, callee, request, reply, fail)
    else {
      const answer = this.#answers(request, to)
      if (answer) reply(answer)
    }
  }

  set(timer: BenchTimer): void {
    this.#timers.push(timer)
  }

  compute(from: BenchEnv, waiter: Waiter, _work: Work): void {
    const member = this.#members.get(from.self.name)!
    this.#items.push({ member, what: undefined, run: () => waiter.resume(undefined) })
  }

  #pushMessage(from: Address, member: Member, message: Message): void {
    this.#items.push({
      member,
      what: message.kind,
      run: () => member.coordinator.receive?.(from, message),
    })
  }

  #pushRequest(
    from: Address,
    member: Member,
    request: Message,
    reply: (message: Message) => void,
    fail: (error: unknown) => void = () => {},
  ): void {
    this.#items.push({
      member,
      what: request.kind,
      run: () => {
        const task = member.coordinator.handle?.(from, request as Request<unknown>)
        if (!task) throw new Error(`${member.kind} handles no ${request.kind}`)
        new Running(member.env, task, request.kind).watch(new Answer(reply, fail))
      },
    })
  }

  /** Of those that are due first, the one set first. */
  #nextTimer(): Item | undefined {
    this.#timers = this.#timers.filter(({ cancelled }) => !cancelled)
    const [first, ...others] = this.#timers
    if (!first) return undefined
    const due = others.reduce((a, b) => (b.at < a.at ? b : a), first)
    due.cancelled = true
    this.#now = Math.max(this.#now, due.at)
    return { member: this.#members.get(due.env.self.name)!, what: 'timer', run: due.fire }
  }
}

class Answer implements Watcher {
  constructor(
    readonly reply: (message: Message) => void,
    readonly fail: (error: unknown) => void,
  ) {}

  ended(task: Running<unknown>): void {
    if (task.state === 'done') this.reply(task.value as Message)
    else if (task.error instanceof Outcome) this.fail(task.error)
    else throw task.error
  }
}

const defaultsOf = ({ parameters }: AnyDefinition): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(parameters as Readonly<Record<string, { readonly default?: unknown }>>).map(
      ([name, { default: usual }]) => [name, usual],
    ),
  )
