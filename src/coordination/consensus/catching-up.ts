// A replica that does not get on says where it stands, and is sent what it lacks: by everyone their own votes, by one of them in turn what
// is long (a state, certificates of what is committed, what opened the view). In the normal case nothing of this is said.
// Source: the status messages of Castro and Liskov, TOCS 2002, which are sent all the time there.

import type { Message, Timer } from '../../env/index.ts'
import type { Core } from './core.ts'
import type { Status } from './pbft-messages.ts'

interface Parts {
  /** Says again to one replica what it has said of places after this one. */
  readonly repeatVotes: (to: string, after: number) => void
  readonly repeatCall: () => void
  readonly newView: () => Message | undefined
  readonly transfer: () => Message | undefined
}

export class CatchingUp {
  readonly #core: Core
  readonly #parts: Parts
  #timer: Timer | undefined
  #turn: number

  constructor(core: Core, parts: Parts) {
    this.#core = core
    this.#parts = parts
    // Not all ask the same.
    this.#turn = core.group.members.findIndex(({ name }) => name === core.self)
  }

  /** Something has come: whether it will be got on with is looked at later. */
  watch(): void {
    if (this.#timer || !this.#isBehind()) return
    const { view, active, executed, env, terms } = this.#core
    this.#timer = env.after(terms.retransmission, () => {
      this.#timer = undefined
      const stands =
        this.#core.executed === executed && this.#core.view === view && this.#core.active === active
      if (stands && this.#isBehind()) this.say()
      this.watch()
    })
  }

  say(): void {
    const { keys, others, view, active, executed, astray } = this.#core
    if (others.length === 0) return
    if (!active) this.#parts.repeatCall()
    const helper = others[this.#turn++ % others.length]!.name
    this.#core.multicast(keys.sign<Status>({ kind: 'pbft.status', view, active, executed, astray, helper }))
  }

  onStatus({ replica, view, active, executed, astray, helper }: Status): void {
    const { log, self } = this.#core
    const asked = helper === self
    if (asked && (executed < log.stable || astray)) this.#send(replica, this.#parts.transfer())
    if (asked)
      for (const { sequence, committed } of log.entries())
        if (committed && sequence > executed)
          this.#send(replica, { kind: 'pbft.committed', certificate: committed } as Message)
    if (!this.#core.active) return
    if (view < this.#core.view || (view === this.#core.view && !active)) {
      if (asked) this.#send(replica, this.#parts.newView())
    } else if (view === this.#core.view) this.#parts.repeatVotes(replica, executed)
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #send(to: string, message: Message | undefined): void {
    if (message) this.#core.send(to, message)
  }

  #isBehind(): boolean {
    const { waiting, active, seen, executed, astray, stopped } = this.#core
    return !stopped && (waiting.size > 0 || !active || seen > executed || astray)
  }
}
