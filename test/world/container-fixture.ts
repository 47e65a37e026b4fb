// Containers in a small data centre: a process that answers after `service`, and what stands around it.

import { Container } from '../../src/world/container.ts'
import { ContainerMetrics } from '../../src/world/container-metrics.ts'
import type { ContainerTerms } from '../../src/world/container-terms.ts'
import { Containers } from '../../src/world/containers.ts'
import type { Host } from '../../src/world/host.ts'
import type { Process } from '../../src/world/process.ts'
import type { World } from '../../src/world/world.ts'

const EVERYTHING = { life: true, restarts: true, memory: true, health: true, ports: true }

export class Yard {
  readonly containers: Containers
  /** `redis begins at 1.5 s`, in the order of time. */
  readonly log: string[] = []

  constructor(readonly world: World) {
    this.containers = new Containers(world)
  }

  /** A container around a process that answers everything at once, its core time apart. */
  add(name: string, terms: ContainerTerms = {}, host = 'a', cost = 0): Container {
    const { world } = this
    const where = world.hosts.get(host)!
    const process = world.addProcess(where, name, name)
    process.behaviour = {
      cost: (envelope) => (envelope?.role === 'request' ? cost : 0),
      begin: () => void this.log.push(`${name} begins at ${world.simulation.now / 1e9} s`),
      deliver: (envelope) => envelope.reply({ kind: 'done' }),
    }
    return this.around(process, where, terms)
  }

  around(process: Process, host: Host, terms: ContainerTerms = {}): Container {
    const metrics = new ContainerMetrics(this.world.recorder, process.name, 1, EVERYTHING)
    return new Container(process, this.containers.of(host), terms, metrics)
  }

  /** As a run does it: all that are not to wait begin, and then time goes on. */
  run(until: number): void {
    for (const process of this.world.processes.values()) process.begin()
    this.world.simulation.run({ until })
  }

  on(until: number): void {
    this.world.simulation.run({ until })
  }
}
