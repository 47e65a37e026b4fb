// How much of each core is in use over time, where anyone wants to know. Only the cores that change are recorded.

import type { Simulation } from '../kernel/simulation.ts'
import type { Level } from '../observe/level.ts'

/** One level a logical core, and the mean of all. */
export interface CpuLevels {
  readonly total: Level
  readonly byCore: readonly Level[]
}

export class CoreLevels {
  readonly #simulation: Simulation
  readonly #levels: CpuLevels
  readonly #cores: number
  #busy = 0

  constructor(simulation: Simulation, cores: number, levels: CpuLevels) {
    this.#simulation = simulation
    this.#cores = cores
    this.#levels = levels
    for (const level of [levels.total, ...levels.byCore]) level.set(simulation.now, 0)
  }

  /** So many cores are in use, the lowest numbers first. */
  record(busy: number): void {
    const before = this.#busy
    if (busy === before) return
    const { total, byCore } = this.#levels
    const { now } = this.#simulation
    this.#busy = busy
    total.set(now, busy / this.#cores)
    const from = Math.floor(Math.min(busy, before))
    const to = Math.min(byCore.length, Math.ceil(Math.max(busy, before)))
    for (let core = from; core < to; core++) byCore[core]!.set(now, Math.max(0, Math.min(1, busy - core)))
  }

  /** So many cores are in use, and so much of each. */
  recordPlaces(busy: number, used: Float64Array): void {
    const { total, byCore } = this.#levels
    const { now } = this.#simulation
    if (busy !== this.#busy) total.set(now, busy / this.#cores)
    this.#busy = busy
    for (const [core, level] of byCore.entries()) if (used[core] !== level.value) level.set(now, used[core]!)
  }
}
