// Monotonic reads: who has read a value does not read an older one later. Source: Terry et al., "Session guarantees for
// weakly consistent replicated data", PDIS 1994. A value is older where every write of it had returned before the first
// write of the other was called, so that values which are written more than once, or at the same time, accuse nobody.
// A session is a process in one of its lives; the clients of the workload are one together. This is less than
// linearisability asks: it holds of a store whose replicas lag as long as everyone stays with one replica.

import { count } from '../../parameters.ts'
import { formatNumber, type Nanos } from '../../units.ts'
import { defineChecker, type Speaker } from './checker.ts'
import { valueInWords } from './fact-words.ts'
import { type Followed, Histories, type Operation, storeParameters, type Value } from './operations.ts'
import { counted } from './verdicts.ts'
import { Window } from './window.ts'

/** Sessions of a key that are remembered, those that read it first. */
const SESSIONS = 1000

/** All writes of one value of a key. */
class Written {
  /** How many may still take effect. */
  open = 0
  lastReturned: Nanos = -1

  constructor(readonly first: Operation | undefined) {}

  get firstCalled(): Nanos {
    return this.first?.invokedAt ?? -1
  }
}

/** The newest value that a session has read of a key. */
interface Seen {
  readonly epoch: number
  readonly value: Written
  readonly read: Operation
}

class Key {
  /** What a key is before anybody writes it. */
  readonly #absent = new Written(undefined)
  readonly #values: Window<Value, Written>
  readonly #sessions = new Window<Speaker, Seen>(SESSIONS)

  constructor(size: number) {
    this.#values = new Window(size)
  }

  written(value: Value): Written | undefined {
    return value === null ? this.#absent : this.#values.get(value)
  }

  write(operation: Operation): void {
    const value = operation.value!
    let written = this.written(value)
    if (!written) {
      written = new Written(operation)
      this.#values.set(value, written)
    }
    written.open++
  }

  seenBy(by: Speaker): Seen | undefined {
    const seen = this.#sessions.get(by)
    return seen?.epoch === by.epoch ? seen : undefined
  }

  see(read: Operation, value: Written): void {
    const { by } = read
    const seen = this.seenBy(by)
    if (!seen || seen.value.firstCalled < value.firstCalled)
      this.#sessions.set(by, { epoch: by.epoch, value, read })
  }
}

export const monotonicReads = defineChecker({
  name: 'monotonic-reads',
  meaning: 'who has read a value of a key does not read an older one later',
  asked: true,
  parameters: {
    ...storeParameters,
    values: count({ meaning: 'values of a key that are remembered, the last ones', default: 100, min: 2 }),
  },
  create({ store, values, keys }, violated) {
    const histories = new Histories({ store, keys, newKey: () => new Key(values) })
    /** What its session had seen when a read was called. */
    const before = new WeakMap<Operation, Seen>()
    let reads = 0
    let forgotten = 0

    function judge(at: Nanos, { store, state: key }: Followed<Key>, read: Operation): void {
      const seen = before.get(read)
      // What it had seen holds the read before it, which must not hold the one before that.
      before.delete(read)
      const value = key!.written(read.value!)
      if (!value) {
        forgotten++
        return
      }
      reads++
      if (!seen || value.open > 0 || value.lastReturned >= seen.value.firstCalled) key!.see(read, value)
      else
        violated(at, () => ({
          what: `${read.by.name} read ${read.key} of ${store} as ${valueInWords(read.value)} after it had read ${valueInWords(seen.read.value)}, which is newer`,
          events: [value.first, seen.value.first, seen.read, read]
            .filter((each) => each !== undefined)
            .map(({ evidence }) => evidence),
        }))
    }
    return {
      hears: {
        invoked(at, by, fact) {
          const begun = histories.invoked(at, by, fact)
          if (!begun) return
          const { operation, key } = begun
          if (operation.write) {
            key.state!.write(operation)
            return
          }
          const seen = key.state!.seenBy(by)
          if (seen) before.set(operation, seen)
        },
        returned(at, by, fact) {
          const ended = histories.returned(at, by, fact)
          if (!ended) return
          const { operation, key } = ended
          const { write, outcome } = operation
          if (!write && outcome === 'ok') judge(at, key, operation)
          if (!write || outcome === 'unknown') return
          const written = key.state!.written(operation.value!)
          if (!written) return
          written.open--
          written.lastReturned = at
        },
      },
      finish() {
        if (!histories.any) return { pass: null, detail: 'no operation on a store was seen' }
        const left = forgotten + histories.unjudged
        const beyond = left > 0 ? `; ${formatNumber(left)} more could not be followed` : ''
        return { pass: reads > 0 ? true : null, detail: `${counted(reads, 'read')}${beyond}` }
      },
    }
  },
})
