// What the parts of a replica share: who it is, in which view, how far it has come, its log, and its voice.

import type { Address, Env, Message, Task } from '../../env/index.ts'
import { Group } from './group.ts'
import { Keyring } from './keyring.ts'
import { Log } from './log.ts'
import type { PbftRequest } from './pbft-messages.ts'
import type { FullTerms, pbftMetrics } from './pbft-terms.ts'
import { Proofs } from './proofs.ts'

/** What a client was last told. */
interface LastReply {
  readonly timestamp: number
  readonly value: unknown
}

export class Core {
  readonly env: Env
  readonly terms: FullTerms
  readonly group: Group
  readonly keys: Keyring
  readonly proofs: Proofs
  readonly log: Log
  readonly self: string
  readonly others: readonly Address[]
  view = 0
  /** False from the call for this view until it is opened. */
  active = true
  /** The last place of the order whose batch has taken effect. */
  executed = 0
  /** Up to here a quorum had the same state when the view was opened: nothing is put forward there any more. */
  floor = 0
  /** The last place that anyone has spoken of. */
  seen = 0
  /** Its state is not that of the others at a stable checkpoint. */
  astray = false
  stopped = false
  /** Messages since the last batch was executed. */
  sent = 0
  /** Each client's last request that is executed. */
  clients = new Map<string, LastReply>()
  /** Each client's last request that is known and not executed. */
  readonly waiting = new Map<string, PbftRequest>()
  /** Takes what a replica says to its own process. */
  loopback: (message: Message) => void = () => {}
  /** What must outlive a crash. */
  image: () => unknown = () => undefined
  #unsaid: (() => void)[] = []
  #saving = false

  constructor(env: Env, terms: FullTerms) {
    this.env = env
    this.terms = terms
    this.self = env.self.name
    this.group = new Group(terms.members, terms.group ?? terms.members[0]!.name)
    this.keys = new Keyring(terms.key, this.self)
    this.proofs = new Proofs(this.group, this.keys, terms)
    this.log = new Log(terms.window)
    this.others = terms.members.filter(({ name }) => name !== this.self)
  }

  get isPrimary(): boolean {
    return this.group.primary(this.view) === this.self
  }

  /** The request is known and wants to be executed. */
  awaits(request: PbftRequest): void {
    const { client, timestamp } = request
    if (timestamp <= (this.clients.get(client)?.timestamp ?? -1)) return
    if (timestamp > (this.waiting.get(client)?.timestamp ?? -1)) this.waiting.set(client, request)
  }

  send(to: string, message: Message): void {
    if (to === this.self) {
      this.loopback(message)
      return
    }
    this.#sent(1)
    this.env.send(this.group.members.find(({ name }) => name === to) ?? { name: to }, message)
  }

  multicast(message: Message): void {
    this.#sent(this.others.length)
    for (const other of this.others) this.env.send(other, message)
  }

  /** Speaks once what it knows now is on disk; what is to be said meanwhile shares the next save. */
  durably(speak: () => void): void {
    if (!this.terms.durable) {
      speak()
      return
    }
    this.#unsaid.push(speak)
    if (this.#saving) return
    this.#saving = true
    this.env.spawn(this.#save(), 'save')
  }

  count(metric: keyof typeof pbftMetrics, by = 1): void {
    this.env.observe({ kind: 'count', metric, by })
  }

  states(fact: 'proposed' | 'decided', instance: number, value: string): void {
    this.env.observe({ kind: 'fact', fact, group: this.group.name, instance, value })
  }

  #sent(messages: number): void {
    this.sent += messages
    this.count('pbft.messages', messages)
  }

  *#save(): Task<void> {
    while (this.#unsaid.length > 0) {
      const unsaid = this.#unsaid
      this.#unsaid = []
      yield* this.env.save(this.image())
      if (this.stopped) return
      for (const speak of unsaid) speak()
    }
    this.#saving = false
  }
}
