// A host: cores, memory, a disk, a clock, and the processes on it. Its crash ends them where they stand; its restart makes new
// ones; a pause (a stalled virtual machine) lets them stand still and go on.

import type { MetricDefinition } from '../env/metric.ts'
import { ScenarioError } from '../errors.ts'
import type { RandomStreams } from '../kernel/random.ts'
import type { Simulation } from '../kernel/simulation.ts'
import type { Recorder } from '../observe/recorder.ts'
import { bandwidth, bytes, duration, ratio, type Values } from '../parameters.ts'
import { GiB, seconds } from '../units.ts'
import { clockParameters, HostClock } from './clock.ts'
import { Cpu } from './cpu.ts'
import { Disk, diskParameters } from './disk.ts'
import { Memory } from './memory.ts'
import type { Link } from './network.ts'
import type { Process } from './process.ts'
import { socketsOf, topologyParameters } from './topology.ts'

export const hostParameters = {
  ...topologyParameters,
  memory: bytes({ meaning: 'size of the memory', default: 32 * GiB, min: 1 }),
  memoryBandwidth: bandwidth({
    meaning: 'effective bandwidth of the memory of a socket for bulk reads, shared by all runners on it',
    default: 38e9,
    min: 1,
    source: '[P] 33 to 44 GB/s measured on 12-core Arm and c5.4xlarge; 38 between them',
  }),
  remoteBandwidth: ratio({
    meaning: 'the part of that bandwidth which threads have that are spread over several sockets',
    default: 0.5,
    source:
      '[P] mozilla-ai/llamafile#765: 4 tokens/s on both sockets of 16 cores, 8 on one of them; 34 of 112 GB/s between Xeon 8160',
  }),
  evictionThreshold: bytes({
    meaning:
      'memory below which, every 10 s, the process that holds most beyond its reservation is ended; 0: never, as with Docker',
    default: 0,
    source: '[S] Kubernetes evicts below 100 MiB',
  }),
  ...diskParameters,
  ...clockParameters,
  boot: duration({
    meaning: 'time from a restart to the first process',
    default: seconds(30),
    source: '[G]',
  }),
} as const

export type HostValues = Values<typeof hostParameters>

/** A host of which nothing is said. */
export const hostDefaults = Object.fromEntries(
  Object.entries(hostParameters).map(([name, parameter]) => [name, parameter.default]),
) as unknown as HostValues

export class Host {
  readonly cpu: Cpu
  readonly memory: Memory
  readonly disk: Disk
  readonly clock: HostClock
  readonly processes: Process[] = []
  /** Links from here, by the id of the host they lead to; made by the network on first use. */
  readonly links = new Map<number, Link>()
  /** Pauses that have not ended. */
  pauses = 0
  /** How often it has crashed. */
  crashes = 0
  /** Crashes it has not come back from. */
  #downs = 0

  constructor(
    readonly id: number,
    /** `worker.1`, or `front` where there is one alone. */
    readonly name: string,
    readonly values: HostValues,
    readonly simulation: Simulation,
    recorder: Recorder,
    streams: RandomStreams,
    nextId: () => number,
  ) {
    if (values.cores % values.sockets > 0)
      throw new ScenarioError(
        `invalid sockets: ${values.sockets}; expected a number that divides the ${values.cores} cores`,
      )
    const level = (what: string, definition: MetricDefinition, series: boolean) =>
      recorder.level(`host.${name}.${what}`, definition, { series })
    const utilisation = (what: string, meaning: string, series = true) =>
      level(`${what}utilisation`, { unit: 'ratio', better: 'neither', meaning }, series)
    const counter = (what: string, meaning: string) =>
      recorder.counter(`host.${name}.${what}`, { unit: 'count', better: 'lower', meaning })
    this.cpu = new Cpu(simulation, values, nextId, {
      total: utilisation('', `cores of ${name} in use`),
      byCore: Array.from({ length: values.cores * values.threadsPerCore }, (_, i) =>
        utilisation(`core.${i}.`, `core ${i} of ${name} in use (filled from the lowest number up)`),
      ),
    })
    this.memory = new Memory(id, simulation, {
      limit: values.memory,
      evictionThreshold: values.evictionThreshold,
      level: level('memory', { unit: 'bytes', better: 'neither', meaning: `memory of ${name} in use` }, true),
      kills: counter('oom-kills', `processes of ${name} killed for want of memory`),
      evictions: counter('evictions', `processes of ${name} ended before its memory was full`),
      panic: () => this.crash(),
    })
    this.disk = new Disk(id, simulation, {
      values,
      utilisation: utilisation('disk.', `share of the time in which the disk of ${name} is at work`, false),
      random: () => streams.stream(`host.${name}/disk`),
    })
    this.clock = new HostClock(simulation, values.clockOffset, values.clockDrift)
  }

  /** At what bandwidth so many threads on these cores read from memory in bulk, with nobody beside them. */
  bulkBandwidth(cores: readonly number[], threads: number): number {
    const { values } = this
    const spread = socketsOf(values, cores).size > 1 && threads > values.cores / values.sockets
    return values.memoryBandwidth * (spread ? values.remoteBandwidth : 1)
  }

  get up(): boolean {
    return this.#downs === 0
  }

  /** Volatile state is gone; nobody is told. A host that is down already will need one restart more. */
  crash(): void {
    if (this.#downs++ > 0) return
    this.crashes++
    this.pauses = 0
    for (const process of this.processes) process.crash()
    this.cpu.clear()
    this.memory.clear(this.simulation.now)
    this.disk.clear()
    for (const process of this.processes) process.supervisor?.halted?.()
  }

  /** With the last crash made good the host is back, and its processes begin anew. */
  restart(): void {
    if (this.up || --this.#downs > 0) return
    for (const process of this.processes) process.boot()
  }

  /** All its processes stand still until what is returned is called; a crash ends it too. What comes meanwhile waits. */
  pause(): () => void {
    if (!this.up) return () => {}
    const { crashes } = this
    let over = false
    this.pauses++
    for (const process of this.processes) process.halt()
    return () => {
      if (over || crashes !== this.crashes) return
      over = true
      this.pauses--
      for (const process of this.processes) process.resume()
    }
  }
}
