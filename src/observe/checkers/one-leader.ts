// Election safety: in each term of a group at most one process is elected. Source: Raft, 2014, figure 3.
// That two leaders of different terms act at the same time is no violation: one of them does not know yet.

import { count } from '../../parameters.ts'
import { defineChecker } from './checker.ts'
import { evidenceOf } from './fact-words.ts'
import { Numbered } from './numbered.ts'
import { counted } from './verdicts.ts'
import { Named } from './window.ts'

export const oneLeader = defineChecker({
  name: 'one-leader',
  meaning: 'no two processes are elected in one term of a group',
  parameters: {
    window: count({ meaning: 'terms of a group that are remembered', default: 4096, min: 1 }),
  },
  create({ window }, violated) {
    /** Group → term → the first to be elected. */
    const groups = new Named(() => new Numbered<true>(window))
    let elections = 0
    return {
      hears: {
        elected(at, by, fact) {
          const terms = groups.of(fact.group)
          const place = terms.find(fact.term)
          if (place < 0) {
            elections++
            terms.add(fact.term, true, by, at)
            return
          }
          const first = terms.byAt(place)
          if (first.name === by.name) return
          violated(at, () => ({
            what: `${fact.group} has two leaders in term ${fact.term}: ${first.name} and ${by.name}`,
            events: [evidenceOf(terms.timeAt(place), first, fact), evidenceOf(at, by, fact)],
          }))
        },
      },
      finish() {
        if (elections === 0) return undefined
        const told = `${counted(elections, 'term')} with a leader in ${counted(groups.names, 'group')}`
        return { pass: true, detail: told + groups.limits(window, 'terms of a group') }
      },
    }
  },
})
