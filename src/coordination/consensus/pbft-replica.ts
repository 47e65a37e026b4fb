// A replica of a group that agrees on the order of operations though f of its 3f + 1 members may lie.
// Source: Castro and Liskov, "Practical Byzantine Fault Tolerance" (OSDI 1999), with batches, status messages and state transfer after
// "… and Proactive Recovery" (TOCS 2002). Statements are signed (OSDI §4), where the faster protocol has a code for each receiver.
// Left out: tentative and read-only execution, digest replies, separate transmission of large requests, changing keys and
// recovery of replicas that are not known to be broken, changes of membership. What costs are charged for a message is its process's affair.

import type { Address, Env, Message, Task } from '../../env/index.ts'
import { CatchingUp } from './catching-up.ts'
import { Checkpoints } from './checkpoints.ts'
import { Core } from './core.ts'
import { Execution } from './execution.ts'
import { Ordering } from './ordering.ts'
import { PbftClient } from './pbft-client.ts'
import type { Checkpoint, NewView, PbftMessage, PbftRequest } from './pbft-messages.ts'
import { fullTerms, type PbftTerms } from './pbft-terms.ts'
import type { StateMachine } from './state-machine.ts'
import { type Opened, ViewChanges } from './view-changes.ts'

/** What a replica has on its disk. */
interface Image {
  readonly view: number
  readonly active: boolean
  readonly newView: NewView | undefined
  readonly stable: number
  readonly state: unknown
  readonly proof: readonly Checkpoint[]
  readonly entries: readonly SavedEntry[]
}

type SavedEntry = Pick<ReturnType<Core['log']['at']>, 'sequence' | 'accepted' | 'prepared' | 'committed'>

export class PbftReplica {
  readonly #core: Core
  readonly #ordering: Ordering
  readonly #execution: Execution
  readonly #checkpoints: Checkpoints
  readonly #viewChanges: ViewChanges
  readonly #catchingUp: CatchingUp
  readonly #client: PbftClient

  constructor(env: Env, terms: PbftTerms, machine: StateMachine) {
    const core = new Core(env, fullTerms(terms))
    this.#core = core
    this.#ordering = new Ordering(core, () => this.#execute())
    this.#execution = new Execution(core, machine, (sequence, state) =>
      this.#checkpoints.taken(sequence, state),
    )
    this.#checkpoints = new Checkpoints(core, () => this.#ordering.propose())
    this.#viewChanges = new ViewChanges(
      core,
      () => this.#checkpoints.proof,
      (opened) => this.#opened(opened),
    )
    this.#catchingUp = new CatchingUp(core, {
      repeatVotes: (to, after) => this.#ordering.repeat(to, after),
      repeatCall: () => this.#viewChanges.repeat(),
      newView: () => this.#viewChanges.newView,
      transfer: () => this.#checkpoints.transfer(),
    })
    this.#client = new PbftClient(env, core.group, core.keys, core.terms.clientTimeout, (to, message) =>
      core.send(to.name, message),
    )
    core.loopback = (message) => void this.receive(env.self, message)
    core.image = () => this.#image()
    const saved = core.terms.durable ? (env.saved() as Image | undefined) : undefined
    if (saved) this.#resume(saved)
  }

  /** The view that it is in, and whether that is open. */
  get view(): { readonly number: number; readonly open: boolean } {
    return { number: this.#core.view, open: this.#core.active }
  }

  /** Batches that have taken effect here. */
  get executed(): number {
    return this.#core.executed
  }

  /** Batches in the log. */
  get logged(): number {
    return this.#core.log.size
  }

  /** Whether it was one of its own. */
  receive(from: Address, message: Message): boolean {
    if (!message.kind.startsWith('pbft.')) return false
    if (this.#core.stopped || this.#client.receive(from, message)) return true
    if (this.#isGenuine(from, message as PbftMessage)) this.#take(from, message as PbftMessage)
    else this.#core.count('pbft.refused')
    this.#viewChanges.watch()
    this.#catchingUp.watch()
    return true
  }

  /** Puts an operation forward, as a client of the group that stands beside this replica; ends with what f + 1 replicas say came of it. */
  submit(operation: unknown): Task<unknown> {
    return this.#client.request(operation, this.#core.view)
  }

  /** Says and does nothing any more. */
  stop(): void {
    this.#core.stopped = true
    this.#viewChanges.stop()
    this.#catchingUp.stop()
    for (const entry of this.#core.log.entries()) entry.patience?.cancel()
  }

  /** Whether a message is from whom it seems to be, and what it is made of from whom that seems to be. */
  #isGenuine(from: Address, message: PbftMessage): boolean {
    const { keys, group } = this.#core
    switch (message.kind) {
      // Backups pass it on.
      case 'pbft.request':
        return keys.isGenuine(message)
      // Made of statements, each of which is looked at.
      case 'pbft.committed':
      case 'pbft.state':
        return group.has(from.name)
      // Who was late is told by others.
      case 'pbft.new-view':
        return group.has(message.replica) && keys.isGenuine(message)
      default:
        return message.replica === from.name && group.has(from.name) && keys.isGenuine(message)
    }
  }

  #take(from: Address, message: PbftMessage): void {
    switch (message.kind) {
      case 'pbft.request':
        this.#asked(from, message)
        break
      case 'pbft.pre-prepare':
        this.#ordering.onPrePrepare(message)
        break
      case 'pbft.prepare':
      case 'pbft.commit':
        this.#ordering.onVote(message)
        break
      case 'pbft.checkpoint':
        this.#checkpoints.onCheckpoint(message)
        break
      case 'pbft.view-change':
        this.#viewChanges.onViewChange(message)
        break
      case 'pbft.new-view':
        this.#viewChanges.onNewView(message)
        break
      case 'pbft.status':
        this.#catchingUp.onStatus(message)
        break
      case 'pbft.committed':
        this.#ordering.onCommitted(message.certificate)
        break
      case 'pbft.state':
        if (this.#checkpoints.onTransfer(message)) this.#restore(message.sequence, message.state)
    }
  }

  #asked(from: Address, request: PbftRequest): void {
    const { clients, active, isPrimary, group, view } = this.#core
    const last = clients.get(request.client)
    if (last && last.timestamp >= request.timestamp) {
      if (last.timestamp === request.timestamp) this.#execution.reply(request.client)
      return
    }
    this.#core.awaits(request)
    if (!active) return
    if (isPrimary) this.#ordering.take(request)
    // Who asks a backup has not been served by the primary.
    else if (!group.has(from.name) || from.name === this.#core.self)
      this.#core.send(group.primary(view), request)
  }

  #execute(): void {
    if (!this.#execution.run()) return
    this.#viewChanges.progressed()
    this.#ordering.propose()
    this.#viewChanges.watch()
  }

  #opened({ prePrepares, last, stable }: Opened): void {
    const { group, waiting, view, isPrimary } = this.#core
    this.#core.seen = Math.max(this.#core.executed, last)
    this.#core.floor = stable.stable
    if (stable.stable > 0) this.#checkpoints.prove(stable.stable, stable.proof[0]!.digest, stable.proof)
    this.#ordering.enter(prePrepares, last)
    for (const request of waiting.values())
      if (!isPrimary && !this.#ordering.hasTaken(request)) this.#core.send(group.primary(view), request)
    this.#viewChanges.watch()
  }

  #restore(sequence: number, state: unknown): void {
    this.#execution.restore(sequence, state)
    this.#execution.run()
    this.#viewChanges.progressed()
    this.#ordering.propose()
  }

  #image(): Image {
    const { view, active, log } = this.#core
    return {
      view,
      active,
      newView: this.#viewChanges.newView,
      stable: log.stable,
      state: this.#checkpoints.state,
      proof: this.#checkpoints.proof,
      entries: log.entries().map(({ sequence, accepted, prepared, committed }) => ({
        sequence,
        accepted,
        prepared,
        committed,
      })),
    }
  }

  #resume({ view, active, newView, stable, state, proof, entries }: Image): void {
    this.#core.view = view
    this.#core.active = active
    this.#core.floor = Math.max(0, ...(newView?.viewChanges ?? []).map((call) => call.stable))
    if (stable > 0) {
      this.#checkpoints.resume(stable, state, proof)
      this.#execution.restore(stable, state)
    }
    for (const { sequence, ...saved } of entries) Object.assign(this.#core.log.at(sequence), saved)
    if (active) this.#ordering.resume()
    this.#execution.run()
    this.#viewChanges.resume(newView)
    this.#catchingUp.say()
    this.#viewChanges.watch()
    this.#catchingUp.watch()
  }
}
