// Pauses of a process that come by themselves, as a collector's that stops the world: every so often it stands still, the longer
// the more it holds. From start to start is one draw of `every`; where a pause lasts longer than that, the next follows it.
// The first comes after a part of a draw, as the run finds the process somewhere between two.
// Left out: the cores that a collector takes itself, what is collected, pauses brought on by a heap that fills.

import { ScenarioError } from '../errors.ts'
import { createDistribution } from '../kernel/distributions/registry.ts'
import type { EventTarget } from '../kernel/simulation.ts'
import type { Level } from '../observe/level.ts'
import type { Recording } from '../observe/recording.ts'
import { type DistributionSpec, distribution, duration, type Values } from '../parameters.ts'
import { GiB } from '../units.ts'
import type { Process } from './process.ts'

export const pauseParameters = {
  every: distribution('ns', { meaning: 'time from the beginning of a pause to that of the next' }),
  lasts: distribution('ns', {
    meaning: 'how long a pause lasts, besides what the memory adds',
    default: { kind: 'constant', value: 0 } as DistributionSpec,
  }),
  perGib: duration({
    meaning: 'how much longer it lasts for each GiB of memory that the process holds',
    default: 0,
    source: '[G] collectors that mark live objects take 0.1 to 1 s for each GiB of them',
  }),
} as const

const BEGIN = 0
const END = 1

export class Pauses implements EventTarget {
  readonly #process: Process
  readonly #every
  readonly #lasts
  readonly #perByte: number
  readonly #random
  readonly #paused: Level
  readonly #lengths: Recording
  #epoch = -1
  #resume: (() => void) | undefined

  constructor(process: Process, { every, lasts, perGib }: Values<typeof pauseParameters>) {
    const { recorder, streams } = process.world
    const { part } = process
    this.#process = process
    this.#every = createDistribution(every)
    this.#lasts = createDistribution(lasts)
    this.#perByte = perGib / GiB
    if (!(this.#every.mean > 0))
      throw new ScenarioError('invalid every of pauses: 0 s on average; expected a time above 0')
    this.#random = streams.stream(`${process.name}/pauses`)
    this.#paused = recorder.level(`process.${part}.paused`, {
      unit: 'count',
      better: 'lower',
      meaning: `processes of ${part} in a pause`,
    })
    this.#lengths = recorder.distribution(`process.${part}.pause`, {
      unit: 'ns',
      better: 'lower',
      meaning: `length of a pause of ${part}`,
    })
  }

  get id(): number {
    return this.#process.id
  }

  /** The process begins. */
  begin(): void {
    this.#epoch = this.#process.epoch
    this.#paused.add(this.#process.now(), 0)
    this.#schedule(this.#random.uniform() * this.#every.sample(this.#random), BEGIN)
  }

  /** The process has ended. */
  crash(): void {
    if (this.#resume) this.#paused.add(this.#process.now(), -1)
    this.#resume = undefined
  }

  fire(kind: number): void {
    if (this.#process.epoch !== this.#epoch) return
    if (kind === BEGIN) this.#begin()
    else this.#end()
  }

  #begin(): void {
    const now = this.#process.now()
    const heap = this.#process.memory.used * this.#perByte
    const length = Math.round(this.#lasts.sample(this.#random) + heap)
    const next = Math.max(length, this.#every.sample(this.#random))
    this.#lengths.record(now, length)
    this.#paused.add(now, 1)
    this.#resume = this.#process.pause()
    this.#schedule(length, END)
    this.#schedule(next, BEGIN)
  }

  #end(): void {
    const resume = this.#resume!
    this.#resume = undefined
    this.#paused.add(this.#process.now(), -1)
    resume()
  }

  #schedule(after: number, kind: number): void {
    const { simulation } = this.#process.world
    simulation.schedule(simulation.now + Math.round(after), this, kind)
  }
}
