// The mesh topology of OllamaMax (spec: system 1): every agent a peer that takes tasks; who does which part is agreed on by all, though
// f of 3f + 1 lie (consensus/pbft-replica.ts), and load is gossiped. A mesh that has been cut in two goes on where a quorum
// is, and the rest catches up when the cut is over.

import type { Address, Message, Task } from '../../env/index.ts'
import { MeshWork } from './mesh-work.ts'
import { TaskBook } from './task-book.ts'
import {
  type PartResult,
  partsOf,
  type SwarmMember,
  type SwarmResult,
  type SwarmTask,
  type Topology,
  type TopologyState,
} from './topology.ts'

export class Mesh implements Topology {
  readonly #member: SwarmMember
  readonly #state: Pick<TopologyState, 'term' | 'queen'>
  readonly #book: TaskBook
  readonly #work: MeshWork

  constructor(member: SwarmMember, from?: TopologyState) {
    this.#member = member
    this.#state = { term: from?.term ?? 0, queen: from?.queen ?? member.members[0]!.name }
    this.#book = new TaskBook(member.env, from?.results)
    this.#work = new MeshWork(member, member.members)
  }

  submit(task: SwarmTask): Task<SwarmResult> {
    return this.#book.take(task, (task, known) => this.#do(task, known))
  }

  receive(from: Address, message: Message): boolean {
    return this.#work.receive(from, message)
  }

  handle(): undefined {
    return undefined
  }

  stop(): TopologyState {
    this.#work.stop()
    return { ...this.#state, ...this.#book.stop() }
  }

  *#do(task: SwarmTask, known: readonly PartResult[]): Task<readonly PartResult[]> {
    yield* this.#member.decide()
    const have = new Set(known.map(({ index }) => index))
    const left = partsOf(task).filter(({ index }) => !have.has(index))
    return left.length === 0 ? [] : yield* this.#work.run(task.id, left)
  }
}
