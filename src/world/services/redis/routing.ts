// What a server of a group says to a client that has asked the wrong one, and whom it names.

import { type RedisError, type RedisValue, SLOTS, slotOf } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { Availability } from './availability.ts'
import type { Invocation } from './commands/registry.ts'
import type { RedisValues } from './parameters.ts'
import type { Replication } from './replication.ts'
import type { Standing } from './standing.ts'

const DOWN: RedisError = { error: 'CLUSTERDOWN The cluster is down' }
const CROSS_SLOT: RedisError = { error: "CROSSSLOT Keys in request don't hash to the same slot" }
const READ_ONLY: RedisError = { error: "READONLY You can't write against a read only replica." }
const NO_REPLICAS: RedisError = { error: 'NOREPLICAS Not enough good replicas to write.' }

export class Routing {
  readonly #values: RedisValues
  readonly #standing: Standing
  readonly #replication: Replication
  readonly #availability: Availability

  constructor(values: RedisValues, standing: Standing, replication: Replication, availability: Availability) {
    this.#values = values
    this.#standing = standing
    this.#replication = replication
    this.#availability = availability
  }

  /** Why a command is not carried out here; `undefined`: it is. */
  refusal(invocation: Invocation, readonly: boolean, now: Nanos): RedisError | undefined {
    const { cluster, minReplicasToWrite, minReplicasMaxLag } = this.#values
    const elsewhere = cluster ? this.#elsewhere(invocation, readonly, now) : undefined
    if (elsewhere || !invocation.writes) return elsewhere
    if (!this.#standing.isMaster) return READ_ONLY
    if (minReplicasToWrite === 0) return undefined
    const good = this.#replication.followers.heardWithin(minReplicasMaxLag, now)
    return good < minReplicasToWrite ? NO_REPLICAS : undefined
  }

  /** What is said of keys that are not all in one slot, in a cluster. */
  crosses(keys: readonly string[]): RedisError | undefined {
    if (!this.#values.cluster || keys.length < 2) return undefined
    const slot = slotOf(keys[0]!)
    return keys.some((key) => slotOf(key) !== slot) ? CROSS_SLOT : undefined
  }

  role(): RedisValue {
    const { offset, followers } = this.#replication
    const { isMaster, master, peers } = this.#standing
    if (!isMaster) return ['slave', peers[master]!.name, 'connected', offset]
    return ['master', offset, [...followers.all].map(({ process, acked }) => [process.name, acked])]
  }

  /** CLUSTER SLOTS: each stretch, its master, its replicas. */
  slots(): RedisValue {
    const { view, shards, peers } = this.#standing
    return view.map(({ node }, shard) => {
      const last = shard + 1 < shards.count ? shards.firstSlot(shard + 1) - 1 : SLOTS - 1
      const replicas = shards.nodesOf(shard).filter((other) => other !== node)
      return [shards.firstSlot(shard), last, ...[node, ...replicas].map((i) => [peers[i]!.name])]
    })
  }

  /** What is said of keys that are not this server's to answer for. */
  #elsewhere(invocation: Invocation, readonly: boolean, now: Nanos): RedisError | undefined {
    const { keys } = invocation
    if (keys.length === 0) return undefined
    const crossed = this.crosses(keys)
    if (crossed) return crossed
    if (!this.#availability.up(now)) return DOWN
    const slot = slotOf(keys[0]!)
    const { view, shards, peers, self, home } = this.#standing
    const shard = shards.ofSlot(slot)
    const { node } = view[shard]!
    if (node === self || (shard === home && readonly && !invocation.writes)) return undefined
    return { error: `MOVED ${slot} ${peers[node]!.name}` }
  }
}
