// Which agent is queen: election as in Raft (Ongaro and Ousterhout 2014, §5.2): terms, one vote a term, a majority, randomised
// timeouts; with a canvass before a vote (Ongaro's dissertation 2014, §9.6), so that an agent that was cut off and comes back unseats
// nobody. The first in rank is queen in term 0 without an election. A vote is on disk before it is given.
// Left out: the log. What a queen must know of tasks under way she asks the others for when she is elected.
// "Today's variant" (`election: off`): the first is queen for ever, and nobody looks after her.

import type { Address, Env, Message, Task, Timer } from '../../env/index.ts'
import type { SwarmMember, TopologyState } from './topology.ts'

interface Word extends Message {
  readonly kind: 'swarm.canvass' | 'swarm.stand' | 'swarm.vote' | 'swarm.queen'
  readonly term: number
  /** Of a vote: whether it is given, and in a canvass or in earnest. */
  readonly granted?: boolean
  readonly canvass?: boolean
}

/** What must outlive a crash. */
interface Saved {
  readonly term: number
  readonly votedFor: string | undefined
}

const WORDS: ReadonlySet<string> = new Set(['swarm.canvass', 'swarm.stand', 'swarm.vote', 'swarm.queen'])

export class QueenElection {
  readonly #member: SwarmMember
  readonly #env: Env
  readonly #others: readonly Address[]
  readonly #crowned: () => void
  #term: number
  #votedFor: string | undefined
  #role: 'follower' | 'canvasser' | 'candidate' | 'queen' = 'follower'
  #queen: Address | undefined
  readonly #votes = new Set<string>()
  #heardAt: number
  #timer: Timer | undefined

  /** @param crowned called when this agent has been elected */
  constructor(member: SwarmMember, from: TopologyState | undefined, crowned: () => void) {
    this.#member = member
    this.#env = member.env
    this.#crowned = crowned
    this.#others = member.members.filter(({ name }) => name !== member.env.self.name)
    const saved = this.#env.saved() as Saved | undefined
    this.#term = Math.max(saved?.term ?? 0, from?.term ?? 0)
    this.#votedFor = saved?.term === this.#term ? saved.votedFor : undefined
    this.#heardAt = this.#env.now()
    this.#begin(from ? from.queen : member.members[0]!.name, saved !== undefined && !from)
  }

  get term(): number {
    return this.#term
  }

  /** As far as this agent knows. */
  get queen(): Address | undefined {
    return this.#queen
  }

  get reigns(): boolean {
    return this.#role === 'queen'
  }

  /** true: the message was one of its own */
  receive(from: Address, message: Message): boolean {
    if (!WORDS.has(message.kind)) return false
    const word = message as Word
    if (word.kind === 'swarm.canvass') this.#canvassed(from, word)
    else {
      if (word.term > this.#term) this.#follow(word.term)
      if (word.kind === 'swarm.stand') this.#asked(from, word)
      else if (word.kind === 'swarm.vote') this.#counted(from.name, word)
      else this.#heard(from, word)
    }
    return true
  }

  stop(): void {
    this.#timer?.cancel()
  }

  /** @param again it has been here before, and does not know what has become of the swarm */
  #begin(first: string | undefined, again: boolean): void {
    const { election } = this.#member.terms
    const known = !again || !election
    if (known) this.#queen = this.#member.members.find(({ name }) => name === first)
    if (known && first === this.#env.self.name) this.#reign(false)
    else if (election) this.#await()
  }

  /** A later term has begun elsewhere. */
  #follow(term: number): void {
    this.#term = term
    this.#votedFor = undefined
    if (this.#role === 'queen') this.#queen = undefined
    this.#role = 'follower'
    this.#await()
  }

  #heard(from: Address, { term }: Word): void {
    if (term < this.#term) {
      // She has been replaced, and does not know.
      this.#send(from, { kind: 'swarm.vote', term: this.#term, granted: false })
      return
    }
    this.#role = 'follower'
    this.#queen = from
    this.#heardAt = this.#env.now()
    this.#await()
  }

  /** Waits for the queen's word, and canvasses if none comes. */
  #await(): void {
    const { electionTimeout, electionSpread } = this.#member.terms
    this.#timer?.cancel()
    const patience = electionTimeout + this.#env.random('election').integer(electionSpread + 1)
    this.#timer = this.#env.after(patience, () => this.#canvass())
  }

  #canvass(): void {
    this.#role = 'canvasser'
    this.#queen = undefined
    this.#votes.clear()
    this.#await()
    this.#tellAll({ kind: 'swarm.canvass', term: this.#term + 1 })
    this.#counted(this.#env.self.name, {
      kind: 'swarm.vote',
      term: this.#term,
      granted: true,
      canvass: true,
    })
  }

  /** Would this one have its vote? Not as long as the queen is heard of. */
  #canvassed(from: Address, { term }: Word): void {
    const { electionTimeout } = this.#member.terms
    const content = this.reigns || (this.#queen && this.#env.now() - this.#heardAt < electionTimeout)
    const granted = term > this.#term && !content
    this.#send(from, { kind: 'swarm.vote', term: this.#term, granted, canvass: true })
  }

  #stand(): void {
    this.#role = 'candidate'
    this.#term++
    this.#votedFor = this.#env.self.name
    this.#votes.clear()
    this.#await()
    const term = this.#term
    this.#tellAll({ kind: 'swarm.stand', term })
    this.#afterSaving(() => this.#counted(this.#env.self.name, { kind: 'swarm.vote', term, granted: true }))
  }

  #asked(from: Address, { term }: Word): void {
    const granted = term === this.#term && (this.#votedFor ?? from.name) === from.name
    const vote: Word = { kind: 'swarm.vote', term: this.#term, granted }
    if (!granted) {
      this.#send(from, vote)
      return
    }
    this.#votedFor = from.name
    this.#await()
    this.#afterSaving(() => this.#send(from, vote))
  }

  #counted(name: string, { term, granted, canvass }: Word): void {
    if (this.#role !== (canvass ? 'canvasser' : 'candidate') || term !== this.#term || !granted) return
    this.#votes.add(name)
    if (2 * this.#votes.size <= this.#member.members.length) return
    if (canvass) this.#stand()
    else this.#reign(true)
  }

  #reign(elected: boolean): void {
    this.#role = 'queen'
    this.#queen = this.#env.self
    this.#timer?.cancel()
    const group = this.#member.members[0]!.name
    this.#env.observe({ kind: 'fact', fact: 'elected', group, term: this.#term })
    if (elected) {
      this.#env.observe({ kind: 'count', metric: 'swarm.elections' })
      this.#crowned()
    } else this.#votedFor = this.#env.self.name
    if (!this.#member.terms.election) return
    if (!elected) this.#afterSaving(() => {})
    this.#speak()
  }

  #speak(): void {
    if (this.#role !== 'queen') return
    this.#tellAll({ kind: 'swarm.queen', term: this.#term })
    this.#timer = this.#env.after(this.#member.terms.heartbeat, () => this.#speak())
  }

  #tellAll(word: Word): void {
    for (const other of this.#others) this.#send(other, word)
  }

  #send(to: Address, word: Word): void {
    this.#env.observe({ kind: 'count', metric: 'swarm.upkeep' })
    this.#env.send(to, word)
  }

  #afterSaving(then: () => void): void {
    const env = this.#env
    const state: Saved = { term: this.#term, votedFor: this.#votedFor }
    env.spawn(
      (function* (): Task<void> {
        yield* env.save(state)
        then()
      })(),
      'save',
    )
  }
}
