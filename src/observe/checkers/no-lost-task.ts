// No task is lost: what was submitted is done in the end, or dropped with its submitter told. A task under way is not lost.
// It is lost if it is not done where nothing is left to do, or not within a time that the scenario states; otherwise a
// task that is still under way when the run is cut off leaves the verdict open.

import { duration, optional } from '../../parameters.ts'
import { format, formatNumber, type Nanos } from '../../units.ts'
import { defineChecker } from './checker.ts'
import { Stated } from './fact-words.ts'
import { counted } from './verdicts.ts'
import { entryOf } from './window.ts'

/** Evidence is at most so long. */
const MOST_SHOWN = 4

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
  create({ within = Number.POSITIVE_INFINITY }, violated) {
    /** Queue → task → its submission, oldest first. */
    const queues = new Map<string, Map<string, Stated>>()
    let submitted = 0
    let done = 0
    let dropped = 0

    function lose(now: Nanos, tasks: Map<string, Stated>, task: Stated): void {
      const fact = task.fact as { task: string; queue: string }
      tasks.delete(fact.task)
      violated(task.at + within, () => ({
        what: `${fact.task} of ${fact.queue} was not done within ${format(within, 'ns')}`,
        events: [task.evidence, { at: now, process: task.process, event: `${fact.task} is not done` }],
      }))
    }
    /** Those that have been waiting for too long. */
    function judge(now: Nanos, tasks: Map<string, Stated>): void {
      for (const task of tasks.values()) {
        if (now - task.at <= within) return
        lose(now, tasks, task)
      }
    }
    return {
      hears: {
        submitted(at, by, fact) {
          submitted++
          const tasks = entryOf(queues, fact.queue, () => new Map<string, Stated>())
          // Submitted again, it is the same task.
          if (!tasks.has(fact.task)) tasks.set(fact.task, new Stated(at, by, fact))
          judge(at, tasks)
        },
        done(at, _by, { queue, task }) {
          done++
          const tasks = queues.get(queue)
          if (!tasks) return
          judge(at, tasks)
          tasks.delete(task)
        },
        dropped(at, _by, { queue, task }) {
          dropped++
          const tasks = queues.get(queue)
          if (!tasks) return
          judge(at, tasks)
          tasks.delete(task)
        },
      },
      finish(at, rest) {
        if (submitted === 0) return undefined
        for (const tasks of queues.values()) judge(at, tasks)
        const open = [...queues.values()].flatMap((tasks) => [...tasks.values()])
        if (open.length > 0 && rest)
          violated(at, () => ({
            what: `${counted(open.length, 'task')} of ${[...queues].flatMap(([name, { size }]) => (size > 0 ? [name] : [])).join(', ')} ${open.length === 1 ? 'was' : 'were'} not done when nothing was left to do`,
            events: open.slice(0, MOST_SHOWN).map(({ evidence }) => evidence),
          }))
        const told = `${counted(done, 'task')} done${dropped > 0 ? `, ${formatNumber(dropped)} dropped` : ''}`
        if (open.length === 0) return { pass: true, detail: told }
        const oldest = Math.min(...open.map((task) => task.at))
        return {
          pass: null,
          detail: `${told}; ${formatNumber(open.length)} more under way at the end, the oldest for ${format(at - oldest, 'ns')}`,
        }
      },
    }
  },
})
