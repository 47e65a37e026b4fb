// A task that nobody may do twice is done at most once. Two processes that both say so have both done it, however rightly
// each believed itself to be the only one.

import type { Fact } from '../../env/fact.ts'
import { count } from '../../parameters.ts'
import type { Nanos } from '../../units.ts'
import { defineChecker, type Speaker } from './checker.ts'
import { evidenceOf } from './fact-words.ts'
import { counted } from './verdicts.ts'
import { Named } from './window.ts'

/** The submissions of tasks, and how they were done: columns, as nothing should be made for a task. */
class Tasks {
  readonly places = new Map<string, number>()
  readonly submittedAt: Nanos[] = []
  readonly submittedBy: Speaker[] = []
  readonly doneAt: Nanos[] = []
  readonly doneBy: (Speaker | undefined)[] = []

  add(task: string, by: Speaker, at: Nanos): void {
    this.places.set(task, this.submittedAt.length)
    this.submittedAt.push(at)
    this.submittedBy.push(by)
    this.doneAt.push(0)
    this.doneBy.push(undefined)
  }
}

/** The tasks of a queue, in two generations: when the young one is full, the old one is forgotten. */
class Queue {
  forgotten = false
  young = new Tasks()
  old = new Tasks()
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  submit(task: string, by: Speaker, at: Nanos): void {
    const { young, old } = this
    if (young.places.has(task) || old.places.has(task)) return
    young.add(task, by, at)
    if (young.places.size < this.#size) return
    this.forgotten ||= old.places.size > 0
    this.old = young
    this.young = new Tasks()
  }
}

export const noDuplicate = defineChecker({
  name: 'no-duplicate',
  meaning: 'no task that is to be done once is done twice',
  parameters: {
    window: count({
      meaning: 'tasks of a queue that are remembered at least, done or not',
      default: 5000,
      min: 1,
    }),
  },
  create({ window }, violated) {
    const queues = new Named(() => new Queue(window))
    let done = 0
    return {
      hears: {
        submitted(at, by, { queue, task, once }) {
          if (once) queues.of(queue).submit(task, by, at)
        },
        done(at, by, fact) {
          const { queue: name, task } = fact
          const queue = queues.find(name)
          if (!queue) return
          let tasks = queue.young
          let place = tasks.places.get(task)
          if (place === undefined) {
            tasks = queue.old
            place = tasks.places.get(task)
            if (place === undefined) return
          }
          const first = tasks.doneBy[place]
          if (!first) {
            done++
            tasks.doneAt[place] = at
            tasks.doneBy[place] = by
            return
          }
          const submission: Fact = { fact: 'submitted', queue: name, task, once: true }
          violated(at, () => ({
            what: `${task} of ${name} was done twice: by ${first.name} and by ${by.name}`,
            events: [
              evidenceOf(tasks.submittedAt[place]!, tasks.submittedBy[place]!, submission),
              evidenceOf(tasks.doneAt[place]!, first, fact),
              evidenceOf(at, by, fact),
            ],
          }))
        },
      },
      finish: () =>
        queues.names === 0
          ? undefined
          : {
              pass: true,
              detail: `${counted(done, 'task')} done once${queues.limits(window, 'tasks of a queue')}`,
            },
    }
  },
})
