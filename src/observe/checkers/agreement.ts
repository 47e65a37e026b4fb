// Agreement: whatever is decided in an instance of a group is decided alike by everyone.
// Source: the first property of consensus (Lamport, "Paxos made simple", 2001; "state machine safety" of Raft, 2014).

import { count } from '../../parameters.ts'
import { defineChecker } from './checker.ts'
import { Stated, valueInWords } from './fact-words.ts'
import { counted } from './verdicts.ts'
import { Windows } from './window.ts'

export const agreement = defineChecker({
  name: 'agreement',
  meaning: 'no two values are decided in one instance of a group',
  parameters: {
    window: count({ meaning: 'decided instances of a group that are remembered', default: 10_000, min: 1 }),
  },
  create({ window }, violated) {
    /** Group → instance → the first decision. */
    const groups = new Windows<number, Stated>(window)
    let decisions = 0
    return {
      hears: {
        decided(at, by, fact) {
          decisions++
          const instances = groups.of(fact.group)
          const first = instances.get(fact.instance)
          if (first === undefined) {
            instances.set(fact.instance, new Stated(at, by, fact))
            return
          }
          const { value } = first.fact as typeof fact
          if (value === fact.value) return
          violated(at, () => ({
            what: `${fact.group}[${fact.instance}] was decided twice: ${valueInWords(value)} and ${valueInWords(fact.value)}`,
            events: [first.evidence, new Stated(at, by, fact).evidence],
          }))
        },
      },
      finish() {
        if (decisions === 0) return undefined
        const told = `${counted(decisions, 'decision')} in ${counted(groups.names, 'group')}`
        return { pass: true, detail: told + groups.limits('instances of a group') }
      },
    }
  },
})
