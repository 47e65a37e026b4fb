// The containers of a world, by host: what those on one host share is their engine (which can hang), the ports of the host,
// and the process in whose name their health is checked.

import { Recorder } from '../observe/recorder.ts'
import type { Container } from './container.ts'
import type { Host } from './host.ts'
import type { Process } from './process.ts'
import type { World } from './world.ts'

export class Containers {
  readonly #engines = new Map<Host, Engine>()

  constructor(readonly world: World) {}

  /** The engine of a host. */
  of(host: Host): Engine {
    let engine = this.#engines.get(host)
    if (!engine) {
      engine = new Engine(this.world, host)
      this.#engines.set(host, engine)
    }
    return engine
  }
}

/** The daemon does not run, or does but answers nothing. */
type Trouble = 'down' | 'hang'

/** What the containers of one host share. */
export class Engine {
  /** Port → who has it. */
  readonly #ports = new Map<number, Container>()
  #prober: Process | undefined
  /** Why it does not serve. */
  readonly #troubles = new Set<Trouble>()
  #waiting: (() => void)[] = []

  constructor(
    readonly world: World,
    readonly host: Host,
  ) {}

  /** The process in whose name health is checked. */
  get prober(): Process {
    if (!this.#prober) {
      // Nothing is recorded of it.
      const unseen = new Recorder({ bins: 2 })
      const name = `(checks on ${this.host.name})`
      this.#prober = this.world.addProcess(this.host, name, '(checks)', {}, unseen)
      this.#prober.behaviour = { cost: () => 0, begin() {}, deliver() {} }
    }
    return this.#prober
  }

  /** Takes ports for a container; the first that somebody else has, if any, and then none is taken. */
  bind(container: Container, ports: readonly number[]): number | undefined {
    const taken = ports.find((port) => this.#ports.has(port))
    if (taken !== undefined) return taken
    for (const port of ports) {
      this.#ports.set(port, container)
      this.world.said(container.process, { fact: 'bound', port })
    }
    return undefined
  }

  /** Gives back those of these ports that the container has. */
  release(container: Container, ports: readonly number[]): void {
    for (const port of ports) {
      if (this.#ports.get(port) !== container) continue
      this.#ports.delete(port)
      this.world.said(container.process, { fact: 'unbound', port })
    }
  }

  /** Who has the port. */
  ownerOf(port: number): Container | undefined {
    return this.#ports.get(port)
  }

  /** Whether it serves; if not, `then` is called when it does. */
  serves(then: () => void): boolean {
    if (this.#troubles.size === 0) return true
    this.#waiting.push(then)
    return false
  }

  /** From now on nothing is restarted or checked, until this trouble is over. */
  suspend(trouble: Trouble): void {
    this.#troubles.add(trouble)
  }

  /** The trouble is over; nothing if it was not there. */
  resume(trouble: Trouble): void {
    if (!this.#troubles.delete(trouble) || this.#troubles.size > 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const then of waiting) then()
  }
}
