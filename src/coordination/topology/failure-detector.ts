// Whom an agent holds for dead. It pings those it waits for, and nobody else: where nobody waits, nobody is watched. One
// that has been silent for too long is suspected, pinged on, and trusted again at the first word from it: a detector that
// is eventually perfect as long as messages keep their time (Chandra and Toueg 1996, ◇P).
// Left out: time limits that adapt (phi accrual), indirect pings through others (SWIM).

import {
  type Address,
  Deferred,
  type Env,
  type Message,
  type Task,
  UnreachableError,
} from '../../env/index.ts'
import type { Nanos } from '../../units.ts'

interface Terms {
  readonly heartbeat: Nanos
  readonly suspicion: Nanos
}

interface Watched {
  readonly address: Address
  /** How many wait for it. */
  watchers: number
  heardAt: Nanos
  /** When it was last pinged. */
  pingedAt: Nanos
  suspected: boolean
  /** Comes when it is suspected; another one when it is trusted again. */
  death: Deferred<void>
}

export class FailureDetector {
  readonly #env: Env
  readonly #terms: Terms
  readonly #watched = new Map<string, Watched>()
  #ticking = false

  constructor(env: Env, terms: Terms) {
    this.#env = env
    this.#terms = terms
  }

  suspects(address: Address): boolean {
    return this.#watched.get(address.name)?.suspected === true
  }

  /** It is known to be gone, by a connection refused, say. */
  suspect(address: Address): void {
    const watched = this.#of(address)
    if (watched.suspected) return
    watched.suspected = true
    this.#env.observe({ kind: 'count', metric: 'swarm.suspicions' })
    watched.death.resolve()
    this.#tick()
  }

  /** Waits for its death, pinging it meanwhile; throws UnreachableError then. */
  *death(address: Address): Task<never> {
    const watched = this.#of(address)
    // Its silence counts from when it was asked to speak.
    if (watched.watchers++ === 0 && this.#env.now() - watched.pingedAt > 2 * this.#terms.heartbeat)
      watched.heardAt = this.#env.now()
    this.#tick()
    try {
      yield* watched.death.wait()
    } finally {
      watched.watchers--
    }
    throw new UnreachableError(`${address.name} is held for dead`)
  }

  /** Something has come from it. */
  heard(from: Address): void {
    const watched = this.#watched.get(from.name)
    if (!watched) return
    watched.heardAt = this.#env.now()
    if (!watched.suspected) return
    watched.suspected = false
    watched.death = new Deferred()
  }

  /** true: the message was one of its own */
  receive(from: Address, message: Message): boolean {
    this.heard(from)
    if (message.kind === 'swarm.ping') {
      this.#env.send(from, { kind: 'swarm.pong' })
      this.#env.observe({ kind: 'count', metric: 'swarm.upkeep' })
      return true
    }
    return message.kind === 'swarm.pong'
  }

  #of(address: Address): Watched {
    let watched = this.#watched.get(address.name)
    if (!watched) {
      const now = this.#env.now()
      const never = Number.NEGATIVE_INFINITY
      watched = {
        address,
        watchers: 0,
        heardAt: now,
        pingedAt: never,
        suspected: false,
        death: new Deferred(),
      }
      this.#watched.set(address.name, watched)
    }
    return watched
  }

  #tick(): void {
    if (this.#ticking) return
    this.#ticking = true
    this.#env.after(this.#terms.heartbeat, () => {
      this.#ticking = false
      this.#look()
    })
  }

  #look(): void {
    const now = this.#env.now()
    let needed = false
    for (const watched of this.#watched.values()) {
      if (watched.watchers === 0 && !watched.suspected) continue
      needed = true
      if (!watched.suspected && now - watched.heardAt > this.#terms.suspicion) this.suspect(watched.address)
      watched.pingedAt = now
      this.#env.send(watched.address, { kind: 'swarm.ping' })
      this.#env.observe({ kind: 'count', metric: 'swarm.upkeep' })
    }
    if (needed) this.#tick()
  }
}
