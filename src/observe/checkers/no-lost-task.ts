// No task is lost: what was submitted is done in the end, or dropped with its submitter told. A task under way is not lost.
// It is lost if it is not done where nothing is left to do, or not within a time that the scenario states. Where the run is cut
// off, tasks that have been under way for no longer than others took are as they should be; an older one leaves the verdict open.

import type { Fact } from '../../env/fact.ts'
import { Fifo } from '../../env/fifo.ts'
import { duration, optional } from '../../parameters.ts'
import { format, formatNumber, type Nanos } from '../../units.ts'
import { defineChecker, type Evidence, type Speaker } from './checker.ts'
import { evidenceOf } from './fact-words.ts'
import { NameTable } from './name-table.ts'
import { counted } from './verdicts.ts'
import { entryOf } from './window.ts'

/** Evidence is at most so long. */
const MOST_SHOWN = 4

/** Tasks of a queue that are not done, with their submissions in columns: nothing is made for a task. */
class Open {
  readonly #places = new NameTable()
  readonly #tasks: (string | undefined)[] = []
  readonly #at: Nanos[] = []
  readonly #by: Speaker[] = []
  /** The same and some that are done, oldest first; kept only where there is a time limit. */
  readonly #byAge = new Fifo<string>()
  readonly #times = new Fifo<Nanos>()
  readonly #limited: boolean
  /** What the longest task took that was done; -1: none was. */
  longest = -1

  constructor(
    readonly queue: string,
    limited: boolean,
  ) {
    this.#limited = limited
  }

  get size(): number {
    return this.#places.size
  }

  /** Submitted again, it is the same task. */
  add(task: string, by: Speaker, at: Nanos): void {
    if (this.#places.find(task) >= 0) return
    const place = this.#places.add(task)
    this.#tasks[place] = task
    this.#at[place] = at
    this.#by[place] = by
    if (!this.#limited) return
    this.#byAge.push(task)
    this.#times.push(at)
  }

  /** @param done what it took tells what a task may take; of one that was dropped it does not */
  remove(task: string, now: Nanos, done: boolean): void {
    const place = this.#places.find(task)
    if (place < 0) return
    if (done) this.longest = Math.max(this.longest, now - this.#at[place]!)
    this.#places.remove(place)
    this.#tasks[place] = undefined
  }

  /** The oldest one that was submitted before this instant. */
  before(instant: Nanos): string | undefined {
    for (let task = this.#byAge.shift(); task !== undefined; task = this.#byAge.shift()) {
      const at = this.#times.shift()!
      const place = this.#places.find(task)
      if (place < 0 || this.#at[place] !== at) continue
      if (at < instant) return task
      this.#byAge.unshift(task)
      this.#times.unshift(at)
      return undefined
    }
    return undefined
  }

  submission(task: string): Evidence {
    return this.#evidence(this.#places.find(task))
  }

  /** All of them, oldest first. */
  get submissions(): Evidence[] {
    return this.#tasks
      .flatMap((task, place) => (task === undefined ? [] : [this.#evidence(place)]))
      .sort((a, b) => a.at - b.at)
  }

  #evidence(place: number): Evidence {
    const fact: Fact = { fact: 'submitted', queue: this.queue, task: this.#tasks[place]!, once: false }
    return evidenceOf(this.#at[place]!, this.#by[place]!, fact)
  }
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
    function judge(now: Nanos, open: Open): void {
      if (within === undefined) return
      for (let task = open.before(now - within); task !== undefined; task = open.before(now - within)) {
        const evidence = open.submission(task)
        open.remove(task, now, false)
        violated(evidence.at + within, () => ({
          what: `${task} of ${open.queue} was not done within ${format(within, 'ns')}`,
          events: [evidence],
        }))
      }
    }
    function leave(at: Nanos, queue: string, task: string, isDone: boolean): void {
      const open = queues.get(queue)
      if (!open) return
      judge(at, open)
      open.remove(task, at, isDone)
    }
    return {
      hears: {
        submitted(at, by, { queue, task }) {
          submitted++
          const open = entryOf(queues, queue, () => new Open(queue, within !== undefined))
          judge(at, open)
          open.add(task, by, at)
        },
        done(at, _by, { queue, task }) {
          done++
          leave(at, queue, task, true)
        },
        dropped(at, _by, { queue, task }) {
          dropped++
          leave(at, queue, task, false)
        },
      },
      finish(at, rest) {
        if (submitted === 0) return undefined
        for (const open of queues.values()) judge(at, open)
        const left = [...queues.values()].filter(({ size }) => size > 0)
        const count = left.reduce((sum, { size }) => sum + size, 0)
        const told = `${counted(done, 'task')} done${dropped > 0 ? `, ${formatNumber(dropped)} dropped` : ''}`
        if (count === 0) return { pass: true, detail: told }
        const events = left.flatMap((open) => open.submissions).sort((a, b) => a.at - b.at)
        if (rest)
          violated(at, () => ({
            what: `${counted(count, 'task')} of ${left.map(({ queue }) => queue).join(', ')} ${count === 1 ? 'was' : 'were'} not done when nothing was left to do`,
            events: events.slice(0, MOST_SHOWN),
          }))
        const more = `${told}; ${formatNumber(count)} more under way at the end, the oldest for ${format(at - events[0]!.at, 'ns')}`
        const usual = left.every((open) => at - open.submissions[0]!.at <= open.longest)
        return usual ? { pass: true, detail: `${more}, as others took` } : { pass: null, detail: more }
      },
    }
  },
})
