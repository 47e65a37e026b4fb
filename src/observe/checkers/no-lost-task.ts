// No task is lost: what was submitted is done in the end, or dropped with its submitter told. A task under way is not lost.
// It is lost if it is not done where nothing is left to do, or not within a time that the scenario states; otherwise a
// task that is still under way when the run is cut off leaves the verdict open.

import { Fifo } from '../../env/fifo.ts'
import { duration, optional } from '../../parameters.ts'
import { format, formatNumber, type Nanos } from '../../units.ts'
import { defineChecker } from './checker.ts'
import { Stated } from './fact-words.ts'
import { counted } from './verdicts.ts'
import { entryOf } from './window.ts'

/** Evidence is at most so long. */
const MOST_SHOWN = 4

/** Tasks of a queue that are not done, with their submissions. */
class Open {
  readonly tasks = new Map<string, Stated>()
  /** The same, and some that are done, oldest first; kept only where there is a time limit. */
  readonly byAge = new Fifo<readonly [task: string, submission: Stated]>()
}

export const noLostTask = defineChecker({
  name: 'no-lost-task',
  meaning: 'every task submitted is done, or dropped with its submitter told',
  parameters: {
    within: optional(
      duration({
        meaning: 'after what time a task that is not done is lost; without it, at rest only',
        min: 1,
      }),
    ),
  },
  create({ within }, violated) {
    const queues = new Map<string, Open>()
    let submitted = 0
    let done = 0
    let dropped = 0

    /** Those that have been waiting for too long. */
    function judge(now: Nanos, queue: string, { tasks, byAge }: Open): void {
      if (within === undefined) return
      for (let next = byAge.shift(); next; next = byAge.shift()) {
        const [task, submission] = next
        if (tasks.get(task) !== submission) continue
        if (now - submission.at <= within) {
          byAge.unshift(next)
          return
        }
        tasks.delete(task)
        violated(submission.at + within, () => ({
          what: `${task} of ${queue} was not done within ${format(within, 'ns')}`,
          events: [submission.evidence],
        }))
      }
    }
    function leave(at: Nanos, queue: string, task: string): void {
      const open = queues.get(queue)
      if (!open) return
      judge(at, queue, open)
      open.tasks.delete(task)
    }
    return {
      hears: {
        submitted(at, by, fact) {
          submitted++
          const open = entryOf(queues, fact.queue, () => new Open())
          judge(at, fact.queue, open)
          // Submitted again, it is the same task.
          if (open.tasks.has(fact.task)) return
          const submission = new Stated(at, by, fact)
          open.tasks.set(fact.task, submission)
          if (within !== undefined) open.byAge.push([fact.task, submission])
        },
        done(at, _by, { queue, task }) {
          done++
          leave(at, queue, task)
        },
        dropped(at, _by, { queue, task }) {
          dropped++
          leave(at, queue, task)
        },
      },
      finish(at, rest) {
        if (submitted === 0) return undefined
        for (const [queue, open] of queues) judge(at, queue, open)
        const open = [...queues.values()].flatMap(({ tasks }) => [...tasks.values()])
        const told = `${counted(done, 'task')} done${dropped > 0 ? `, ${formatNumber(dropped)} dropped` : ''}`
        if (open.length === 0) return { pass: true, detail: told }
        if (rest) {
          const names = [...queues].flatMap(([name, { tasks }]) => (tasks.size > 0 ? [name] : []))
          violated(at, () => ({
            what: `${counted(open.length, 'task')} of ${names.join(', ')} ${open.length === 1 ? 'was' : 'were'} not done when nothing was left to do`,
            events: open.slice(0, MOST_SHOWN).map(({ evidence }) => evidence),
          }))
        }
        const oldest = open.reduce((least, task) => Math.min(least, task.at), at)
        return {
          pass: null,
          detail: `${told}; ${formatNumber(open.length)} more under way at the end, the oldest for ${format(at - oldest, 'ns')}`,
        }
      },
    }
  },
})
