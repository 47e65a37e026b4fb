// A host: cores, memory, a disk, and the processes on it. Its crash ends them where they stand; its restart makes new ones.

import type { Simulation } from '../kernel/simulation.ts'
import type { Recorder } from '../observe/recorder.ts'
import { bandwidth, bytes, count, duration, number, type Values } from '../parameters.ts'
import { GiB, seconds } from '../units.ts'
import { Cpu } from './cpu.ts'
import { Memory } from './memory.ts'
import type { Link } from './network.ts'
import type { Process } from './process.ts'

export const hostParameters = {
  cores: count({ meaning: 'number of cores', default: 12, min: 1, max: 1024 }),
  speed: number({
    meaning: 'speed of a core relative to the one that costs were measured on',
    default: 1,
    min: 0.001,
    max: 1000,
  }),
  memory: bytes({ meaning: 'size of the memory', default: 32 * GiB, min: 1 }),
  memoryBandwidth: bandwidth({
    meaning: 'effective bandwidth of the memory for bulk reads, shared by all runners on the host',
    default: 38e9,
    min: 1,
    source: '[P] 33 to 44 GB/s measured on 12-core Arm and c5.4xlarge; 38 between them',
  }),
  diskBandwidth: bandwidth({
    meaning: 'sequential read bandwidth of the disk',
    default: 1e9,
    min: 1,
    source: '[G] a SATA to NVMe disk reads 0.5 to 3 GB/s',
  }),
  boot: duration({
    meaning: 'time from a restart to the first process',
    default: seconds(30),
    source: '[G]',
  }),
} as const

export type HostValues = Values<typeof hostParameters>

export class Host {
  readonly cpu: Cpu
  readonly memory: Memory
  readonly processes: Process[] = []
  /** Links from here, by the id of the host they lead to; made by the network on first use. */
  readonly links = new Map<number, Link>()
  /** Crashes it has not come back from. */
  #downs = 0

  constructor(
    readonly id: number,
    /** `worker.1`, or `front` where there is one alone. */
    readonly name: string,
    readonly values: HostValues,
    readonly simulation: Simulation,
    recorder: Recorder,
    nextId: () => number,
  ) {
    const level = (what: string, meaning: string, series = true) =>
      recorder.level(`host.${name}.${what}`, { unit: 'ratio', better: 'neither', meaning }, { series })
    this.cpu = new Cpu(
      simulation,
      values.cores,
      values.speed,
      {
        total: level('utilisation', `cores of ${name} in use`),
        byCore: Array.from({ length: values.cores }, (_, i) =>
          level(`core.${i}.utilisation`, `core ${i} of ${name} in use (filled from the lowest number up)`),
        ),
      },
      nextId,
    )
    this.memory = new Memory(
      values.memory,
      recorder.level(
        `host.${name}.memory`,
        { unit: 'bytes', better: 'neither', meaning: `memory of ${name} in use` },
        { series: true },
      ),
    )
  }

  get up(): boolean {
    return this.#downs === 0
  }

  /** Volatile state is gone; nobody is told. A host that is down already will need one restart more. */
  crash(): void {
    if (this.#downs++ > 0) return
    for (const process of this.processes) process.crash()
    this.cpu.clear()
    this.memory.clear(this.simulation.now)
    for (const process of this.processes) process.supervisor?.halted?.()
  }

  /** With the last crash made good the host is back, and its processes begin anew. */
  restart(): void {
    if (this.up || --this.#downs > 0) return
    for (const process of this.processes) process.boot()
  }
}
