// Records that are there already, as a runner: what shards or other machines have done.

import { ScenarioError } from '../errors.ts'
import type { Runner } from '../experiment/job.ts'
import type { RunRecord } from '../run/replication.ts'
import { jobKey } from './records.ts'

/** Throws ScenarioError where a record is missing; `mend` says how to come by it. */
export const fromRecords =
  (records: ReadonlyMap<string, RunRecord>, mend: string): Runner =>
  async (jobs, _terms, done) => {
    const missing = jobs.filter((job) => !records.has(jobKey(job)))
    if (missing.length > 0)
      throw new ScenarioError([
        {
          message: `${missing.length} of ${jobs.length} runs are missing, seed ${missing[0]!.seed} of variant ${missing[0]!.variant + 1} for one`,
          hint: mend,
        },
      ])
    for (const [i, job] of jobs.entries()) done(i, records.get(jobKey(job))!)
  }
