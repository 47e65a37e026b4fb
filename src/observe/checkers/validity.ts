// Validity: whatever is decided was proposed, in the same instance, by somebody. A group whose processes state no proposals
// cannot be judged.

import { count } from '../../parameters.ts'
import { formatNumber } from '../../units.ts'
import { defineChecker } from './checker.ts'
import { Stated, valueInWords } from './fact-words.ts'
import { counted } from './verdicts.ts'
import { Windows } from './window.ts'

export const validity = defineChecker({
  name: 'validity',
  meaning: 'what is decided was proposed in that instance before',
  parameters: {
    window: count({
      meaning: 'instances of a group whose proposals are remembered',
      default: 10_000,
      min: 1,
    }),
  },
  create({ window }, violated) {
    /** Group → instance → the values proposed. */
    const groups = new Windows<number, Set<string>>(window)
    let judged = 0
    let unjudged = 0
    return {
      hears: {
        proposed(_at, _by, { group, instance, value }) {
          const instances = groups.of(group)
          const values = instances.get(instance)
          if (values) values.add(value)
          else instances.set(instance, new Set([value]))
        },
        decided(at, by, fact) {
          const instances = groups.find(fact.group)
          const values = instances?.get(fact.instance)
          // Its proposals are forgotten, or nobody of the group states any.
          if (!values && (instances?.forgotten ?? 1) > 0) {
            unjudged++
            return
          }
          judged++
          if (values?.has(fact.value)) return
          violated(at, () => ({
            what: `${fact.group}[${fact.instance}] was decided to be ${valueInWords(fact.value)}, which nobody proposed; proposed: ${values ? [...values].slice(0, 3).map(valueInWords).join(', ') : 'nothing'}`,
            events: [new Stated(at, by, fact).evidence],
          }))
        },
      },
      finish() {
        if (judged + unjudged === 0) return undefined
        const told = `${counted(judged, 'decision')} of proposed values`
        if (unjudged === 0) return { pass: true, detail: told + groups.limits('instances of a group') }
        return {
          pass: judged === 0 ? null : true,
          detail: `${told}; ${formatNumber(unjudged)} without a proposal that is remembered`,
        }
      },
    }
  },
})
