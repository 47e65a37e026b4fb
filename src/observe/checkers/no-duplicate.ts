// A task that nobody may do twice is done at most once. Two processes that both say so have both done it, however rightly
// each believed itself to be the only one.

import { count } from '../../parameters.ts'
import { defineChecker } from './checker.ts'
import { Stated } from './fact-words.ts'
import { counted } from './verdicts.ts'
import { Windows } from './window.ts'

/** A task to be done once: its submission, then how it was done. */
interface Once {
  readonly submitted: Stated
  done: Stated | undefined
}

export const noDuplicate = defineChecker({
  name: 'no-duplicate',
  meaning: 'no task that is to be done once is done twice',
  parameters: {
    window: count({ meaning: 'tasks of a queue that are remembered, done or not', default: 20_000, min: 1 }),
  },
  create({ window }, violated) {
    const queues = new Windows<string, Once>(window)
    let done = 0
    return {
      hears: {
        submitted(at, by, fact) {
          if (!fact.once) return
          const tasks = queues.of(fact.queue)
          if (!tasks.get(fact.task))
            tasks.set(fact.task, { submitted: new Stated(at, by, fact), done: undefined })
        },
        done(at, by, fact) {
          const task = queues.find(fact.queue)?.get(fact.task)
          if (!task) return
          const { submitted, done: first } = task
          if (first)
            violated(at, () => ({
              what: `${fact.task} of ${fact.queue} was done twice: by ${first.process} and by ${by.name}`,
              events: [submitted, first, new Stated(at, by, fact)].map(({ evidence }) => evidence),
            }))
          else {
            done++
            task.done = new Stated(at, by, fact)
          }
        },
      },
      finish: () =>
        queues.names === 0
          ? undefined
          : { pass: true, detail: `${counted(done, 'task')} done once${queues.limits('tasks of a queue')}` },
    }
  },
})
