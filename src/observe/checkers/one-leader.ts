// Election safety: in each term of a group at most one process is elected. Source: Raft, 2014, figure 3.
// That two leaders of different terms act at the same time is no violation: one of them does not know yet.

import { count } from '../../parameters.ts'
import { defineChecker } from './checker.ts'
import { Stated } from './fact-words.ts'
import { counted } from './verdicts.ts'
import { Windows } from './window.ts'

export const oneLeader = defineChecker({
  name: 'one-leader',
  meaning: 'no two processes are elected in one term of a group',
  parameters: {
    window: count({ meaning: 'terms of a group that are remembered', default: 10_000, min: 1 }),
  },
  create({ window }, violated) {
    /** Group → term → the first to be elected. */
    const groups = new Windows<number, Stated>(window)
    let elections = 0
    return {
      hears: {
        elected(at, by, fact) {
          const terms = groups.of(fact.group)
          const first = terms.get(fact.term)
          if (first === undefined) {
            elections++
            terms.set(fact.term, new Stated(at, by, fact))
          } else if (first.process !== by.name)
            violated(at, () => ({
              what: `${fact.group} has two leaders in term ${fact.term}: ${first.process} and ${by.name}`,
              events: [first.evidence, new Stated(at, by, fact).evidence],
            }))
        },
      },
      finish() {
        if (elections === 0) return undefined
        const told = `${counted(elections, 'term')} with a leader in ${counted(groups.names, 'group')}`
        return { pass: true, detail: told + groups.limits('terms of a group') }
      },
    }
  },
})
