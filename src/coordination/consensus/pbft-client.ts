// A client of a PBFT group (Castro and Liskov, OSDI 1999, §4.1): asks the primary, believes what f + 1 replicas say alike, and asks all of
// them where that does not come in time. A process has as many clients as it has requests under way, for each has one alone.

import { type Address, Deferred, type Env, type Message, type Task } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import type { Group } from './group.ts'
import type { Keyring } from './keyring.ts'
import type { Reply } from './pbft-messages.ts'
import type { pbftMetrics } from './pbft-terms.ts'

/** Doublings of the timeout at most. */
const MOST_DOUBLINGS = 6

/** One request at a time. */
interface Lane {
  readonly client: string
  timestamp: number
  asked: Asked | undefined
}

interface Asked {
  readonly result: Deferred<unknown>
  /** What was said → who says so. */
  readonly said: Map<string, Set<string>>
}

export class PbftClient {
  readonly #env: Env
  readonly #group: Group
  readonly #keys: Keyring
  readonly #timeout: Nanos
  readonly #send: (to: Address, message: Message) => void
  readonly #lanes = new Map<string, Lane>()
  readonly #free: Lane[] = []
  /** The latest that a reply of this group has told of. */
  #view = 0

  /** @param send how a message goes to a member */
  constructor(
    env: Env,
    group: Group,
    keys: Keyring,
    timeout: Nanos,
    send: (to: Address, message: Message) => void,
  ) {
    this.#env = env
    this.#group = group
    this.#keys = keys
    this.#timeout = timeout
    this.#send = send
  }

  /** @param view that the group is known to be in */
  *request(operation: unknown, view = this.#view): Task<unknown> {
    const lane = this.#free.pop() ?? this.#addLane()
    // Rises after a restart too.
    lane.timestamp = Math.max(this.#env.now(), lane.timestamp + 1)
    const request = this.#keys.request(lane.client, lane.timestamp, operation)
    const asked: Asked = { result: new Deferred(), said: new Map() }
    lane.asked = asked
    const begun = this.#env.now()
    let timer = this.#env.after(this.#timeout, () => again(1))
    const again = (times: number): void => {
      this.#count('pbft.multicasts')
      for (const member of this.#group.members) this.#send(member, request)
      timer = this.#env.after(this.#timeout * 2 ** Math.min(times, MOST_DOUBLINGS), () => again(times + 1))
    }
    this.#send({ name: this.#group.primary(view) }, request)
    try {
      const value = yield* asked.result.wait()
      this.#env.observe({ kind: 'value', metric: 'pbft.latency', value: this.#env.now() - begun })
      return value
    } finally {
      timer.cancel()
      lane.asked = undefined
      this.#free.push(lane)
    }
  }

  /** Whether it was a reply. */
  receive(from: Address, message: Message): boolean {
    if (message.kind !== 'pbft.reply') return false
    const said = message as Reply
    if (said.replica !== from.name || !this.#group.has(said.replica) || !this.#keys.isGenuine(said)) {
      this.#count('pbft.refused')
      return true
    }
    const lane = this.#lanes.get(said.client)
    if (lane?.asked && lane.timestamp === said.timestamp) this.#note(lane.asked, said)
    return true
  }

  #note({ said, result }: Asked, { replica, value, view }: Reply): void {
    const words = JSON.stringify(value)
    const alike = said.get(words) ?? new Set<string>()
    said.set(words, alike)
    alike.add(replica)
    if (alike.size <= this.#group.f) return
    // Where a lie of the view leads to is mended by asking all.
    this.#view = view
    result.resolve(value)
  }

  #addLane(): Lane {
    const lane = { client: `${this.#env.self.name}#${this.#lanes.size}`, timestamp: -1, asked: undefined }
    this.#lanes.set(lane.client, lane)
    return lane
  }

  #count(metric: keyof typeof pbftMetrics): void {
    this.#env.observe({ kind: 'count', metric })
  }
}
