// What a store's callers have been told of each counter: what of it is acknowledged, and what may have been added besides.
// A counter that holds less has lost something, one that holds more has had something twice. An audit looks.

import type { Nanos } from '../../units.ts'

interface Account {
  acknowledged: number
  /** Under way, or ended without anybody knowing how. */
  uncertain: number
  /** The highest value that was acknowledged, and when. */
  highest: number
  highestAt: Nanos
}

/** What a counter must hold by now: at least what was acknowledged before it was read, at most what was ever added. */
export interface Bounds {
  readonly least: number
  most(): number
}

export class Ledger {
  readonly #accounts = new Map<string, Account>()

  get keys(): readonly string[] {
    return [...this.#accounts.keys()]
  }

  begin(key: string, by: number): void {
    this.#of(key).uncertain += by
  }

  /** It is done, and the counter was this much then. */
  done(key: string, by: number, value: number, now: Nanos): void {
    const account = this.#of(key)
    account.uncertain -= by
    account.acknowledged += by
    if (value <= account.highest) return
    account.highest = value
    account.highestAt = now
  }

  /** It has had no effect and never will. */
  failed(key: string, by: number): void {
    this.#of(key).uncertain -= by
  }

  /** The highest value that a reader who begins now must not fall short of. */
  floor(key: string): { readonly value: number; readonly at: Nanos } | undefined {
    const account = this.#accounts.get(key)
    return account && { value: account.highest, at: account.highestAt }
  }

  bounds(key: string): Bounds {
    const account = this.#of(key)
    return { least: account.acknowledged, most: () => account.acknowledged + account.uncertain }
  }

  #of(key: string): Account {
    const known = this.#accounts.get(key)
    if (known) return known
    const account = { acknowledged: 0, uncertain: 0, highest: 0, highestAt: 0 }
    this.#accounts.set(key, account)
    return account
  }
}
