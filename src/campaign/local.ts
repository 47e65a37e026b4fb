// Jobs on this machine. A short experiment is run where it is: threads take a third of a second to begin. One that turns out long
// gets its threads, and keeps its records in a file, so that it can be stopped at any moment and go on.

import type { Job, Runner } from '../experiment/job.ts'
import type { RunRecord } from '../run/replication.ts'
import { type Campaign, identityOf } from './campaign.ts'
import { jobKey, type Kept, RecordsFile } from './records.ts'
import type { Threads } from './threads.ts'

/** An experiment that has taken so long, and has as much before it, is long. */
const LONG_MS = 500

export interface LocalTerms {
  /** Runs jobs in this process. */
  readonly here: Runner
  /** Shared by all experiments of a command. */
  readonly threads: Threads
  /** Milliseconds of a monotonic clock. */
  now(): number
  /** Where records are kept while it runs. */
  readonly path: string
  campaign(): Campaign
  /** What an earlier run of the same has left. */
  readonly kept: Kept | undefined
  readonly signal?: AbortSignal | undefined
  /** Nothing is run in this process: what never comes to its end can be ended on a thread alone. */
  readonly apart?: boolean
  /** Called once records are kept. */
  keeping?(): void
}

export interface Local {
  readonly run: Runner
  /** The file of records goes where everything was done. */
  close(whole: boolean): void
}

export function openLocal(terms: LocalTerms): Local {
  const { here, threads, now, path, kept, signal, apart = false } = terms
  let file: RecordsFile | undefined
  /** Done while nobody knew yet that it is a long one. */
  const early: [Job, RunRecord][] = []

  function keep(job: Job, record: RunRecord): void {
    if (file) file.add(job, record)
    else early.push([job, record])
  }

  function begin(): void {
    if (file) return
    file = kept ? RecordsFile.goOn(path) : RecordsFile.begin(path, terms.campaign())
    for (const [job, record] of early) file.add(job, record)
    early.length = 0
    terms.keeping?.()
  }

  return {
    async run(jobs, runTerms, done) {
      const open: number[] = []
      for (const [i, job] of jobs.entries()) {
        const record = kept?.records.get(jobKey(job))
        if (record) done(i, record)
        else open.push(i)
      }
      if (kept) begin()
      const take = (i: number, record: RunRecord): void => {
        keep(jobs[i]!, record)
        done(i, record)
      }
      const began = now()
      let next = 0
      while (!apart && next < open.length) {
        const spent = now() - began
        if (next > 0 && spent > LONG_MS && (spent / next) * (open.length - next) > LONG_MS) break
        const i = open[next++]!
        await here([jobs[i]!], runTerms, (_, record) => take(i, record))
      }
      const left = open.slice(next)
      if (left.length === 0) return
      begin()
      const rest = left.map((i) => jobs[i]!)
      const takeLeft = (at: number, record: RunRecord): void => take(left[at]!, record)
      const alone = !apart && (threads.count < 2 || rest.length < 2)
      await (alone ? here : threads.runner(terms.campaign().source, signal))(rest, runTerms, takeLeft)
    },
    close(whole) {
      if (whole) file?.remove()
      else file?.close()
    },
  }
}

/** Whether what was kept is of this very campaign. */
export const isOf = (kept: Kept, campaign: Campaign): boolean => kept.header.identity === identityOf(campaign)
