// Leader election as in Raft (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014, §5.2 and §5.4.1):
// terms, one vote a term, a majority, randomised timeouts, and no vote for a log shorter than one's own. Term and vote are on
// disk before a vote is given, so that a crash makes nobody vote twice.
// Left out: the log itself (its length is a parameter), pre-vote, membership changes, transfer of leadership.

import {
  type Address,
  type Coordinator,
  defineCoordinator,
  type Env,
  type Message,
  type Task,
  type Timer,
} from '../../env/index.ts'
import { count, duration, list, reference, type Values } from '../../parameters.ts'
import { ms } from '../../units.ts'

const parameters = {
  members: reference('coordinator', { meaning: 'all members of the group, this one included' }),
  timeout: duration({
    meaning: 'a member that has heard nothing from a leader for so long stands for election',
    default: ms(150),
    min: 1,
    source: '[S] Raft §9.3: 150 to 300 ms',
  }),
  spread: duration({
    meaning: 'the timeout is longer by up to so much, drawn anew each time',
    default: ms(150),
    source: '[S] Raft §9.3: 150 to 300 ms',
  }),
  heartbeat: duration({
    meaning: 'how often a leader says that it lives',
    default: ms(75),
    min: 1,
    source: '[S] Raft §9.3: half of the shortest timeout',
  }),
  logs: list(count({ meaning: 'length of a log' }), {
    meaning: 'how long the members’ logs are, in the order of `members`; empty: all alike',
    default: [],
    max: 1024,
  }),
} as const

const metrics = {
  'election.downtime': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'from the last heartbeat of the old leader until there is a new one, as that one sees it',
  },
  'election.candidacies': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'how often a member stood for election',
  },
  'election.won': {
    observed: 'count',
    unit: 'count',
    better: 'neither',
    meaning: 'elections that somebody won',
  },
} as const

export const raftElection = defineCoordinator({
  name: 'raft-election',
  meaning: 'elects a leader as Raft does: terms, one vote a term, a majority, randomised timeouts',
  parameters,
  metrics,
  create: (env, values) => new Member(env, values),
})

interface Ballot extends Message {
  readonly kind: 'election.ask'
  readonly term: number
  readonly log: number
}
interface Vote extends Message {
  readonly kind: 'election.vote'
  readonly term: number
  readonly granted: boolean
}
interface Heartbeat extends Message {
  readonly kind: 'election.heartbeat'
  readonly term: number
}

/** What must outlive a crash. */
interface Saved {
  readonly term: number
  readonly votedFor: string | undefined
}

class Member implements Coordinator {
  readonly #env: Env
  readonly #values: Values<typeof parameters>
  readonly #others: readonly Address[]
  readonly #log: number
  #term: number
  #votedFor: string | undefined
  #role: 'follower' | 'candidate' | 'leader' = 'follower'
  #votes = 0
  #timer: Timer | undefined
  /** When a leader was last heard of; undefined: none has been yet. */
  #heardAt: number | undefined

  constructor(env: Env, values: Values<typeof parameters>) {
    this.#env = env
    this.#values = values
    this.#others = values.members.filter(({ name }) => name !== env.self.name) as readonly Address[]
    this.#log = values.logs[values.members.findIndex(({ name }) => name === env.self.name)] ?? 0
    const saved = env.saved() as Saved | undefined
    this.#term = saved?.term ?? 0
    this.#votedFor = saved?.votedFor
    this.#await()
  }

  receive(from: Address, message: Message): void {
    const { term } = message as Ballot | Vote | Heartbeat
    if (term > this.#term) this.#follow(term)
    if (message.kind === 'election.ask') this.#asked(from, message as Ballot)
    else if (message.kind === 'election.vote') this.#counted(message as Vote)
    else if (message.kind === 'election.heartbeat' && term === this.#term) this.#heard()
  }

  /** A later term has begun elsewhere. */
  #follow(term: number): void {
    this.#term = term
    this.#votedFor = undefined
    if (this.#role === 'leader') this.#await()
    this.#role = 'follower'
  }

  #heard(): void {
    this.#role = 'follower'
    this.#heardAt = this.#env.now()
    this.#await()
  }

  /** Waits for a leader's word, and stands for election if none comes. */
  #await(): void {
    const { timeout, spread } = this.#values
    this.#timer?.cancel()
    const patience = timeout + this.#env.random('timeout').integer(spread + 1)
    this.#timer = this.#env.after(patience, () => this.#stand())
  }

  #stand(): void {
    this.#role = 'candidate'
    this.#term++
    this.#votedFor = this.#env.self.name
    this.#votes = 0
    this.#env.observe({ kind: 'count', metric: 'election.candidacies' })
    this.#await()
    const term = this.#term
    this.#tellAll({ kind: 'election.ask', term, log: this.#log } as Ballot)
    // Its own vote counts once it is on disk, which need not keep the others waiting.
    this.#afterSaving(() => this.#counted({ kind: 'election.vote', term, granted: true }))
  }

  #asked(from: Address, { term, log }: Ballot): void {
    const granted =
      term === this.#term &&
      (this.#votedFor === undefined || this.#votedFor === from.name) &&
      log >= this.#log
    if (!granted) {
      this.#env.send(from, { kind: 'election.vote', term: this.#term, granted } as Vote)
      return
    }
    this.#votedFor = from.name
    this.#await()
    this.#afterSaving(() => this.#env.send(from, { kind: 'election.vote', term, granted } as Vote))
  }

  #counted({ term, granted }: Vote): void {
    if (this.#role !== 'candidate' || term !== this.#term || !granted) return
    this.#votes++
    this.#countVotes()
  }

  #countVotes(): void {
    if (2 * this.#votes <= this.#values.members.length) return
    this.#role = 'leader'
    this.#timer?.cancel()
    this.#env.observe({ kind: 'count', metric: 'election.won' })
    this.#env.observe({
      kind: 'fact',
      fact: 'elected',
      group: this.#values.members[0]!.name,
      term: this.#term,
    })
    if (this.#heardAt !== undefined)
      this.#env.observe({
        kind: 'value',
        metric: 'election.downtime',
        value: this.#env.now() - this.#heardAt,
      })
    this.#heardAt = this.#env.now()
    this.#lead()
  }

  #lead(): void {
    if (this.#role !== 'leader') return
    this.#heardAt = this.#env.now()
    this.#tellAll({ kind: 'election.heartbeat', term: this.#term } as Heartbeat)
    this.#timer = this.#env.after(this.#values.heartbeat, () => this.#lead())
  }

  #tellAll(message: Message): void {
    for (const other of this.#others) this.#env.send(other, message)
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
