// An agent as one epoch's topology sees it: the same, but that what it sends bears the epoch, what it saves has a place of its own,
// and what it computes is measured.

import type {
  Address,
  Env,
  Message,
  Observation,
  Random,
  Request,
  Running,
  Task,
  Timer,
  Work,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import { type Epoch, tagged } from './adaptive-messages.ts'
import type { Places } from './adaptive-places.ts'
import type { Part, PartResult, SwarmMember } from './topology.ts'

export class EpochMember implements SwarmMember {
  readonly env: Env
  readonly #member: SwarmMember
  readonly #computed: (part: Part) => void

  constructor(member: SwarmMember, epoch: Epoch, places: Places, computed: (part: Part) => void) {
    this.#member = member
    this.#computed = computed
    this.env = new EpochEnv(member.env, epoch, places)
  }

  get members() {
    return this.#member.members
  }

  get terms() {
    return this.#member.terms
  }

  get detector() {
    return this.#member.detector
  }

  get load(): number {
    return this.#member.load
  }

  *execute(part: Part): Task<PartResult> {
    const result = yield* this.#member.execute(part)
    this.#computed(part)
    return result
  }

  decide(): Task<void> {
    return this.#member.decide()
  }

  has(part: Part): boolean {
    return this.#member.has(part)
  }

  known() {
    return this.#member.known()
  }
}

interface Saved {
  readonly epoch: number
  readonly state: unknown
}

class EpochEnv implements Env {
  readonly #env: Env
  readonly #epoch: Epoch
  readonly #places: Places

  constructor(env: Env, epoch: Epoch, places: Places) {
    this.#env = env
    this.#epoch = epoch
    this.#places = places
  }

  get self(): Address {
    return this.#env.self
  }

  now(): Nanos {
    return this.#env.now()
  }

  clock(): Nanos {
    return this.#env.clock()
  }

  random(stream: string): Random {
    return this.#env.random(stream)
  }

  uuid(): string {
    return this.#env.uuid()
  }

  send(to: Address, message: Message): void {
    this.#env.send(to, tagged(message, this.#epoch))
  }

  call<R>(to: Address, request: Request<R>, timeout: Nanos): Task<R> {
    return this.#env.call(to, tagged(request, this.#epoch), timeout)
  }

  sleep(duration: Nanos): Task<void> {
    return this.#env.sleep(duration)
  }

  after(delay: Nanos, then: () => void): Timer {
    return this.#env.after(delay, then)
  }

  spawn<T>(task: Task<T>, name: string): Running<T> {
    return this.#env.spawn(task, name)
  }

  compute(work: Work): Task<void> {
    return this.#env.compute(work)
  }

  /** What an earlier epoch's topology saved is not this one's. */
  saved(): unknown {
    const last = this.#places.read(this.#epoch.topology) as Saved | undefined
    return last?.epoch === this.#epoch.epoch ? last.state : undefined
  }

  save(state: unknown): Task<void> {
    const { epoch, topology } = this.#epoch
    return this.#places.write(topology, { epoch, state } satisfies Saved)
  }

  /** Elections and decisions of each epoch are a group's of its own, and begin to count anew. */
  observe(observation: Observation): void {
    const { epoch } = this.#epoch
    this.#env.observe(
      epoch > 0 && 'group' in observation
        ? { ...observation, group: `${observation.group}@${epoch}` }
        : observation,
    )
  }
}
