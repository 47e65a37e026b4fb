// Jobs on worker threads. Which thread runs what, and when, changes nothing of what comes out.

import { existsSync } from 'node:fs'
import { Tinypool } from 'tinypool'
import type { Runner } from '../experiment/job.ts'
import type { Source } from './source.ts'
import type { Order } from './thread.ts'
import { errorOf, type Outcome } from './work.ts'

/** Run from its sources, the program has no file that a thread could begin with. */
const ENTRY = new URL('./thread.js', import.meta.url)

/** Orders sent to a thread ahead of the one it works on, so that it never falls idle. */
const AHEAD = 1

export class Threads {
  /** Whether there can be any besides this one. */
  static readonly possible = existsSync(ENTRY)
  /** One where there can be no others. */
  readonly count: number
  #pool: Tinypool | undefined

  /** Opens none before there is something to run. */
  constructor(count: number) {
    this.count = Threads.possible ? count : 1
  }

  /** Runs jobs of a scenario; where the signal comes, it throws an AbortError. */
  runner(source: Source, signal?: AbortSignal): Runner {
    return async (jobs, terms, done) => {
      const pool = this.#opened()
      const next = jobs.entries()
      let failed = false
      const lane = async (): Promise<void> => {
        for (const [i, job] of next) {
          if (failed) return
          try {
            const order: Order = { source, job, terms }
            const outcome = (await pool.run(order, signal ? { signal } : {})) as Outcome
            if ('failure' in outcome) throw errorOf(outcome.failure)
            if (!failed) done(i, outcome.record)
          } catch (error) {
            failed = true
            throw error
          }
        }
      }
      const lanes = Math.min(jobs.length, this.count * (1 + AHEAD))
      await Promise.all(Array.from({ length: lanes }, lane))
    }
  }

  async close(): Promise<void> {
    await this.#pool?.destroy()
    this.#pool = undefined
  }

  #opened(): Tinypool {
    this.#pool ??= new Tinypool({
      filename: ENTRY.href,
      minThreads: this.count,
      maxThreads: this.count,
    })
    return this.#pool
  }
}
