// Holds the counters on the servers against what callers were told of them. It may look while updates are under way: a
// counter is to hold at least what was acknowledged before it was read, and at most what may have been added until then.

import type { Env, StateOperation, Task } from '../../env/index.ts'
import type { Ledger } from './ledger.ts'
import type { ShardedState } from './sharded-state.ts'

/** [G] Counters read in one request, so that no server stands still for it. */
const CHUNK = 300

export class Audit {
  readonly #env: Env
  readonly #state: ShardedState
  readonly #ledger: Ledger

  constructor(env: Env, state: ShardedState, ledger: Ledger) {
    this.#env = env
    this.#state = state
    this.#ledger = ledger
  }

  *run(): Task<void> {
    const { keys } = this.#ledger
    for (let i = 0; i < keys.length; i += CHUNK) yield* this.#look(keys.slice(i, i + CHUNK))
  }

  *#look(keys: readonly string[]): Task<void> {
    const bounds = keys.map((key) => this.#ledger.bounds(key))
    const reads = keys.map((key): StateOperation => ({ action: 'read', key }))
    const outcomes = yield* this.#state.apply(reads, 'master')
    for (const [i, outcome] of outcomes.entries()) {
      const { least, most } = bounds[i]!
      if (outcome.outcome !== 'done') {
        this.#count('state.audit.unread', 1)
        continue
      }
      const value = Number(outcome.value ?? 0)
      this.#count('state.audit.read', 1)
      this.#count('state.audit.acknowledged', least)
      this.#count('state.audit.lost', Math.max(0, least - value))
      this.#count('state.audit.doubled', Math.max(0, value - most()))
    }
  }

  #count(metric: string, by: number): void {
    this.#env.observe({ kind: 'count', metric, by })
  }
}
