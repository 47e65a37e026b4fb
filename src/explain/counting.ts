// What a run sent and handled, counted: messages by kind and by who sends them to whom, and what every part of the scenario
// handled, with the time that its processes were held by it. It sees what a timeline sees, and keeps sums alone.

import type { RedisRequest } from '../env/index.ts'
import { type Lane, Timeline } from '../observe/timeline.ts'
import type { Nanos } from '../units.ts'
import type { Envelope } from '../world/envelope.ts'
import type { World } from '../world/world.ts'

/** Messages of a kind from one part of the scenario to another. */
export interface Sent {
  /** `job`; of a refusal what is refused; of a command its name. */
  readonly kind: string
  /** command: one of those in a message to Redis, which is counted besides. */
  readonly role: 'one-way' | 'request' | 'failure' | 'command'
  readonly from: string
  readonly to: string
  readonly messages: number
  readonly bytes: number
}

/** What the processes of a part handled, by what it was: a kind of message, `timer`, `compute`. */
export interface Handled {
  readonly part: string
  readonly what: string
  readonly times: number
  /** The process was held: the handler's cost, and the wait for a core. */
  readonly held: Nanos
}

/** Over whole runs, their warm-up included. */
export interface Counts {
  readonly runs: number
  readonly sent: readonly Sent[]
  readonly handled: readonly Handled[]
  /** Requests of the clients that nobody had answered when their run ended, or when they gave up: of what they bring about a part is missing. */
  readonly open: number
  /** Virtual time of all runs together. */
  readonly lasted: Nanos
}

/** The clients of a workload, as a part. */
export const CLIENTS = '(clients)'

interface Counted extends Lane {
  readonly process: string
}

const BETWEEN = '\t'

export class Counting extends Timeline {
  readonly #sent = new Map<string, { messages: number; bytes: number }>()
  readonly #handled = new Map<string, { times: number; held: Nanos }>()
  #open = 0

  override lane(host: string, process: string): Lane {
    const lane: Counted = { ...super.lane(host, process), process }
    return lane
  }

  override slice(lane: Lane, name: string, begin: Nanos, end: Nanos): void {
    // Sent outside of any handling: it is counted as it is sent.
    if (begin === end && name.endsWith(' sent')) return
    const key = [(lane as Counted).process, name].join(BETWEEN)
    const sum = this.#handled.get(key)
    if (!sum) this.#handled.set(key, { times: 1, held: end - begin })
    else {
      sum.times++
      sum.held += end - begin
    }
  }

  override sent(message: object): void {
    const { role, from, to, message: content, call, bytes } = message as Envelope
    if (role === 'request' && from.part === CLIENTS) this.#open++
    if ((role === 'reply' || role === 'failure') && to.part === CLIENTS) this.#open--
    if (role !== 'one-way' && role !== 'request' && role !== 'failure') return
    const kind = role === 'failure' ? call!.message.kind : content.kind
    this.#count([kind, role, from.part, to.part], bytes)
    if (kind !== 'redis' || role !== 'request') return
    for (const { command } of (content as RedisRequest).commands)
      this.#count([command, 'command', from.part, to.part], 0)
  }

  #count(of: readonly string[], bytes: number): void {
    const key = of.join(BETWEEN)
    const sum = this.#sent.get(key)
    if (!sum) this.#sent.set(key, { messages: 1, bytes })
    else {
      sum.messages++
      sum.bytes += bytes
    }
  }

  override arrived(): void {}
  override span(): void {}

  /** What was counted, the processes of a part together. */
  counts({ processes, simulation }: World): Counts {
    const handled = new Map<string, { times: number; held: Nanos }>()
    for (const [key, { times, held }] of this.#handled) {
      const [process, what] = key.split(BETWEEN)
      const place = [processes.get(process!)?.part ?? process, what].join(BETWEEN)
      const sum = handled.get(place) ?? { times: 0, held: 0 }
      handled.set(place, { times: sum.times + times, held: sum.held + held })
    }
    return {
      runs: 1,
      sent: [...this.#sent].map(([key, sums]) => {
        const [kind, role, from, to] = key.split(BETWEEN)
        return { kind: kind!, role: role as Sent['role'], from: from!, to: to!, ...sums }
      }),
      handled: [...handled].map(([key, sums]) => {
        const [part, what] = key.split(BETWEEN)
        return { part: part!, what: what!, ...sums }
      }),
      open: Math.max(0, this.#open),
      lasted: simulation.now,
    }
  }
}
