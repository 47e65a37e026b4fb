// Cores alone, and jobs whose ends are noted.

import { Simulation } from '../../src/kernel/simulation.ts'
import { Recorder } from '../../src/observe/recorder.ts'
import { Cpu, type CpuGroup, type CpuJob } from '../../src/world/cpu.ts'
import { plainCores, type Topology } from '../../src/world/topology.ts'

export function makeCpu(cores: number, given: Partial<Topology> = {}) {
  const simulation = new Simulation()
  const recorder = new Recorder()
  const level = (name: string) => recorder.level(name, { unit: 'ratio', better: 'neither', meaning: name })
  const topology = { ...plainCores(cores), ...given }
  const logical = cores * topology.threadsPerCore
  const total = level('total')
  const byCore = Array.from({ length: logical }, (_, i) => level(`core.${i}`))
  let id = 0
  const cpu = new Cpu(simulation, topology, () => ++id, { total, byCore })
  const ends: number[] = []
  /** Runs a job whose end is noted under its number. */
  const run = (group: CpuGroup, work: number, number = 0, owner?: object): CpuJob =>
    cpu.run(
      group,
      work,
      {
        computed() {
          ends[number] = simulation.now
        },
      },
      owner,
    )
  const at = (time: number, then: () => void) => simulation.schedule(time, { id: 0, fire: then }, 0)
  const used = () => byCore.map((core) => core.value)
  /** Logical cores times nanoseconds in use so far. */
  const busyTime = () => total.integral(simulation.now) * logical
  return { simulation, cpu, run, at, ends, total, used, busyTime }
}
