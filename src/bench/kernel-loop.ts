// How many events a second the simulation handles when each goes to one of many objects, which draws an exponential delay
// and schedules itself again.

import { type RandomStream, RandomStreams } from '../kernel/random.ts'
import { type EventTarget, Simulation } from '../kernel/simulation.ts'
import { processorSeconds } from './kernel-queue.ts'
import type { Row } from './row.ts'

const SIZES = [100, 10_000, 1_000_000]
const EVENTS = 1_000_000
const REPETITIONS = 7
const MEAN_NS = 1e9

class Source implements EventTarget {
  readonly id: number
  readonly #simulation: Simulation
  readonly #random: RandomStream

  constructor(id: number, simulation: Simulation, random: RandomStream) {
    this.id = id
    this.#simulation = simulation
    this.#random = random
  }

  start(): void {
    this.fire(0)
  }

  fire(kind: number): void {
    const delay = Math.round(this.#random.exponential(MEAN_NS))
    this.#simulation.schedule(this.#simulation.now + delay, this, kind)
  }
}

export const measure = (): Row[] => SIZES.map(measureOne)

function measureOne(pending: number): Row {
  const simulation = new Simulation()
  const random = new RandomStreams('1').stream('delays')
  for (let id = 0; id < pending; id++) new Source(id, simulation, random).start()
  simulation.run({ events: EVENTS })
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < REPETITIONS; i++) {
    const start = processorSeconds()
    simulation.run({ events: EVENTS })
    least = Math.min(least, processorSeconds() - start)
  }
  return { name: 'simulation with handlers', pending, perSecond: EVENTS / least }
}
