// Who does which part of which job: the state that the agents of a mesh replicate. An operation assigns parts to agents, in the
// name of the agent that took the job, and lets go of jobs that it has finished. The same operations in the same order give
// the same assignments everywhere; what an agent does about them is its own.

import type { Part } from './topology.ts'

/** An operation of the mesh. */
export interface Assign {
  readonly kind: 'assign'
  /** A task, or some parts of one. */
  readonly job: string
  /** Who takes the results. */
  readonly origin: string
  readonly parts: readonly Assigned[]
  /** Jobs of which the same origin has all results. */
  readonly finished: readonly string[]
}

/** A part and who does it. */
export interface Assigned extends Part {
  readonly agent: string
}

export interface Assignment {
  readonly origin: string
  readonly parts: readonly Assigned[]
}

/** Jobs remembered, where their origin never says that they are finished; all forget the same ones. */
const REMEMBERED = 1024

export class MeshAssignments {
  readonly #changed: (job: string, parts: readonly Assigned[]) => void
  #assignments = new Map<string, Assignment>()

  /** @param changed called when parts of a job have been assigned, with these */
  constructor(changed: (job: string, parts: readonly Assigned[]) => void) {
    this.#changed = changed
  }

  of(job: string): Assignment | undefined {
    return this.#assignments.get(job)
  }

  /** The parts of a task, whatever jobs they belong to. */
  ofTask(task: string): Assigned[] {
    return [...this.#assignments.values()].flatMap(({ parts }) => parts.filter((part) => part.task === task))
  }

  /** How many parts of the job are assigned; whatever else it is given, 0. */
  apply(operation: unknown): number {
    const { kind, job, origin, parts, finished } = (operation ?? {}) as Assign
    if (kind !== 'assign' || !Array.isArray(parts) || !Array.isArray(finished)) return 0
    for (const id of finished) this.#assignments.delete(id)
    const again = new Set(parts.map(({ index }) => index))
    const kept = (this.#assignments.get(job)?.parts ?? []).filter(({ index }) => !again.has(index))
    this.#assignments.delete(job)
    this.#assignments.set(job, { origin, parts: [...kept, ...parts] })
    if (this.#assignments.size > REMEMBERED) this.#assignments.delete(this.#assignments.keys().next().value!)
    this.#changed(job, parts)
    return kept.length + parts.length
  }

  snapshot(): unknown {
    return [...this.#assignments]
  }

  restore(state: unknown): void {
    this.#assignments = new Map(state as [string, Assignment][])
    for (const [job, { parts }] of this.#assignments) this.#changed(job, parts)
  }
}
