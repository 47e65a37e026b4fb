// When to switch: another topology has scored better by the threshold, in so many evaluations in a row, and the running one has
// had its time. Two things keep it from flapping. The threshold is a dead band: what was just left must score better by as much to be
// come back to, so two topologies of equal worth are never swapped. And no two switches are nearer than the dwell time, whatever
// the scores do (a minimum dwell, as switched control systems have it: Morse 1996; Hespanha and Morse 1999).
// Left out: whether what is gained repays the switch; the threshold stands for it, as in the document.

import type { Nanos } from '../../units.ts'
import type { Ranked } from './optimiser.ts'
import { advantage } from './optimiser-scores.ts'

export interface DecisionTerms {
  /** By how much another must score better: 0.2 for 20 %. */
  readonly threshold: number
  /** The running one is kept for so long at least. */
  readonly dwell: Nanos
  /** In so many evaluations in a row the same other one must be better, at least 1. */
  readonly confirmations: number
}

/** 1.2 / 1 - 1 is a little less than 0.2 in floating point; whoever is better by exactly the threshold is good enough. */
const ROUNDING = 1e-9

export class SwitchDecision<Name extends string> {
  readonly #terms: DecisionTerms
  #since: Nanos
  #challenger: Name | undefined
  #confirmed = 0

  /** @param since when the running topology was begun */
  constructor(terms: DecisionTerms, since: Nanos) {
    this.#terms = terms
    this.#since = since
  }

  /** A topology has been begun, by this decision or another's. */
  began(now: Nanos): void {
    this.#since = now
    this.#challenger = undefined
    this.#confirmed = 0
  }

  /** What to switch to after this evaluation, if to anything; `ranking` is best first and has the running one in it. */
  decide(now: Nanos, running: Name, ranking: readonly Ranked<Name>[]): Name | undefined {
    const { threshold, dwell, confirmations } = this.#terms
    const best = ranking[0]!
    const current = ranking.find(({ topology }) => topology === running)!
    const better = best.topology !== running && advantage(best.score, current.score) >= threshold - ROUNDING
    if (!better) {
      this.#challenger = undefined
      this.#confirmed = 0
      return undefined
    }
    this.#confirmed = this.#challenger === best.topology ? this.#confirmed + 1 : 1
    this.#challenger = best.topology
    return this.#confirmed >= confirmations && now - this.#since >= dwell ? best.topology : undefined
  }
}
