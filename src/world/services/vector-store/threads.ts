// The threads of a store: tasks take a free one first come first served, and hold a core for as long as they compute. Where they
// read memory in bulk, its bandwidth is shared by all of them, and with everyone else on the host who does so.

import type { Nanos } from '../../../units.ts'
import type { CpuGroup } from '../../cpu.ts'
import type { ServiceContext } from '../../service.ts'
import { Line, Place } from '../line.ts'

/** Something to be done on a thread. */
export abstract class Task extends Place {
  startedAt: Nanos = 0
  /** Core time, as it was when it began. */
  cost: Nanos = 0
  state: 'waiting' | 'running' | 'done' = 'waiting'
  stop: () => void = () => {}

  constructor(readonly cameAt: Nanos) {
    super()
  }

  /** Core time of it, now that it begins. */
  abstract begins(): Nanos
  abstract ends(): void
}

export class Threads {
  readonly #context: ServiceContext
  readonly #size: number
  readonly #group: CpuGroup
  readonly #waiting = new Line<Task>()
  readonly #queue
  readonly #utilisation
  readonly #wait
  #busy = 0

  /** @param size 0: one for each core it may use @param bulkRate bytes a second that a core reads in bulk; undefined: it does not */
  constructor(context: ServiceContext, size: number, bulkRate: number | undefined) {
    this.#context = context
    const { cpuGroup } = context.process
    this.#size = size > 0 ? size : cpuGroup.affinity.length
    this.#group = bulkRate === undefined ? cpuGroup : this.#reading(bulkRate)
    this.#queue = context.queueLevel()
    this.#utilisation = context.utilisationLevel()
    this.#wait = context.recording('wait')
    this.#observe()
  }

  submit(task: Task): void {
    if (this.#busy < this.#size) {
      this.#busy++
      this.#start(task)
    } else this.#waiting.push(task)
    this.#observe()
  }

  /** A task is wanted no more; one that runs gives up its thread. */
  cancel(task: Task): void {
    const { state } = task
    task.state = 'done'
    if (state === 'waiting') this.#waiting.remove(task)
    else if (state === 'running') {
      task.stop()
      this.#next()
    }
    this.#observe()
  }

  /** Work beside the threads, as by those who index. */
  work(cost: Nanos, then: () => void): () => void {
    const { process, host } = this.#context
    const job = host.cpu.run(this.#group, cost, { computed: () => process.enter(then) }, process)
    return () => host.cpu.cancel(job)
  }

  crash(): void {
    this.#queue.set(this.#context.now(), 0)
    this.#utilisation.set(this.#context.now(), 0)
  }

  #start(task: Task): void {
    const now = this.#context.now()
    task.state = 'running'
    task.startedAt = now
    task.cost = Math.round(task.begins())
    this.#wait.record(now, now - task.cameAt)
    task.stop = this.work(task.cost, () => {
      task.state = 'done'
      this.#next()
      this.#observe()
      task.ends()
    })
  }

  #next(): void {
    const task = this.#waiting.takeFirst()
    if (task) this.#start(task)
    else this.#busy--
  }

  /** Jobs that all have the same share of the memory's bandwidth, and go no faster than that. */
  #reading(bulkRate: number): CpuGroup {
    const { host, process } = this.#context
    const { affinity, cgroup } = process.cpuGroup
    const group = host.cpu.ownGroup({ affinity, cgroup })
    group.speed = (cores, _threads, streams, pace) => {
      const fair = host.values.memoryBandwidth / streams / group.heap.length
      return Math.min(cores * host.cpu.speed * pace, fair / bulkRate)
    }
    return group
  }

  #observe(): void {
    const now = this.#context.now()
    this.#queue.set(now, this.#waiting.length)
    this.#utilisation.set(now, this.#busy / this.#size)
  }
}
