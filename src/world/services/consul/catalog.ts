// The catalogue: which nodes there are, which services each of them registered, and how they are. What all servers apply in
// the same order, each to its own copy.

import type { Address, CheckStatus, HealthServiceRequest, ServiceInstance } from '../../../env/index.ts'

/** A write, as it stands in the log. */
export type Command =
  /** A node is there, or has failed (`serfHealth`). */
  | { readonly op: 'node'; readonly node: string; readonly status: CheckStatus }
  /** … or is gone with all it registered. */
  | { readonly op: 'forget-node'; readonly node: string }
  | {
      readonly op: 'service'
      readonly node: string
      readonly id: string
      readonly service: string
      readonly address: Address
      readonly status: CheckStatus
    }
  | { readonly op: 'forget-service'; readonly node: string; readonly id: string }
  /** A new leader's first entry, which settles those before it. */
  | { readonly op: 'none' }

interface Entry {
  readonly id: string
  readonly service: string
  readonly address: Address
  readonly status: CheckStatus
}

interface Node {
  status: CheckStatus
  readonly services: Map<string, Entry>
}

export class Catalog {
  readonly #nodes = new Map<string, Node>()
  /** By service: node and id of each instance, in the order of their registration. */
  readonly #instances = new Map<string, Map<string, { readonly node: string; readonly id: string }>>()

  apply(command: Command): void {
    switch (command.op) {
      case 'node':
        this.#node(command.node).status = command.status
        break
      case 'forget-node':
        for (const id of [...(this.#nodes.get(command.node)?.services.keys() ?? [])])
          this.#forget(command.node, id)
        this.#nodes.delete(command.node)
        break
      case 'service':
        this.#register(command)
        break
      case 'forget-service':
        this.#forget(command.node, command.id)
        break
      case 'none':
    }
  }

  /** The instances of a service; of them, only those that pass, or that are not critical. */
  instances(service: string, only: HealthServiceRequest['only']): ServiceInstance[] {
    const found: ServiceInstance[] = []
    for (const { node, id } of this.#instances.get(service)?.values() ?? []) {
      const { status, services } = this.#nodes.get(node)!
      const entry = services.get(id)!
      const worst = worstOf(status, entry.status)
      if (only === 'passing' ? worst === 'passing' : only === 'not-critical' ? worst !== 'critical' : true)
        found.push({ node, id, address: entry.address, status: worst })
    }
    return found
  }

  /** Whether a node is known to be so. */
  knows(node: string, status: CheckStatus): boolean {
    return this.#nodes.get(node)?.status === status
  }

  has(node: string): boolean {
    return this.#nodes.has(node)
  }

  #node(name: string): Node {
    let node = this.#nodes.get(name)
    if (!node) {
      node = { status: 'passing', services: new Map() }
      this.#nodes.set(name, node)
    }
    return node
  }

  #register({ node, id, service, address, status }: Extract<Command, { op: 'service' }>): void {
    const { services } = this.#node(node)
    if (services.get(id)?.service !== service) this.#forget(node, id)
    services.set(id, { id, service, address, status })
    let instances = this.#instances.get(service)
    if (!instances) {
      instances = new Map()
      this.#instances.set(service, instances)
    }
    instances.set(`${node}/${id}`, { node, id })
  }

  #forget(node: string, id: string): void {
    const services = this.#nodes.get(node)?.services
    const entry = services?.get(id)
    if (!entry) return
    services!.delete(id)
    this.#instances.get(entry.service)!.delete(`${node}/${id}`)
  }
}

const RANK = { passing: 0, warning: 1, critical: 2 } as const

const worstOf = (a: CheckStatus, b: CheckStatus): CheckStatus => (RANK[a] > RANK[b] ? a : b)
