// The keeper of a fleet's coordination state as a process of its own: takes requests for operations on it, carries them out
// on the shards, and keeps a ledger of what it has told its callers of the counters, which it holds against the servers'
// when told to. Its ledger dies with it.

import {
  defineCoordinator,
  type Env,
  RefusedError,
  type Request,
  type StateOperation,
  type StateOutcome,
  type StateReply,
  type StateRequest,
  type Task,
} from '../../env/index.ts'
import { ScenarioError } from '../../errors.ts'
import type { Nanos } from '../../units.ts'
import { isAction } from './actions.ts'
import { Audit } from './audit.ts'
import { Ledger } from './ledger.ts'
import { ShardedState } from './sharded-state.ts'
import { metrics, parameters, type StateStoreValues } from './state-store-parameters.ts'

export const stateStore = defineCoordinator({
  name: 'state-store',
  meaning:
    'keeps the coordination state of a fleet on one Redis or on shards, each update exactly once (OllamaMax)',
  parameters,
  metrics,
  create: (env, values) => new StateStore(env, values),
})

const METRICS = {
  message: 'state.messages',
  retry: 'state.retries',
  suppressed: 'state.suppressed',
  refresh: 'state.refreshes',
  redirect: 'state.redirects',
} as const

class StateStore {
  readonly #env: Env
  readonly #values: StateStoreValues
  readonly #state: ShardedState
  readonly #ledger = new Ledger()
  #told = 0

  constructor(env: Env, values: StateStoreValues) {
    const { patience, timeout, tokenLifetime, once } = values
    if (once && tokenLifetime < patience + timeout)
      throw new ScenarioError(
        'invalid token-lifetime: shorter than patience and timeout together; expected a server to remember a token as long as it can come',
      )
    this.#env = env
    this.#values = values
    this.#state = new ShardedState(env, {
      ...values,
      onEvent: (what) => env.observe({ kind: 'count', metric: METRICS[what] }),
    })
  }

  *start(): Task<void> {
    const { auditAt } = this.#values
    if (auditAt === undefined) return
    yield* this.#env.sleep(auditAt)
    yield* new Audit(this.#env, this.#state, this.#ledger).run()
  }

  *handle(_from: unknown, request: Request<unknown>): Task<StateReply> {
    if (request.kind !== 'state') throw new RefusedError(404, `no ${request.kind} here`)
    const { operations } = request as StateRequest
    const strange = operations.find(({ action }) => !isAction(action))
    if (strange) throw new RefusedError(400, `no action ${strange.action}`)
    const begun = this.#env.now()
    const notes = operations.map((operation) => new Note(this.#env, this.#ledger, operation, ++this.#told))
    const outcomes = yield* this.#state.apply(operations)
    for (const [i, note] of notes.entries()) note.ended(outcomes[i]!)
    this.#count(outcomes, this.#env.now() - begun)
    refuseIfNone(outcomes)
    return { kind: 'state.reply', outcomes }
  }

  #count(outcomes: readonly StateOutcome[], elapsed: Nanos): void {
    const metric = outcomes.length === 1 ? 'state.time' : 'state.bulk-time'
    this.#env.observe({ kind: 'value', metric, value: elapsed })
    for (const { outcome } of outcomes) this.#env.observe({ kind: 'count', metric: `state.${outcome}` })
  }
}

/** A request of which nothing is known to be done is refused: in vain, or nobody knows. */
function refuseIfNone(outcomes: readonly StateOutcome[]): void {
  const first = outcomes[0]
  if (first === undefined || outcomes.some(({ outcome }) => outcome === 'done')) return
  const unknown = outcomes.some(({ outcome }) => outcome === 'unknown')
  throw new RefusedError(unknown ? 504 : 503, 'reason' in first ? first.reason : '')
}

/** One operation as those see it who look for faults: the ledger, whoever reads too old a value, the checkers. */
class Note {
  readonly #env: Env
  readonly #ledger: Ledger
  readonly #operation: StateOperation
  readonly #number: number
  readonly #floor: ReturnType<Ledger['floor']>

  constructor(env: Env, ledger: Ledger, operation: StateOperation, number: number) {
    const { action, key, count = 1 } = operation
    this.#env = env
    this.#ledger = ledger
    this.#operation = operation
    this.#number = number
    if (action === 'increment') ledger.begin(key, count)
    this.#floor = action === 'read' ? ledger.floor(key) : undefined
    const op = action === 'read' || action === 'write' ? action : undefined
    if (!op) return
    const written = op === 'write' ? { value: operation.value ?? '' } : {}
    env.observe({
      kind: 'fact',
      fact: 'invoked',
      store: env.self.name,
      operation: number,
      op,
      key,
      ...written,
    })
  }

  ended(outcome: StateOutcome): void {
    const { action, key, count = 1 } = this.#operation
    if (action === 'increment') this.#incremented(outcome, key, count)
    if (action === 'read' && outcome.outcome === 'done') this.#read(outcome.value)
    if (action === 'read' || action === 'write') this.#returned(outcome)
  }

  #incremented(outcome: StateOutcome, key: string, count: number): void {
    if (outcome.outcome === 'done') this.#ledger.done(key, count, Number(outcome.value), this.#env.now())
    else if (outcome.outcome === 'failed') this.#ledger.failed(key, count)
  }

  /** A counter that lacks what was acknowledged before the read began. */
  #read(value: unknown): void {
    const floor = this.#floor
    if (!floor || Number(value ?? 0) >= floor.value) return
    this.#env.observe({ kind: 'count', metric: 'state.stale-reads' })
    this.#env.observe({ kind: 'value', metric: 'state.staleness', value: this.#env.now() - floor.at })
  }

  #returned(outcome: StateOutcome): void {
    const { action } = this.#operation
    const ended = outcome.outcome === 'done' ? 'ok' : outcome.outcome
    const read = action === 'read' && outcome.outcome === 'done' ? { value: textOf(outcome.value) } : {}
    const { name: store } = this.#env.self
    this.#env.observe({
      kind: 'fact',
      fact: 'returned',
      store,
      operation: this.#number,
      outcome: ended,
      ...read,
    })
  }
}

const textOf = (value: unknown): string | null => (value === null ? null : String(value))
