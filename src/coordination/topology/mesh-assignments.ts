// Who does which part of which task: the state that the agents of a mesh replicate. An operation assigns parts to agents, in the
// name of the agent that took the task, and lets go of tasks that it has finished. The same operations in the same order give
// the same assignments everywhere; what an agent does about them is its own.

/** An operation of the mesh. */
export interface Assign {
  readonly kind: 'assign'
  readonly task: string
  /** Who takes the results. */
  readonly origin: string
  readonly parts: readonly Assigned[]
  /** Tasks of which the same origin has all results. */
  readonly finished: readonly string[]
}

/** A part and who does it. */
export interface Assigned {
  readonly index: number
  readonly service: number
  readonly agent: string
}

export interface Assignment {
  readonly origin: string
  readonly parts: readonly Assigned[]
}

/** Tasks remembered, where their origin never says that they are finished; all forget the same ones. */
const REMEMBERED = 1024

export class MeshAssignments {
  readonly #changed: (task: string) => void
  #assignments = new Map<string, Assignment>()

  /** @param changed called when parts of a task have been assigned */
  constructor(changed: (task: string) => void) {
    this.#changed = changed
  }

  of(task: string): Assignment | undefined {
    return this.#assignments.get(task)
  }

  /** How many parts of the task are assigned; whatever else it is given, 0. */
  apply(operation: unknown): number {
    const { kind, task, origin, parts, finished } = (operation ?? {}) as Assign
    if (kind !== 'assign' || !Array.isArray(parts) || !Array.isArray(finished)) return 0
    for (const id of finished) this.#assignments.delete(id)
    const again = new Set(parts.map(({ index }) => index))
    const kept = (this.#assignments.get(task)?.parts ?? []).filter(({ index }) => !again.has(index))
    this.#assignments.delete(task)
    this.#assignments.set(task, { origin, parts: [...kept, ...parts] })
    if (this.#assignments.size > REMEMBERED) this.#assignments.delete(this.#assignments.keys().next().value!)
    this.#changed(task)
    return kept.length + parts.length
  }

  snapshot(): unknown {
    return [...this.#assignments]
  }

  restore(state: unknown): void {
    this.#assignments = new Map(state as [string, Assignment][])
    for (const task of this.#assignments.keys()) this.#changed(task)
  }
}
