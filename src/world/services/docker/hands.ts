// What the engine does to containers and with the cores of their hosts, whoever asked for it.

import { createDistribution, type Distribution } from '../../../kernel/distributions/registry.ts'
import type { Nanos } from '../../../units.ts'
import { Container } from '../../container.ts'
import type { CpuGroup } from '../../cpu.ts'
import type { Host } from '../../host.ts'
import { instancesNamed } from '../../instances.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'
import type { DockerValues } from './parameters.ts'

/** Why something did not work; nothing if it did. */
export type Then = (failure: string | undefined) => void

export class Hands {
  readonly #context: ServiceContext
  readonly #values: DockerValues
  readonly #startTime: Distribution
  readonly #hosts: readonly Host[]

  constructor(context: ServiceContext, values: DockerValues) {
    const { hosts } = context.process.world
    this.#context = context
    this.#values = values
    this.#startTime = createDistribution(values.startTime)
    this.#hosts = values.hosts?.flatMap(({ name }) => instancesNamed(hosts, name)) ?? [context.host]
  }

  /** All containers of its hosts but its own. */
  all(): readonly Container[] {
    return this.#here([...this.#context.process.world.processes.values()])
  }

  /** All instances of a part. */
  of(part: string): readonly Container[] {
    return this.#here(instancesNamed(this.#context.process.world.processes, part))
  }

  /** One container; a part of several has none of its own name. */
  named(name: string): Container | undefined {
    const named = this.of(name)
    return named.length === 1 ? named[0] : undefined
  }

  start(container: Container, then: Then): void {
    const { host } = container.process
    this.work(host, host.cpu.group(), this.#values.startCost, () => {
      const time = Math.round(this.#startTime.sample(this.#context.random('start')))
      this.#context.later(time, () => {
        const failure = container.start()
        if (failure !== undefined) then(failure)
        else container.whenSettled(this.alive(() => then(undefined)))
      })
    })
  }

  stop(container: Container, grace: Nanos | undefined, then: () => void): void {
    container.stop(grace ?? this.#values.grace, this.alive(then))
  }

  restart(container: Container, grace: Nanos | undefined, then: Then): void {
    this.stop(container, grace, () => this.start(container, then))
  }

  /** Core time on a host, outside of containers unless the group is one's. Returns the means to cancel. */
  work(host: Host, group: CpuGroup, cost: Nanos, then: () => void): () => void {
    const { cpu } = host
    const job = cpu.run(group, cost, { computed: this.alive(then) }, this.#context.process)
    return () => cpu.cancel(job)
  }

  /** Does it in this life of the daemon only. */
  alive(then: () => void): () => void {
    const { process } = this.#context
    const { epoch } = process
    return () => {
      if (process.epoch === epoch) process.enter(then)
    }
  }

  #here(processes: readonly Process[]): readonly Container[] {
    return processes.flatMap((process) => {
      const { supervisor, host } = process
      const here = supervisor instanceof Container && this.#hosts.includes(host)
      return here && process !== this.#context.process ? [supervisor] : []
    })
  }
}
