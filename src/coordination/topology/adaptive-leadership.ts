// Who leads an adaptive swarm: the first in rank that is up. It polls all others once a window; one that has not been polled for
// three windows, and one more for each agent before it in rank, leads itself; of two that lead, the later in rank gives way. For a while
// there may be two, or none. That does no harm, as nothing but the decision to switch depends on it: epochs of two deciders differ, all
// follow the later one, and a switch is decided only by one to whom more than half of the agents have reported.

import type { Address, Env, Timer } from '../../env/index.ts'
import type { Nanos } from '../../units.ts'

/** Windows without a poll, after which the first in rank takes over. */
const PATIENCE = 3

export class Leadership {
  readonly #env: Env
  readonly #ranks: ReadonlyMap<string, number>
  readonly #rank: number
  readonly #window: Nanos
  readonly #lead: () => void
  #timer: Timer | undefined
  #leads = false

  /** @param lead called once a window while this agent leads */
  constructor(env: Env, members: readonly Address[], window: Nanos, lead: () => void) {
    this.#env = env
    this.#ranks = new Map(members.map(({ name }, rank) => [name, rank]))
    this.#rank = this.#ranks.get(env.self.name)!
    this.#window = window
    this.#lead = lead
    this.#await()
  }

  get rank(): number {
    return this.#rank
  }

  get leads(): boolean {
    return this.#leads
  }

  /** A poll has come. */
  polled(from: Address): void {
    if (this.#leads && this.#ranks.get(from.name)! > this.#rank) return
    this.#leads = false
    this.#await()
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #await(): void {
    this.#timer?.cancel()
    this.#timer = this.#env.after((PATIENCE + this.#rank) * this.#window, () => {
      this.#leads = true
      this.#go()
    })
  }

  #go(): void {
    if (!this.#leads) return
    this.#timer = this.#env.after(this.#window, () => this.#go())
    this.#lead()
  }
}
