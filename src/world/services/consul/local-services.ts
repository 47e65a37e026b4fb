// What an agent has registered: its services, their checks, and whether the servers know of it all (anti-entropy: the agent's
// word counts). A service that was critical for too long is forgotten, which is looked at every 30 s.
// Left out: the comparison with the catalogue every minute or so, as nobody else writes there what is an agent's.

import type { Address, CheckDefinition, CheckStatus } from '../../../env/index.ts'
import { minutes, type Nanos, seconds } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import type { Command } from './catalog.ts'
import { HealthCheck } from './health-check.ts'

/** [S] consul agent: CheckReapInterval, CheckDeregisterIntervalMin */
const REAP_INTERVAL = seconds(30)
const LEAST_DEREGISTER_AFTER = minutes(1)

export interface LocalService {
  readonly id: string
  readonly service: string
  readonly address: Address
}

interface Registered extends LocalService {
  readonly deregisterAfter: Nanos | undefined
  check: HealthCheck | undefined
  status: CheckStatus
  /** The servers know how it is. */
  synced: boolean
}

/** Writes to the servers; told whether it is done. */
export type Write = (command: Command, done: (written: boolean) => void) => void

export class LocalServices {
  readonly #services = new Map<string, Registered>()
  /** What is to be forgotten by the servers, too. */
  readonly #gone = new Set<string>()
  #syncing = false
  #waiting = false

  constructor(
    readonly context: ServiceContext,
    readonly retryInterval: Nanos,
    readonly write: Write,
    readonly reaped: () => void,
  ) {}

  begin(): void {
    const reap = (): void => {
      this.context.process.after(REAP_INTERVAL, reap)
      this.#reap()
    }
    this.context.process.after(REAP_INTERVAL, reap)
  }

  register(local: LocalService, definition: CheckDefinition | undefined): void {
    this.#services.get(local.id)?.check?.stop()
    const service: Registered = {
      ...local,
      deregisterAfter: definition?.deregisterAfter,
      check: undefined,
      status: definition ? 'critical' : 'passing',
      synced: false,
    }
    if (definition)
      service.check = new HealthCheck(this.context, local.address, definition, (status) => {
        service.status = status
        service.synced = false
        this.#sync()
      })
    this.#gone.delete(local.id)
    this.#services.set(local.id, service)
    this.#sync()
  }

  /** False if there is none of this id. */
  deregister(id: string): boolean {
    const service = this.#services.get(id)
    if (!service) return false
    service.check?.stop()
    this.#services.delete(id)
    this.#gone.add(id)
    this.#sync()
    return true
  }

  /** The servers have forgotten all of it. */
  refresh(): void {
    for (const local of this.#services.values()) local.synced = false
    this.#sync()
  }

  #reap(): void {
    const now = this.context.now()
    for (const { id, check, deregisterAfter } of [...this.#services.values()]) {
      if (check?.status !== 'critical' || deregisterAfter === undefined) continue
      if (now - check.since <= Math.max(deregisterAfter, LEAST_DEREGISTER_AFTER)) continue
      this.reaped()
      this.deregister(id)
    }
  }

  /** Writes what the servers do not know yet, one after the other. */
  #sync(): void {
    if (this.#syncing || this.#waiting) return
    const next = this.#next()
    if (!next) return
    this.#syncing = true
    this.write(next.command, (written) => {
      this.#syncing = false
      next.settled(written)
      if (written) this.#sync()
      else this.#retryLater()
    })
  }

  #next(): { readonly command: Command; settled(written: boolean): void } | undefined {
    const node = this.context.name
    for (const id of this.#gone)
      return {
        command: { op: 'forget-service', node, id },
        settled: (written) => void (written && this.#gone.delete(id)),
      }
    for (const local of this.#services.values()) {
      if (local.synced) continue
      const { id, service, address, status } = local
      // It may change while it is being written.
      local.synced = true
      return {
        command: { op: 'service', node, id, service, address: { name: address.name }, status },
        settled: (written) => {
          local.synced &&= written
        },
      }
    }
    return undefined
  }

  #retryLater(): void {
    const { retryInterval } = this
    this.#waiting = true
    this.context.process.after(retryInterval + this.context.random('sync').integer(retryInterval), () => {
      this.#waiting = false
      this.#sync()
    })
  }
}
