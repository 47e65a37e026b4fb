// A key-value store is linearisable: it behaves as if each operation took effect at one instant between its call and its
// return. Keys are judged one by one, which is the same (Herlihy and Wing, TOPLAS 1990: linearisability is local).
// Each key begins absent. A key that is written in a way that cannot be followed (INCR, EXPIRE …) is judged up to there,
// and a key of which a read was wrong, no further.

import { count } from '../../parameters.ts'
import { formatNumber, type Nanos } from '../../units.ts'
import { defineChecker } from './checker.ts'
import { valueInWords } from './fact-words.ts'
import { type Followed, Histories, type Operation, storeParameters } from './operations.ts'
import { type Judgement, RegisterHistory } from './register-history.ts'
import { counted } from './verdicts.ts'

/** Operations of a key that are shown as evidence. */
const RECENT = 8

class Key {
  readonly history: RegisterHistory
  readonly recent: Operation[] = []

  constructor(limit: number) {
    this.history = new RegisterHistory(limit)
  }

  remember(operation: Operation): void {
    this.recent.push(operation)
    if (this.recent.length > RECENT) this.recent.shift()
  }
}

export const linearizable = defineChecker({
  name: 'linearizable',
  meaning: 'a key-value store behaves as if each operation took effect at one instant while it was under way',
  asked: true,
  parameters: {
    ...storeParameters,
    limit: count({
      meaning:
        'orders of the operations under way that are looked at, for each answer, before a key is given up',
      default: 100_000,
      min: 1,
    }),
  },
  create({ store, limit, keys }, violated) {
    const histories = new Histories({ store, keys, newKey: () => new Key(limit) })
    let judged = 0
    let givenUp = 0

    function conclude(at: Nanos, key: Followed<Key>, judgement: Judgement): void {
      if (judgement.kind === 'fine') return
      const { recent } = key.state!
      key.state = undefined
      if (judgement.kind === 'given-up') {
        givenUp++
        return
      }
      const { operation, possible } = judgement
      const what = `${operation.key} of ${key.store} was read as ${valueInWords(operation.value)}`
      violated(at, () => ({
        what: operation.write
          ? `${what}, the write of which failed`
          : `${what}; it could only be ${possible.slice(0, 4).map(valueInWords).join(' or ')}`,
        events: recent.map(({ evidence }) => evidence).sort((a, b) => a.at - b.at),
      }))
    }
    return {
      hears: {
        invoked(at, by, fact) {
          const begun = histories.invoked(at, by, fact)
          if (!begun) return
          const { operation, key } = begun
          if (operation.write) key.state!.remember(operation)
          conclude(at, key, key.state!.history.invoke(operation))
        },
        returned(at, by, fact) {
          const ended = histories.returned(at, by, fact)
          if (!ended) return
          const { operation, key } = ended
          judged++
          if (!operation.write && operation.outcome === 'ok') key.state!.remember(operation)
          conclude(at, key, key.state!.history.return(operation))
        },
      },
      finish(at) {
        if (!histories.any) return { pass: null, detail: 'no operation on a store was seen' }
        for (const key of histories.keys()) if (key.state) conclude(at, key, key.state.history.finish())
        const { followed, unjudged } = histories
        const told = `${counted(judged, 'operation')} on ${counted(followed, 'key')}`
        const beyond = unjudged > 0 ? `; ${formatNumber(unjudged)} more could not be followed` : ''
        if (givenUp === 0) return { pass: judged > 0 ? true : null, detail: told + beyond }
        return {
          pass: null,
          detail: `${told}${beyond}; ${counted(givenUp, 'key')} given up after ${formatNumber(limit)} orders of what was under way`,
        }
      },
    }
  },
})
