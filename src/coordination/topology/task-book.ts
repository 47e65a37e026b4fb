// The tasks that an agent has taken: those under way, the results that are known of them, and for a while those that are done,
// so that one submitted again is not done again. What a topology does with a task is its own; this is the same in all.

import type { Settled } from '../../env/index.ts'
import { CancelledError, type Env, Outcome, RefusedError, type Running, type Task } from '../../env/index.ts'
import { type PartResult, partKey, type SwarmResult, type SwarmTask, withoutDoubles } from './topology.ts'

/** Tasks that are remembered when they are done, and results that are known of tasks not seen yet. */
const REMEMBERED = 1024

interface UnderWay {
  readonly task: SwarmTask
  readonly running: Running<Settled<SwarmResult>>
}

/** Does a task, given what is known of it; ends with the results of all its parts. */
type Work = (task: SwarmTask, known: readonly PartResult[]) => Task<readonly PartResult[]>

export class TaskBook {
  readonly #env: Env
  readonly #underWay = new Map<string, UnderWay>()
  readonly #done = new Map<string, SwarmResult>()
  /** Results by part, oldest first. */
  readonly #known = new Map<string, PartResult>()

  constructor(env: Env, known: readonly PartResult[] = []) {
    this.#env = env
    for (const result of known) this.learn(result)
  }

  /** A result has come from somewhere. */
  learn(result: PartResult): void {
    keep(this.#known, partKey(result), result)
  }

  /** Does the task, or waits for its end where it is under way. */
  *take(task: SwarmTask, work: Work): Task<SwarmResult> {
    const done = this.#done.get(task.id)
    if (done) return done
    const { running } = this.#underWay.get(task.id) ?? this.#begin(task, work)
    const outcome = yield* this.#endOf(running)
    if (!outcome.ok) throw outcome.error
    return outcome.value
  }

  /** Ends all that is under way. */
  stop(): { readonly tasks: readonly SwarmTask[]; readonly results: readonly PartResult[] } {
    const underWay = [...this.#underWay.values()]
    const tasks = underWay.map(({ task }) => task)
    this.#underWay.clear()
    for (const { running } of underWay) running.cancel()
    const ids = new Set(tasks.map(({ id }) => id))
    return { tasks, results: [...this.#known.values()].filter((result) => ids.has(result.task)) }
  }

  #begin(task: SwarmTask, work: Work): UnderWay {
    const underWay = { task, running: this.#env.spawn(this.#do(task, work), 'task') }
    this.#underWay.set(task.id, underWay)
    return underWay
  }

  *#endOf(running: Running<Settled<SwarmResult>>): Task<Settled<SwarmResult>> {
    try {
      return yield* running.join()
    } catch (error) {
      if (error instanceof CancelledError) throw new RefusedError(503, 'the topology has been stopped')
      throw error
    }
  }

  *#do(task: SwarmTask, work: Work): Task<Settled<SwarmResult>> {
    const begun = this.#env.now()
    try {
      const known = this.#knownOf(task)
      const results = withoutDoubles([...known, ...(yield* work(task, known))])
      const computing = Math.max(0, ...results.map((result) => result.computing))
      this.#observe(this.#env.now() - begun - computing)
      const value: SwarmResult = { kind: 'swarm.result', id: task.id, results }
      keep(this.#done, task.id, value)
      return { ok: true, value }
    } catch (error) {
      if (!(error instanceof Outcome)) throw error
      return { ok: false, error }
    } finally {
      this.#underWay.delete(task.id)
    }
  }

  #knownOf({ id, parts }: SwarmTask): PartResult[] {
    return Array.from({ length: parts }, (_, index) => this.#known.get(partKey({ task: id, index }))).filter(
      (result) => result !== undefined,
    )
  }

  #observe(coordination: number): void {
    // A part computed before the task was submitted again took none of this time.
    const value = Math.max(0, coordination)
    this.#env.observe({ kind: 'value', metric: 'swarm.coordination', value })
    this.#env.observe({ kind: 'count', metric: 'swarm.tasks' })
  }
}

/** Whatever is oldest is forgotten. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= REMEMBERED) break
    map.delete(oldest)
  }
}
