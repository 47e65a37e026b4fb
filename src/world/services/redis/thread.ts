// The one thread of a server. What has come takes effect when its time on the core is paid; while the thread is held (by an
// fsync, or because the process hangs) all that comes is kept, and then carried out together, as the event loop does with
// the connections that it finds readable at once.

import type { Timer } from '../../../env/index.ts'
import type { Level } from '../../../observe/level.ts'
import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import { Compute } from '../../waits.ts'

/** Something to carry out. */
export interface ThreadItem {
  /** Nobody wants it any more where this is false. */
  readonly wanted: boolean
  /** A timer: of what was kept, its turn comes after what the connections brought. */
  readonly timer?: boolean
  /** Core time, as of now. */
  cost(): Nanos
  run(): void
  /** It was kept; its cost has been paid after `elapsed` since it was read, `cost` of it on a core. */
  kept?(cost: Nanos, elapsed: Nanos): void
}

interface Kept {
  readonly item: ThreadItem
  readonly since: Nanos
}

export class Thread {
  readonly #context: ServiceContext
  readonly #busy: Level
  /** What waits for the process to be free, and what is kept. */
  readonly #queue: Level
  /** At the end of a turn of the loop: what was carried out has replies, takes memory, is to be written. */
  readonly #settle: () => void
  #holds = 0
  #computing = 0
  #kept: Kept[] = []

  constructor(context: ServiceContext, settle: () => void) {
    this.#context = context
    this.#settle = settle
    this.#busy = context.utilisationLevel()
    this.#busy.set(context.now(), 0)
    this.#queue = context.queueLevel()
    this.#queue.set(context.now(), 0)
    context.process.queue = this.#queue
  }

  get held(): boolean {
    return this.#holds > 0
  }

  /** What a message that comes to the process is to hold a core for. */
  cost(item: ThreadItem): Nanos {
    if (this.held) return 0
    this.#busy.set(this.#context.now(), 1)
    return item.cost()
  }

  /** Carries out what is paid for, or keeps it. */
  take(item: ThreadItem): void {
    if (this.held) {
      const now = this.#context.now()
      this.#kept.push({ item, since: now })
      this.#queue.add(now, 1)
    } else {
      item.run()
      this.#settle()
    }
    this.#observe()
  }

  /** Carries out what costs nothing to speak of, now or when the thread is free again. */
  do(code: () => void, timer = false): void {
    this.take({ wanted: true, timer, cost: () => 0, run: code })
  }

  /** The same after a delay, in turn with what comes. */
  after(delay: Nanos, then: () => void): Timer {
    return this.#context.process.after(delay, () => this.do(then, true))
  }

  /** Nothing is carried out until what is returned has been called. */
  hold(): () => void {
    let over = false
    this.#holds++
    this.#observe()
    return () => {
      if (over) return
      over = true
      if (--this.#holds === 0) this.#release()
      this.#observe()
    }
  }

  /** Work of the thread's own, before anything that waits. */
  compute(cost: Nanos, then: () => void): void {
    if (cost === 0) {
      then()
      return
    }
    const { process } = this.#context
    this.#computing++
    this.#observe()
    new Compute(process, Math.round(cost)).start({
      scope: process,
      account: undefined,
      resume: () => {
        this.#computing--
        then()
        this.#observe()
      },
      fail() {},
    })
  }

  crash(): void {
    this.#busy.set(this.#context.now(), 0)
    this.#queue.set(this.#context.now(), 0)
  }

  #release(): void {
    const wanted = this.#kept.filter(({ item }) => item.wanted)
    const batch = [...wanted.filter(({ item }) => !item.timer), ...wanted.filter(({ item }) => item.timer)]
    this.#queue.add(this.#context.now(), -this.#kept.length)
    this.#kept = []
    const costs = batch.map(({ item }) => item.cost())
    const whole = costs.reduce((sum, cost) => sum + cost, 0)
    this.compute(whole, () => {
      if (this.held) {
        // Held again before it came to them.
        this.#kept.unshift(...batch)
        this.#queue.add(this.#context.now(), batch.length)
        return
      }
      const now = this.#context.now()
      for (const [i, { item, since }] of batch.entries()) {
        item.kept?.(costs[i]!, now - since)
        item.run()
      }
      this.#settle()
    })
  }

  #observe(): void {
    this.#busy.set(this.#context.now(), this.held || this.#computing > 0 ? 1 : 0)
  }
}

/** What is to be written to connections other than the caller's, as many at a time as have come to be. */
export class Writing {
  readonly #thread: Thread
  readonly #delay: Nanos
  readonly #costEach: Nanos
  readonly #gather: () => readonly (() => void)[]
  #scheduled = false

  /**
   * @param delay how long it waits for more
   * @param costEach time of the thread for each connection written to
   * @param gather takes what there is to write: a function a connection
   */
  constructor(thread: Thread, delay: Nanos, costEach: Nanos, gather: () => readonly (() => void)[]) {
    this.#thread = thread
    this.#delay = delay
    this.#costEach = costEach
    this.#gather = gather
  }

  /** There is something. It is written after what waits for the thread now, as the loop writes after it has read. */
  request(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#thread.after(this.#delay, () => {
      this.#scheduled = false
      const writes = this.#gather()
      this.#thread.compute(writes.length * this.#costEach, () => {
        for (const write of writes) write()
      })
    })
  }
}
