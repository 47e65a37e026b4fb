// Another primary for one under which nothing happens: replicas that wait too long call for the next view, a quorum of calls opens
// it, and each view that brings nothing makes them wait twice as long (Castro and Liskov, OSDI 1999, §4.4 and §4.5.2).

import type { Timer } from '../../env/index.ts'
import type { Core } from './core.ts'
import { digestOf } from './keyring.ts'
import { startOf } from './new-view.ts'
import type { Checkpoint, NewView, PbftRequest, PrePrepare, ViewChange } from './pbft-messages.ts'

/** Doublings of the timeout at most. */
const MOST_DOUBLINGS = 16

export interface Opened {
  readonly prePrepares: readonly PrePrepare[]
  /** The last place that the view begins with. */
  readonly last: number
  readonly stable: ViewChange
}

export class ViewChanges {
  readonly #core: Core
  readonly #proof: () => readonly Checkpoint[]
  readonly #opened: (opened: Opened) => void
  /** The last call of each replica. */
  readonly #calls = new Map<string, ViewChange>()
  /** What opened the present view. */
  #newView: NewView | undefined
  /** Views in a row that brought nothing. */
  #vain = 0
  #timer: Timer | undefined
  /** The request that has been known for longest: the timer is its own, so that no primary can pass it over for others. */
  #watched: PbftRequest | undefined

  /**
   * @param proof of the last stable checkpoint
   * @param opened called when a view is
   */
  constructor(core: Core, proof: () => readonly Checkpoint[], opened: (opened: Opened) => void) {
    this.#core = core
    this.#proof = proof
    this.#opened = opened
  }

  /** What shows that the present view is open; the first needs nothing. */
  get newView(): NewView | undefined {
    return this.#newView
  }

  /** Something may have come that is to be executed. */
  watch(): void {
    const { active, waiting, view } = this.#core
    if (!active || this.#timer) return
    for (const request of waiting.values()) {
      this.#watched = request
      this.#wait(() => this.call(view + 1))
      return
    }
  }

  /** Something was executed; whether it was what is waited for. */
  progressed(): void {
    const { active, waiting } = this.#core
    if (!active) return
    this.#vain = 0
    if (this.#watched && waiting.get(this.#watched.client) !== this.#watched) this.#stop()
  }

  call(view: number): void {
    const { log, terms, keys } = this.#core
    this.#stop()
    this.#vain++
    this.#core.view = view
    this.#core.active = false
    this.#core.count('pbft.view-changes')
    const entries = log.entries()
    const said = keys.sign<ViewChange>({
      kind: 'pbft.view-change',
      view,
      stable: log.stable,
      proof: this.#proof(),
      prepared: entries.flatMap(({ prepared }) => prepared ?? []),
      accepted: terms.fastPath === 'safe' ? entries.flatMap(({ accepted }) => accepted ?? []) : [],
    })
    this.#calls.set(this.#core.self, said)
    this.#core.durably(() => this.#core.multicast(said))
    this.#gather()
  }

  /** Calls again, for a call may be lost. */
  repeat(): void {
    const own = this.#calls.get(this.#core.self)
    if (own && own.view === this.#core.view) this.#core.multicast(own)
  }

  onViewChange(said: ViewChange): void {
    const { proofs, view, group } = this.#core
    if ((this.#calls.get(said.replica)?.view ?? -1) >= said.view) return
    if (said.view < view || !proofs.isViewChange(said)) return
    this.#calls.set(said.replica, said)
    // One of so many is sound: it has a reason.
    const later = [...this.#calls.values()].map((call) => call.view).filter((each) => each > view)
    if (later.length > group.f) this.call(Math.min(...later))
    else this.#gather()
  }

  onNewView(said: NewView): void {
    const { view, active, group, proofs } = this.#core
    if (said.view < view || (said.view === view && active) || said.view === 0) return
    if (said.replica !== group.primary(said.view)) return
    const callers = new Set(said.viewChanges.map(({ replica }) => replica))
    const right =
      callers.size >= group.quorum &&
      callers.size === said.viewChanges.length &&
      said.viewChanges.every((call) => call.view === said.view && proofs.isViewChange(call)) &&
      this.#beginsAsItShould(said)
    if (right) this.#enter(said)
  }

  resume(newView: NewView | undefined): void {
    this.#newView = newView
    if (!this.#core.active) this.call(this.#core.view)
  }

  stop(): void {
    this.#stop()
  }

  /** Opens the view, or waits for who has to. */
  #gather(): void {
    const { active, view, group, isPrimary } = this.#core
    if (active) return
    const calls = [...this.#calls.values()].filter((call) => call.view >= view)
    if (calls.length < group.quorum) return
    const same = calls.filter((call) => call.view === view)
    if (isPrimary && same.length >= group.quorum) this.#open(same.slice(0, group.quorum))
    // Whose call for this view was lost and who has gone on to the next has left the old one too.
    else if (!this.#timer) this.#wait(() => this.call(view + 1))
  }

  #open(viewChanges: readonly ViewChange[]): void {
    const { keys, view, group } = this.#core
    const prePrepares = startOf(viewChanges, group).places.map(({ sequence, value, requests }) =>
      keys.prePrepare(view, sequence, value, requests),
    )
    const said = keys.sign<NewView>({ kind: 'pbft.new-view', view, viewChanges, prePrepares })
    this.#core.count('pbft.new-views')
    this.#core.durably(() => this.#core.multicast(said))
    this.#enter(said)
  }

  #beginsAsItShould({ view, viewChanges, prePrepares }: NewView): boolean {
    const { proofs, group } = this.#core
    const { places } = startOf(viewChanges, group)
    return (
      places.length === prePrepares.length &&
      places.every(({ sequence, value, requests }, i) => {
        const said = prePrepares[i]!
        return (
          said.view === view &&
          said.sequence === sequence &&
          said.digest === digestOf(value, requests) &&
          proofs.isPrePrepare(said)
        )
      })
    )
  }

  #enter(said: NewView): void {
    this.#stop()
    this.#newView = said
    this.#core.view = said.view
    this.#core.active = true
    const { stable, last } = startOf(said.viewChanges, this.#core.group)
    this.#opened({ prePrepares: said.prePrepares, last, stable })
  }

  #wait(then: () => void): void {
    const { env, terms } = this.#core
    this.#timer = env.after(terms.timeout * 2 ** Math.min(this.#vain, MOST_DOUBLINGS), () => {
      this.#timer = undefined
      then()
    })
  }

  #stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#watched = undefined
  }
}
