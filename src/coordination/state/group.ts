// The part of a request that goes to one shard: what is asked of the server, and what comes of it for each operation.
// Updates go as one function with a token: all of them at one instant, and not again for the same token. Its reply says
// whether they were carried out now or had been, and in both cases with the same values. With replicas to wait for, WAIT
// follows in the same pipeline: an update is done when so many have it, and not known to last before.

import { isRedisError, type RedisCommand, type RedisValue, type StateOutcome } from '../../env/index.ts'

/** One operation on its way. */
export interface Item {
  readonly key: string
  readonly words: readonly [command: string, ...rest: string[]]
  outcome: StateOutcome | undefined
}

export interface GroupTerms {
  /** Lets a server see that it has had the group before; `undefined`: it cannot tell. */
  readonly token: string | undefined
  /** How long the server remembers that, milliseconds. */
  readonly lifetimeMs: number
  /** Replicas that must have an update. */
  readonly acknowledgements: number
  /** How long the server waits for them, milliseconds. */
  readonly waitMs: number
}

/** It was not carried out, and may be soon, here or elsewhere. */
const TRY_AGAIN = /^(MOVED|CLUSTERDOWN|READONLY|NOREPLICAS|UNBLOCKED|LOADING|MASTERDOWN|TRYAGAIN)\b/

export class Group {
  /** An attempt may have taken effect, or still will. */
  ambiguous = false
  /** The server has said that it had it already. */
  suppressed = false
  readonly #items: readonly Item[]
  readonly #terms: GroupTerms
  readonly writes: boolean

  constructor(items: readonly Item[], writes: boolean, terms: GroupTerms) {
    this.#items = items
    this.writes = writes
    this.#terms = terms
  }

  get size(): number {
    return this.#items.length
  }

  /** What is to be asked, of those that have no outcome yet. */
  commands(): readonly RedisCommand[] {
    const { token, acknowledgements, waitMs } = this.#terms
    const plain = this.#open.map(({ key, words: [command, ...rest] }) => ({ command, args: [key, ...rest] }))
    if (!this.writes) return plain
    const wait = acknowledgements > 0 ? [{ command: 'WAIT', args: [acknowledgements, waitMs] }] : []
    return [...(token === undefined ? plain : [this.#once(token)]), ...wait]
  }

  /** Takes in what the server says; why another attempt is due, or `undefined`: all have their outcome. */
  take(values: readonly RedisValue[]): string | undefined {
    const held = this.#terms.acknowledgements > 0 && this.writes ? values.at(-1)! : undefined
    const awaited = held === undefined ? undefined : this.#notHeld(held)
    if (this.writes && this.#terms.token !== undefined) return this.#takeOnce(values[0]!, awaited)
    let again: string | undefined
    for (const [i, item] of this.#open.entries()) {
      const value = values[i]!
      if (mayComeYet(value)) again = value.error
      else if (awaited === undefined) item.outcome = outcomeOf(value)
    }
    if (awaited !== undefined) this.ambiguous = true
    return again ?? awaited
  }

  /** No further attempt is made. */
  giveUp(reason: string): void {
    const outcome = this.ambiguous && this.writes ? 'unknown' : 'failed'
    for (const item of this.#open) item.outcome = { outcome, reason }
  }

  get #open(): readonly Item[] {
    return this.#items.filter(({ outcome }) => outcome === undefined)
  }

  #once(token: string): RedisCommand {
    const items = this.#items
    const calls = items.flatMap(({ words: [command, ...rest] }) => [command, rest.length, ...rest])
    const keys = [token, ...items.map(({ key }) => key)]
    return { command: 'FCALL', args: ['once', keys.length, ...keys, this.#terms.lifetimeMs, ...calls] }
  }

  #takeOnce(value: RedisValue, awaited: string | undefined): string | undefined {
    if (mayComeYet(value)) return value.error
    if (isRedisError(value)) {
      for (const item of this.#items) item.outcome = outcomeOf(value)
      return undefined
    }
    const [first, replies] = value as readonly [number, readonly RedisValue[]]
    this.suppressed ||= first === 0
    this.ambiguous = true
    if (awaited !== undefined) return awaited
    for (const [i, item] of this.#items.entries()) item.outcome = outcomeOf(replies[i]!)
    return undefined
  }

  /** What is wrong with WAIT's answer, if anything. */
  #notHeld(answer: RedisValue): string | undefined {
    const { acknowledgements } = this.#terms
    if (isRedisError(answer)) return answer.error
    if (Number(answer) >= acknowledgements) return undefined
    return `${answer} of ${acknowledgements} replicas have it`
  }
}

const mayComeYet = (value: RedisValue): value is { readonly error: string } =>
  isRedisError(value) && TRY_AGAIN.test(value.error)

const outcomeOf = (value: RedisValue): StateOutcome =>
  isRedisError(value) ? { outcome: 'failed', reason: value.error } : { outcome: 'done', value }
