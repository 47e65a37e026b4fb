// The adaptive topology of OllamaMax (spec: system 1): runs one of several topologies, measures it in windows, estimates how the
// others would do under the workload it sees, and switches when one scores better by the threshold. It pays for all of it:
// polls and reports are messages, evaluating holds a core of the leader, a trial is run with the swarm's own tasks, and a switch
// writes to disk, runs two topologies at once for a while, and begins anew what does not end by then.
// Who leads: adaptive-leadership.ts. What a switch is: adaptive-epochs.ts. When: adaptive-decision.ts. Estimates: optimiser-estimates.ts.

import type { Address, Message, Request, Task } from '../../env/index.ts'
import { type CreateTopology, Epochs, inFacts } from './adaptive-epochs.ts'
import { Judge } from './adaptive-judge.ts'
import { Leadership } from './adaptive-leadership.ts'
import { type Epoch, epochAfter, type Poll, type Report, tagged } from './adaptive-messages.ts'
import type { TopologyName } from './adaptive-parameters.ts'
import { type Counts, observedIn, Window } from './adaptive-window.ts'
import {
  Elsewhere,
  type SwarmMember,
  type SwarmResult,
  type SwarmTask,
  type Topology,
  type TopologyState,
} from './topology.ts'

export class Adaptive implements Topology {
  readonly #member: SwarmMember
  readonly #epochs: Epochs
  readonly #leadership: Leadership
  readonly #judge: Judge
  #window: Window
  /** What has been reported to this one, as the leader, since its last poll. */
  readonly #reports = new Map<string, Counts>()
  /** Half of the fastest round trip of a poll: what a message takes. */
  #delay = Infinity

  constructor(member: SwarmMember, create: CreateTopology, from?: TopologyState) {
    this.#member = member
    const { env, members, terms } = member
    const { candidates, drain, window } = terms.adaptive
    this.#window = new Window(env.now())
    this.#judge = new Judge(terms.adaptive, { ...terms, agents: members.length }, env.now())
    const computed = ({ service }: { readonly service: number }) => this.#window.computed(service)
    const begun = () => this.#began()
    this.#epochs = new Epochs(member, create, { first: candidates[0]!, drain, begun, computed }, from)
    this.#leadership = new Leadership(env, members, window, () => this.#lead())
  }

  *submit(task: SwarmTask): Task<SwarmResult> {
    const { env } = this.#member
    const begun = env.now()
    const { epoch } = this.#epochs.current
    const window = this.#window
    window.came(task)
    try {
      const result = yield* this.#epochs.submit(task)
      // A task of an earlier epoch says nothing of this one.
      if (epoch === this.#epochs.current.epoch) this.#window.done(env.now() - begun)
      // In the others every agent takes tasks; a gateway that remembers the queen must not go to her alone.
      return this.#epochs.current.topology === 'hierarchical' ? result : { ...result, anywhere: true }
    } catch (error) {
      if (error instanceof Elsewhere) window.went(task)
      else if (epoch === this.#epochs.current.epoch) this.#window.failed()
      throw error
    }
  }

  receive(from: Address, message: Message): boolean {
    switch (message.kind) {
      case 'adaptive.poll':
        this.#polled(from, message as Poll)
        return true
      case 'adaptive.report':
        this.#reported(from, message as Report)
        return true
      case 'adaptive.begun':
        this.#epochs.adopt(message as Message & Epoch)
        return true
      default:
        return this.#epochs.receive(from, message)
    }
  }

  handle(from: Address, request: Request<unknown>): Task<unknown> | undefined {
    return this.#epochs.handle(from, request)
  }

  stop(): TopologyState {
    this.#leadership.stop()
    return this.#epochs.stop()
  }

  #began(): void {
    const now = this.#member.env.now()
    this.#window = new Window(now)
    this.#reports.clear()
    this.#judge.began(now)
  }

  /** Ends the window at hand. */
  #counts(): Counts {
    const now = this.#member.env.now()
    const counts = this.#window.counts(now)
    this.#window = new Window(now)
    return counts
  }

  #polled(from: Address, poll: Poll): void {
    this.#epochs.adopt(poll)
    this.#leadership.polled(from)
    const kind = 'adaptive.report' as const
    this.#send(from, tagged({ kind, at: poll.at, counts: this.#counts() }, this.#epochs.current))
  }

  #reported(from: Address, report: Report): void {
    this.#epochs.adopt(report)
    this.#delay = Math.min(this.#delay, (this.#member.env.now() - report.at) / 2)
    if (report.epoch === this.#epochs.current.epoch) this.#reports.set(from.name, report.counts)
  }

  /** Evaluates the window that is over, and begins another. */
  #lead(): void {
    const { env, members } = this.#member
    const reports = [...this.#reports.values()]
    this.#reports.clear()
    const quorum = 2 * (reports.length + 1) > members.length
    if (quorum) env.spawn(this.#evaluate([...reports, this.#counts()]), 'evaluate')
    const poll: Poll = tagged({ kind: 'adaptive.poll' as const, at: env.now() }, this.#epochs.current)
    for (const { name } of members) if (name !== env.self.name) this.#send({ name }, poll)
    env.observe({ kind: 'count', metric: `adaptive.windows.${this.#epochs.current.topology}` })
  }

  *#evaluate(reports: readonly Counts[]): Task<void> {
    const { env, members, terms } = this.#member
    const { candidates, evaluation } = terms.adaptive
    const { epoch, topology } = this.#epochs.current
    const observed = observedIn(reports, members.length)
    yield* env.compute({ cost: evaluation * candidates.length })
    if (!this.#leadership.leads || epoch !== this.#epochs.current.epoch) return
    const next = this.#judge.evaluate(env, topology, observed, this.#delay)
    if (next !== undefined) this.#switch(epoch, next)
  }

  #switch(epoch: number, topology: TopologyName): void {
    const { env, members } = this.#member
    const next = { epoch: epochAfter(epoch, env.now(), this.#leadership.rank, members.length), topology }
    env.observe({ kind: 'count', metric: 'adaptive.switches' })
    env.observe({ kind: 'fact', fact: 'proposed', ...inFacts(next, members) })
    this.#epochs.adopt(next)
    for (const member of members) if (member.name !== env.self.name) this.#epochs.tell(member)
  }

  #send(to: Address, message: Message): void {
    this.#member.env.observe({ kind: 'count', metric: 'adaptive.messages' })
    this.#member.env.observe({ kind: 'count', metric: 'swarm.upkeep' })
    this.#member.env.send(to, message)
  }
}
