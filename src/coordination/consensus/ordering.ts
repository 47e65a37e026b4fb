// The normal case: the primary puts batches in order, and replicas agree on each in two rounds, prepare and commit; or in one, by a
// fast path. Source: Castro and Liskov, OSDI 1999, §4.2; batches and the pipeline after TOCS 2002.
// The safe fast path is that of SBFT (Gueta et al., DSN 2019, §V) without its collectors and threshold signatures: the answers of all n
// commit at once. The document's (OllamaMax) takes the answers of more than 2/3, and loses what it has committed (see the tests).

import type { Core } from './core.ts'
import type { Entry } from './log.ts'
import type { Certificate, PbftRequest, PrePrepare, Vote } from './pbft-messages.ts'

/** Of views to come: so many messages are kept. */
const MOST_EARLY = 4096

export class Ordering {
  readonly #core: Core
  readonly #committed: () => void
  /** The primary's: what is to be put in order, and the last request of each client that it has taken up. */
  #queue: PbftRequest[] = []
  #taken = new Map<string, number>()
  /** The last place that was given away in this view. */
  #last = 0
  #early: (PrePrepare | Vote)[] = []

  /** @param committed called when a batch is */
  constructor(core: Core, committed: () => void) {
    this.#core = core
    this.#committed = committed
  }

  /** The primary takes a request up; anyone else only knows of it. */
  take(request: PbftRequest): void {
    if (this.hasTaken(request)) return
    this.#taken.set(request.client, request.timestamp)
    this.#queue.push(request)
    this.propose()
  }

  /** Whether it has its place in this view, or waits for one. */
  hasTaken({ client, timestamp }: PbftRequest): boolean {
    return timestamp <= (this.#taken.get(client) ?? -1)
  }

  /** Puts forward what waits, as far as pipeline and log reach. */
  propose(): void {
    const { terms, log } = this.#core
    if (!this.#core.isPrimary || !this.#core.active) return
    while (this.#queue.length > 0) {
      const sequence = Math.max(this.#last, log.stable) + 1
      if (sequence > this.#core.executed + terms.pipeline || !log.holds(sequence)) return
      this.#last = sequence
      const requests = this.#queue.splice(0, terms.batch)
      this.#core.env.observe({ kind: 'value', metric: 'pbft.batch', value: requests.length })
      const { env, keys, view } = this.#core
      const prePrepare = keys.prePrepare(view, sequence, env.clock(), requests)
      // Before its own replica looks at it: a group of one is done at once.
      this.#core.durably(() => this.#core.multicast(prePrepare))
      this.#accept(prePrepare)
    }
  }

  onPrePrepare(said: PrePrepare): void {
    const { log, proofs } = this.#core
    if (!this.#isPresent(said) || !log.holds(said.sequence) || said.sequence <= this.#core.floor) return
    if (log.at(said.sequence).prePrepare || !proofs.isPrePrepare(said)) return
    this.#accept(said)
  }

  onVote(said: Vote): void {
    const { log, group } = this.#core
    if (!this.#isPresent(said) || !log.holds(said.sequence)) return
    if (said.kind === 'pbft.prepare' && said.replica === group.primary(said.view)) return
    const entry = log.at(said.sequence)
    if (said.kind === 'pbft.prepare') entry.prepares.add(said)
    else {
      entry.commits.add(said)
      // Somebody goes the long way: whoever can goes with it.
      if (entry.preparedIn(said.view)) this.#voteToCommit(entry)
    }
    this.#check(entry)
  }

  /** Shown that it is committed, in whatever view. */
  onCommitted(certificate: Certificate): void {
    const { log, proofs } = this.#core
    const { sequence } = certificate.prePrepare
    if (!log.holds(sequence) || log.find(sequence)?.committed) return
    if (proofs.isCommitted(certificate)) this.#commit(log.at(sequence), certificate)
  }

  /** A new view begins with these. */
  enter(prePrepares: readonly PrePrepare[], last: number): void {
    const { log, view, waiting } = this.#core
    this.#last = last
    this.#queue = []
    this.#taken = new Map()
    for (const entry of log.entries()) entry.turn()
    for (const prePrepare of prePrepares) {
      this.#take(prePrepare)
      if (log.holds(prePrepare.sequence)) this.#accept(prePrepare)
    }
    const early = this.#early.filter((said) => said.view >= view)
    this.#early = []
    for (const said of early)
      if (said.kind === 'pbft.pre-prepare') this.onPrePrepare(said)
      else this.onVote(said)
    if (this.#core.isPrimary) for (const request of [...waiting.values()]) this.take(request)
  }

  /** After a restart: what it had answered, it has answered. */
  resume(): void {
    const { log, view } = this.#core
    for (const entry of log.entries()) {
      this.#last = Math.max(this.#last, entry.sequence)
      if (entry.accepted?.view !== view) continue
      entry.prePrepare = entry.accepted
      this.#take(entry.accepted)
      for (const request of entry.accepted.requests) this.#core.awaits(request)
      if (!this.#core.isPrimary) entry.prepares.add(this.#vote('pbft.prepare', entry.accepted))
      if (entry.preparedIn(view)) entry.commits.add(this.#vote('pbft.commit', entry.accepted))
    }
  }

  /** Says again to one replica what it has said of places after this one. */
  repeat(to: string, after: number): void {
    const { log, self } = this.#core
    for (const { sequence, prePrepare, prepares, commits } of log.entries()) {
      if (sequence <= after || !prePrepare) continue
      if (prePrepare.replica === self) this.#core.send(to, prePrepare)
      for (const vote of [prepares.by(self), commits.by(self)]) if (vote) this.#core.send(to, vote)
    }
  }

  /** Of the present view, and that is open; of a later one it is kept. */
  #isPresent(said: PrePrepare | Vote): boolean {
    const { view, active } = this.#core
    this.#core.seen = Math.max(this.#core.seen, said.sequence)
    if (said.view === view && active) return true
    if (said.view >= view && this.#early.length < MOST_EARLY) this.#early.push(said)
    return false
  }

  #take({ requests }: PrePrepare): void {
    for (const { client, timestamp } of requests)
      this.#taken.set(client, Math.max(timestamp, this.#taken.get(client) ?? -1))
  }

  #accept(prePrepare: PrePrepare): void {
    const { log } = this.#core
    const { sequence, digest, requests } = prePrepare
    const entry = log.at(sequence)
    entry.prePrepare = prePrepare
    entry.accepted = prePrepare
    this.#core.seen = Math.max(this.#core.seen, sequence)
    for (const request of requests) this.#core.awaits(request)
    this.#core.states('proposed', sequence, digest)
    if (!this.#core.isPrimary) {
      const vote = this.#vote('pbft.prepare', prePrepare)
      entry.prepares.add(vote)
      this.#core.durably(() => this.#core.multicast(vote))
    }
    this.#check(entry)
  }

  #vote(kind: Vote['kind'], { view, sequence, digest }: PrePrepare): Vote {
    return this.#core.keys.sign<Vote>({ kind, view, sequence, digest })
  }

  /** Goes on as far as the votes allow. */
  #check(entry: Entry): void {
    const { prePrepare } = entry
    if (!prePrepare) return
    const { group, proofs } = this.#core
    const { view, digest } = prePrepare
    const prepares = entry.prepares.count(digest)
    if (prepares >= group.quorum - 1 && !entry.preparedIn(view)) {
      entry.prepared = { prePrepare, votes: entry.prepares.for(digest) }
      if (entry.committed && entry.committed.prePrepare.digest !== digest) this.#core.count('pbft.overturned')
      this.#prepared(entry)
    }
    if (entry.committed) return
    if (proofs.commitsAtOnce(prepares)) {
      this.#core.count('pbft.fast')
      this.#commit(entry, { prePrepare, votes: entry.prepares.for(digest) })
    } else if (entry.commits.count(digest) >= group.quorum) {
      this.#core.count('pbft.slow')
      this.#commit(entry, { prePrepare, votes: entry.commits.for(digest) })
    }
  }

  #prepared(entry: Entry): void {
    const { env, terms } = this.#core
    if (terms.fastPath === 'none' || (terms.fastPath === 'safe' && entry.commits.size > 0))
      this.#voteToCommit(entry)
    else if (terms.fastPath === 'safe')
      entry.patience = env.after(terms.fastTimeout, () => {
        if (!entry.committed) this.#voteToCommit(entry)
      })
  }

  #voteToCommit(entry: Entry): void {
    const { self, terms } = this.#core
    if (terms.fastPath === 'document' || entry.commits.by(self)) return
    const vote = this.#vote('pbft.commit', entry.prePrepare!)
    entry.commits.add(vote)
    this.#core.durably(() => this.#core.multicast(vote))
    this.#check(entry)
  }

  #commit(entry: Entry, certificate: Certificate): void {
    entry.committed = certificate
    entry.patience?.cancel()
    this.#core.states('decided', entry.sequence, certificate.prePrepare.digest)
    this.#committed()
  }
}
