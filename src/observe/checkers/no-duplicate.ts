// A task that nobody may do twice is done at most once. Two processes that both say so have both done it, however rightly
// each believed itself to be the only one.
// Mostly all tasks of a queue are to be done once, or none; then what is submitted need not be remembered, only what is done.

import { count } from '../../parameters.ts'
import type { Nanos } from '../../units.ts'
import { defineChecker, type Speaker } from './checker.ts'
import { evidenceOf } from './fact-words.ts'
import { NameTable } from './name-table.ts'
import { counted } from './verdicts.ts'
import { Named, Window } from './window.ts'

/** Who did which tasks last, in columns: nothing is made for a task. */
class Done {
  forgotten = false
  readonly #names = new NameTable()
  readonly #at: Nanos[] = []
  readonly #by: Speaker[] = []
  readonly #size: number
  #next = 0

  constructor(size: number) {
    this.#size = size
  }

  /** Who has done it before, and when; nobody, then it is this one, and whoever was longest ago is forgotten. */
  first(task: string, by: Speaker, at: Nanos): { readonly by: Speaker; readonly at: Nanos } | undefined {
    const known = this.#names.find(task)
    if (known >= 0) return { by: this.#by[known]!, at: this.#at[known]! }
    // Places are given in turn, and then again as they are taken back: a ring.
    if (this.#names.size === this.#size) {
      this.forgotten = true
      this.#names.remove(this.#next)
      this.#next = (this.#next + 1) % this.#size
    }
    const place = this.#names.add(task)
    this.#at[place] = at
    this.#by[place] = by
    return undefined
  }
}

class Queue {
  /** Of which tasks it is asked that they be done once. */
  once: 'none' | 'all' | 'some' | undefined
  /** Those, where it is some. */
  readonly #onceOnly: Window<string, true>
  readonly done: Done

  constructor(size: number) {
    this.#onceOnly = new Window(size)
    this.done = new Done(size)
  }

  get forgotten(): boolean {
    return this.done.forgotten
  }

  submit(task: string, once: boolean): void {
    this.once ??= once ? 'all' : 'none'
    if (this.once === (once ? 'none' : 'all')) this.once = 'some'
    if (once && this.once === 'some') this.#onceOnly.set(task, true)
  }

  /** Whether it was to be done once, as far as that is remembered. */
  asksOnce(task: string): boolean {
    return this.once === 'all' || (this.once === 'some' && this.#onceOnly.get(task) === true)
  }
}

export const noDuplicate = defineChecker({
  name: 'no-duplicate',
  meaning: 'no task that is to be done once is done twice',
  parameters: {
    window: count({
      meaning: 'tasks of a queue that are remembered when they are done',
      default: 10_000,
      min: 1,
    }),
  },
  create({ window }, violated) {
    const queues = new Named(() => new Queue(window))
    let done = 0
    let once = false
    return {
      hears: {
        submitted(_at, _by, fact) {
          queues.of(fact.queue).submit(fact.task, fact.once)
          once ||= fact.once
        },
        done(at, by, fact) {
          const { queue: name, task } = fact
          const queue = queues.find(name)
          if (!queue?.asksOnce(task)) return
          const first = queue.done.first(task, by, at)
          if (!first) {
            done++
            return
          }
          violated(at, () => ({
            what: `${task} of ${name} was done twice: by ${first.by.name} and by ${by.name}`,
            events: [evidenceOf(first.at, first.by, fact), evidenceOf(at, by, fact)],
          }))
        },
      },
      finish: () =>
        once
          ? {
              pass: true,
              detail: `${counted(done, 'task')} done once${queues.limits(window, 'tasks of a queue')}`,
            }
          : undefined,
    }
  },
})
