// Whether what a replica is shown proves what it claims: certificates, checkpoints, view changes. Pure: nothing is believed for who says it.

import type { Group } from './group.ts'
import type { Keyring } from './keyring.ts'
import type { Certificate, Checkpoint, PrePrepare, ViewChange, Vote } from './pbft-messages.ts'
import type { FullTerms } from './pbft-terms.ts'

export class Proofs {
  readonly #group: Group
  readonly #keys: Keyring
  readonly #fastPath: FullTerms['fastPath']
  readonly #window: number
  /** View changes found right: they come again in the new view. */
  readonly #proven = new WeakSet<ViewChange>()

  constructor(group: Group, keys: Keyring, terms: FullTerms) {
    this.#group = group
    this.#keys = keys
    this.#fastPath = terms.fastPath
    this.#window = terms.window
  }

  /** Whether so many answers to a pre-prepare commit at once. The primary's pre-prepare is its answer. */
  commitsAtOnce(prepares: number): boolean {
    const { n } = this.#group
    switch (this.#fastPath) {
      case 'none':
        return false
      case 'document':
        return 3 * (prepares + 1) > 2 * n
      case 'safe':
        return prepares + 1 === n
    }
  }

  isPrePrepare(said: PrePrepare): boolean {
    return said.replica === this.#group.primary(said.view) && this.#keys.isGenuine(said)
  }

  isPrepared({ prePrepare, votes }: Certificate): boolean {
    return (
      this.isPrePrepare(prePrepare) &&
      this.#votersFor(prePrepare, votes, 'pbft.prepare') >= this.#group.quorum - 1
    )
  }

  isCommitted({ prePrepare, votes }: Certificate): boolean {
    if (!this.isPrePrepare(prePrepare)) return false
    return (
      this.#votersFor(prePrepare, votes, 'pbft.commit') >= this.#group.quorum ||
      this.commitsAtOnce(this.#votersFor(prePrepare, votes, 'pbft.prepare'))
    )
  }

  /** The digest of the state that a quorum had at a checkpoint. */
  stableDigest(sequence: number, proof: readonly Checkpoint[]): string | undefined {
    const digest = proof[0]?.digest
    const right = proof.filter(
      (said) =>
        said.kind === 'pbft.checkpoint' &&
        said.sequence === sequence &&
        said.digest === digest &&
        this.#isMembers(said),
    )
    return distinct(right) >= this.#group.quorum ? digest : undefined
  }

  isViewChange(said: ViewChange): boolean {
    if (this.#proven.has(said)) return true
    const { view, stable, proof, prepared, accepted } = said
    const inWindow = ({ view: earlier, sequence }: PrePrepare): boolean =>
      earlier < view && sequence > stable && sequence <= stable + this.#window
    const right =
      this.#isMembers(said) &&
      (stable === 0 || this.stableDigest(stable, proof) !== undefined) &&
      prepared.every((certificate) => inWindow(certificate.prePrepare) && this.isPrepared(certificate)) &&
      accepted.every((prePrepare) => inWindow(prePrepare) && this.isPrePrepare(prePrepare)) &&
      new Set(accepted.map(({ sequence }) => sequence)).size === accepted.length
    if (right) this.#proven.add(said)
    return right
  }

  /** How many replicas vote so for this pre-prepare; its primary has no say in the prepare phase. */
  #votersFor(prePrepare: PrePrepare, votes: readonly Vote[], kind: Vote['kind']): number {
    const { view, sequence, digest, replica } = prePrepare
    const right = votes.filter(
      (vote) =>
        vote.kind === kind &&
        vote.view === view &&
        vote.sequence === sequence &&
        vote.digest === digest &&
        (kind === 'pbft.commit' || vote.replica !== replica) &&
        this.#isMembers(vote),
    )
    return distinct(right)
  }

  #isMembers(said: Vote | Checkpoint | ViewChange): boolean {
    return this.#group.has(said.replica) && this.#keys.isGenuine(said)
  }
}

const distinct = (said: readonly { readonly replica: string }[]): number =>
  new Set(said.map(({ replica }) => replica)).size
