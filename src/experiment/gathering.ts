// The records of one variant as they come in, in any order.

import { invariant } from '../errors.ts'
import { MIRROR } from '../kernel/random.ts'
import { meanOf } from '../results/antithetic.ts'
import type { RunRecord } from '../run/replication.ts'
import { verify } from './determinism.ts'
import type { Job } from './job.ts'
import { refuseStopped } from './stopped.ts'

interface Slot {
  twice: boolean
  first?: RunRecord
  second?: RunRecord
}

export class Gathering {
  readonly #name: string
  /** Files of code that the scenario brings. */
  readonly #foreign: readonly string[]
  /** Seed → what has come of it, in the order in which they are expected. */
  readonly #slots = new Map<string, Slot>()
  /** Events of all its seeds. */
  events = 0

  constructor(name: string, foreign: readonly string[]) {
    this.#name = name
    this.#foreign = foreign
  }

  /** @param again a second run of the seed is expected, which is to agree with the first */
  expect(seed: string, again: boolean): void {
    const slot = this.#slots.get(seed)
    if (slot) slot.twice ||= again
    else this.#slots.set(seed, { twice: again })
  }

  /** Whether all of the seed is there now. Throws StoppedError, and DeterminismError where two runs differ. */
  take({ seed, again }: Job, record: RunRecord): boolean {
    refuseStopped(record, this.#name)
    const slot = this.#slots.get(seed)!
    const [firstSeed] = this.#slots.keys()
    slot[again ? 'second' : 'first'] = seed === firstSeed ? record : withoutSeries(record)
    const { twice, first, second } = slot
    if (!first || (twice && !second)) return false
    if (second) verify(first, second, this.#foreign)
    delete slot.second
    this.events += first.events
    return true
  }

  /** What each seed counts for: its record, or the mean of it and its mirror image's where that was run. In the order of the seeds. */
  get samples(): readonly Sample[] {
    const records = new Map(this.records.map((record) => [record.seed, record]))
    return [...records].flatMap(([seed, record]) => {
      if (seed.startsWith(MIRROR)) return []
      const mirrored = records.get(MIRROR + seed)
      return [{ seed, recorded: mirrored ? meanOf(record.recorded, mirrored.recorded) : record.recorded }]
    })
  }

  /** In the order of the seeds; all must be there. */
  get records(): readonly RunRecord[] {
    return [...this.#slots].map(([seed, { first }]) => {
      invariant(first !== undefined, `seed ${seed} of ${this.#name} has not been run`)
      return first
    })
  }
}

/** What one seed counts for. */
export type Sample = Pick<RunRecord, 'seed' | 'recorded'>

/** Only the first seed's series are shown, and they are most of what a record holds. */
const withoutSeries = (record: RunRecord): RunRecord =>
  record.recorded ? { ...record, recorded: { ...record.recorded, series: {} } } : record
