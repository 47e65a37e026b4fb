// Checkpoints: when a quorum says that it has the same state after a batch, what led to it can be forgotten, and who lacks it can
// take it over (Castro and Liskov, OSDI 1999, §4.3). A state is sent whole: the tree of partitions of TOCS 2002 is left out.

import type { Core } from './core.ts'
import { digest } from './digest.ts'
import type { Checkpoint, Transfer } from './pbft-messages.ts'

/** Of checkpoints that are not stable yet, so many are kept of each replica. */
const KEPT = 4

interface Snapshot {
  readonly state: unknown
  readonly digest: string
}

const snapshotOf = (state: unknown): Snapshot => ({ state, digest: digest(JSON.stringify(state)) })

export class Checkpoints {
  readonly #core: Core
  readonly #stable: () => void
  readonly #own = new Map<number, Snapshot>()
  /** Replica → place → what it said, the latest of each. */
  readonly #said = new Map<string, Map<number, Checkpoint>>()
  /** Of the last stable one. */
  proof: readonly Checkpoint[] = []

  /** @param stable called when a checkpoint is */
  constructor(core: Core, stable: () => void) {
    this.#core = core
    this.#stable = stable
  }

  /** The state at the last stable checkpoint. */
  get state(): unknown {
    return this.#own.get(this.#core.log.stable)?.state
  }

  taken(sequence: number, state: unknown): void {
    const { keys } = this.#core
    const own = snapshotOf(state)
    this.#own.set(sequence, own)
    const said = keys.sign<Checkpoint>({ kind: 'pbft.checkpoint', sequence, digest: own.digest })
    this.#core.durably(() => this.#core.multicast(said))
    this.onCheckpoint(said)
  }

  onCheckpoint(said: Checkpoint): void {
    const { log, terms, group } = this.#core
    const { sequence, digest: theirs, replica } = said
    if (sequence <= log.stable || sequence % terms.checkpoint !== 0) return
    const before = this.#said.get(replica) ?? new Map<number, Checkpoint>()
    this.#said.set(replica, before)
    before.set(sequence, said)
    if (before.size > KEPT) before.delete(Math.min(...before.keys()))
    const alike = [...this.#said.values()].flatMap((each) => each.get(sequence) ?? [])
    const proof = alike.filter((each) => each.digest === theirs)
    if (proof.length >= group.quorum) this.prove(sequence, theirs, proof)
  }

  /** A quorum has this state: so have we, or we are behind, or astray. */
  prove(sequence: number, theirs: string, proof: readonly Checkpoint[]): void {
    const { log, executed } = this.#core
    if (sequence <= log.stable) return
    const own = this.#own.get(sequence)
    if (own?.digest === theirs) this.#settle(sequence, proof)
    else if (executed < sequence) this.#core.seen = Math.max(this.#core.seen, sequence)
    else this.#core.astray = true
  }

  transfer(): Transfer | undefined {
    const { stable } = this.#core.log
    if (stable === 0) return undefined
    return { kind: 'pbft.state', sequence: stable, state: this.state, proof: this.proof }
  }

  /** Whether this state is further than ours, or ours is wrong; then it is taken down as ours, and to be restored. */
  onTransfer({ sequence, state, proof }: Transfer): boolean {
    const { executed, astray, proofs } = this.#core
    if (sequence <= executed && !astray) return false
    const theirs = snapshotOf(state)
    if (proofs.stableDigest(sequence, proof) !== theirs.digest) return false
    this.#core.astray = false
    this.#core.count('pbft.transfers')
    this.#own.set(sequence, theirs)
    if (sequence > this.#core.log.stable) this.#settle(sequence, proof)
    return true
  }

  /** After a restart. */
  resume(sequence: number, state: unknown, proof: readonly Checkpoint[]): void {
    this.#own.set(sequence, snapshotOf(state))
    this.proof = proof
    this.#core.log.collect(sequence)
  }

  #settle(sequence: number, proof: readonly Checkpoint[]): void {
    const { log, env } = this.#core
    env.observe({ kind: 'value', metric: 'pbft.log', value: log.size })
    this.proof = proof
    log.collect(sequence)
    for (const place of this.#own.keys()) if (place < sequence) this.#own.delete(place)
    for (const each of this.#said.values())
      for (const place of each.keys()) if (place <= sequence) each.delete(place)
    this.#stable()
  }
}
