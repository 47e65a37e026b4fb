// Validity: whatever is decided was proposed, in the same instance, by somebody. A group whose processes state no proposals
// cannot be judged.

import { count } from '../../parameters.ts'
import { formatNumber } from '../../units.ts'
import { defineChecker } from './checker.ts'
import { evidenceOf, valueInWords } from './fact-words.ts'
import { Numbered } from './numbered.ts'
import { counted } from './verdicts.ts'
import { Named } from './window.ts'

/** One value, as is the rule, or several. */
type Values = string | Set<string>

export const validity = defineChecker({
  name: 'validity',
  meaning: 'what is decided was proposed in that instance before',
  parameters: {
    window: count({ meaning: 'instances of a group whose proposals are remembered', default: 4096, min: 1 }),
  },
  create({ window }, violated) {
    /** Group → instance → the values proposed. */
    const groups = new Named(() => new Numbered<Values>(window))
    let judged = 0
    let unjudged = 0
    return {
      hears: {
        proposed(at, by, { group, instance, value }) {
          const instances = groups.of(group)
          const place = instances.find(instance)
          if (place < 0) {
            instances.add(instance, value, by, at)
            return
          }
          const values = instances.valueAt(place)
          if (typeof values !== 'string') values.add(value)
          else if (values !== value) instances.replace(place, new Set([values, value]))
        },
        decided(at, by, fact) {
          const { group, instance, value } = fact
          const instances = groups.find(group)
          const place = instances?.find(instance) ?? -1
          // Its proposals are forgotten, or nobody of the group states any.
          if (place < 0 && (instances?.forgotten ?? true)) {
            unjudged++
            return
          }
          judged++
          const values = place < 0 ? new Set<string>() : instances!.valueAt(place)
          if (values === value || (typeof values !== 'string' && values.has(value))) return
          const known = typeof values === 'string' ? [values] : [...values].slice(0, 3)
          violated(at, () => ({
            what: `${group}[${instance}] was decided to be ${valueInWords(value)}, which nobody proposed; proposed: ${known.map(valueInWords).join(', ') || 'nothing'}`,
            events: [
              ...(place < 0
                ? []
                : [
                    evidenceOf(instances!.timeAt(place), instances!.byAt(place), {
                      ...fact,
                      fact: 'proposed',
                      value: known[0]!,
                    }),
                  ]),
              evidenceOf(at, by, fact),
            ],
          }))
        },
      },
      finish() {
        if (judged + unjudged === 0) return undefined
        const told = `${counted(judged, 'decision')} of proposed values`
        if (unjudged === 0)
          return { pass: true, detail: told + groups.limits(window, 'instances of a group') }
        return {
          pass: judged === 0 ? null : true,
          detail: `${told}; ${formatNumber(unjudged)} without a proposal that is remembered`,
        }
      },
    }
  },
})
