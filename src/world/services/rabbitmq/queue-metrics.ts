// What is counted of the queues of a broker: for all of them together, and how many messages wait in each.

import type { Counter } from '../../../observe/counter.ts'
import type { Level } from '../../../observe/level.ts'
import type { ServiceContext } from '../../service.ts'

class Depth {
  ready = 0
  unacked = 0

  constructor(
    readonly readyLevel: Level,
    readonly unackedLevel: Level,
  ) {}

  set(now: number, ready: number, unacked: number): void {
    if (ready !== this.ready) this.readyLevel.set(now, ready)
    if (unacked !== this.unacked) this.unackedLevel.set(now, unacked)
    this.ready = ready
    this.unacked = unacked
  }
}

export class QueueMetrics {
  readonly delivered: Counter
  readonly redelivered: Counter
  readonly acked: Counter
  readonly rejected: Counter
  readonly dropped: Counter
  readonly deadLettered: Counter
  readonly leaderChanges: Counter
  readonly #context: ServiceContext
  readonly #all: Depth
  readonly #queues = new Map<string, Depth>()

  constructor(context: ServiceContext) {
    this.#context = context
    this.delivered = context.counter('delivered')
    this.redelivered = context.counter('redelivered')
    this.acked = context.counter('acked')
    this.rejected = context.counter('rejected')
    this.dropped = context.counter('dropped')
    this.deadLettered = context.counter('dead-lettered')
    this.leaderChanges = context.counter('leader.changes')
    this.#all = this.#depth('', '')
  }

  /** Messages of a queue that wait, and that consumers hold. */
  depth(queue: string, ready: number, unacked: number): void {
    let depth = this.#queues.get(queue)
    if (!depth) {
      depth = this.#depth(`.${queue}`, `${queue} at `)
      this.#queues.set(queue, depth)
    }
    const now = this.#context.now()
    const { ready: readyBefore, unacked: unackedBefore } = depth
    depth.set(now, ready, unacked)
    const all = this.#all
    all.set(now, all.ready + ready - readyBefore, all.unacked + unacked - unackedBefore)
  }

  crash(): void {
    for (const queue of this.#queues.keys()) this.depth(queue, 0, 0)
  }

  #depth(suffix: string, of: string): Depth {
    const level = (name: string, meaning: string) => {
      const found = this.#context.level(`${name}${suffix}`, 'count', 'lower', meaning)
      found.set(this.#context.now(), 0)
      return found
    }
    return new Depth(
      level('ready', `messages that wait in ${of}`.trimEnd()),
      level('unacked', `messages delivered and not acknowledged of ${of}`.trimEnd()),
    )
  }
}
