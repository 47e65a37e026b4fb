// Where agents live: each in a process of its own, of those that there are for them. A Docker engine, where there is one,
// starts and stops their containers; else the processes are there, and what makes an agent of one is somebody else's.

import {
  type Address,
  allSettled,
  Channel,
  type Env,
  healthRequest,
  type LifecycleRequest,
  type StopRequest,
  type Task,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'
import type { Agent } from './agent.ts'

export class AgentPlaces {
  readonly #env: Env
  readonly #docker: Address | undefined
  readonly #timeout: Nanos
  readonly #free = new Channel<Address>()
  readonly #taken = new Map<Agent, Address>()
  /** Those whose containers have been stopped. */
  readonly #stopped = new Set<Agent>()

  /** @param timeout time limit of starting or stopping a container */
  constructor(env: Env, processes: readonly Address[], docker: Address | undefined, timeout: Nanos) {
    this.#env = env
    this.#docker = docker
    this.#timeout = timeout
    for (const process of processes) this.#free.put(process)
  }

  of(agent: Agent): Address {
    return this.#taken.get(agent)!
  }

  /** Takes a place for an agent, if need be the next that is given up; its container runs then, and answers. */
  *take(agent: Agent): Task<void> {
    const place = yield* this.#free.get()
    this.#taken.set(agent, place)
    // It may have been taken out while it waited.
    if (agent.state === 'dead') this.leave(agent)
    if (!this.#docker) return
    const request: LifecycleRequest = { kind: 'docker.start', container: place.name }
    yield* this.#env.call(this.#docker, request, this.#timeout)
    yield* this.#env.call(place, healthRequest, this.#timeout)
  }

  /** Stops the container of an agent that lives. */
  *stop(agent: Agent): Task<void> {
    if (this.#docker) {
      const request: StopRequest = { kind: 'docker.stop', container: this.of(agent).name }
      yield* this.#env.call(this.#docker, request, this.#timeout)
    }
    this.#stopped.add(agent)
  }

  /** An agent is no more: its place is free, once its container has been stopped. */
  leave(agent: Agent): void {
    const place = this.#taken.get(agent)
    if (!place) return
    if (!this.#docker || this.#stopped.delete(agent)) this.#freed(agent, place)
    else this.#env.spawn(this.#cleared(agent, place), `clear ${place.name}`)
  }

  *#cleared(agent: Agent, place: Address): Task<void> {
    yield* allSettled([this.stop(agent)])
    this.#stopped.delete(agent)
    this.#freed(agent, place)
  }

  #freed(agent: Agent, place: Address): void {
    this.#taken.delete(agent)
    this.#free.put(place)
  }
}
