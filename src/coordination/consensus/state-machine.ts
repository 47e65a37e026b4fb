// What a group of replicas replicates, and two that scenarios use: a key-value store and a register.

import type { RedisCommand, RedisRequest, RedisValue } from '../../env/index.ts'

/** Deterministic: the same operations in the same order give the same results and the same state, everywhere. Plain data throughout. */
export interface StateMachine {
  /** Whatever it is given: clients may ask for nonsense. */
  apply(operation: unknown): unknown
  /** A copy: it is sent and saved, and never changed again. */
  snapshot(): unknown
  /** Takes a snapshot's copy for its own. */
  restore(state: unknown): void
}

/** Adds up how many operations there were; each gets the number after it, so that their order can be seen. */
export class Register implements StateMachine {
  #value = 0

  apply(): number {
    return ++this.#value
  }

  snapshot(): unknown {
    return this.#value
  }

  restore(state: unknown): void {
    this.#value = state as number
  }
}

/** GET, SET, DEL and INCR as a Redis server has them, on strings. */
export class KeyValueStore implements StateMachine {
  #values = new Map<string, string>()

  apply(operation: unknown): readonly RedisValue[] {
    const { commands } = operation as RedisRequest
    return (commands ?? []).map((command) => this.#execute(command))
  }

  snapshot(): unknown {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1))
  }

  restore(state: unknown): void {
    this.#values = new Map(state as [string, string][])
  }

  #execute({ command, args }: RedisCommand): RedisValue {
    const key = String(args[0])
    switch (command.toUpperCase()) {
      case 'GET':
        return this.#values.get(key) ?? null
      case 'SET':
        this.#values.set(key, String(args[1]))
        return 'OK'
      case 'DEL':
        return this.#values.delete(key) ? 1 : 0
      case 'INCR': {
        const next = Number(this.#values.get(key) ?? 0) + 1
        this.#values.set(key, String(next))
        return next
      }
      default:
        return { error: `ERR unknown command '${command}'` }
    }
  }
}
