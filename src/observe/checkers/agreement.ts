// Agreement: whatever is decided in an instance of a group is decided alike by everyone.
// Source: the first property of consensus (Lamport, "Paxos made simple", 2001; "state machine safety" of Raft, 2014).

import { count } from '../../parameters.ts'
import { defineChecker } from './checker.ts'
import { evidenceOf, valueInWords } from './fact-words.ts'
import { Numbered } from './numbered.ts'
import { counted } from './verdicts.ts'
import { Named } from './window.ts'

export const agreement = defineChecker({
  name: 'agreement',
  meaning: 'no two values are decided in one instance of a group',
  parameters: {
    window: count({ meaning: 'decided instances of a group that are remembered', default: 4096, min: 1 }),
  },
  create({ window }, violated) {
    /** Group → instance → the first decision. */
    const groups = new Named(() => new Numbered<string>(window))
    let decisions = 0
    return {
      hears: {
        decided(at, by, fact) {
          const { group, instance, value } = fact
          const instances = groups.of(group)
          const place = instances.find(instance)
          decisions++
          if (place < 0) instances.add(instance, value, by, at)
          else if (instances.valueAt(place) !== value)
            violated(at, () => ({
              what: `${group}[${instance}] was decided twice: ${valueInWords(instances.valueAt(place))} and ${valueInWords(value)}`,
              events: [
                evidenceOf(instances.timeAt(place), instances.byAt(place), {
                  ...fact,
                  value: instances.valueAt(place),
                }),
                evidenceOf(at, by, fact),
              ],
            }))
        },
      },
      finish() {
        if (decisions === 0) return undefined
        const told = `${counted(decisions, 'decision')} in ${counted(groups.names, 'group')}`
        return { pass: true, detail: told + groups.limits(window, 'instances of a group') }
      },
    }
  },
})
