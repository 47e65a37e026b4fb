// Jobs in this process, one after the other in their order.

import { type ReplicationTerms, replicateAsync } from '../run/replication.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import type { Runner } from './job.ts'

export type InProcessTerms = Pick<ReplicationTerms, 'openTrace' | 'interrupted' | 'idle'>

export const inProcess =
  (file: ScenarioFile, { openTrace, interrupted, idle }: InProcessTerms): Runner =>
  async (jobs, { bins, checked }, done) => {
    for (const [i, { variant, seed, messages }] of jobs.entries()) {
      const { scenario } = file.variants[variant]!
      const terms = { seed, bins, checked, messages, openTrace, idle, modules: file.modules }
      done(i, await replicateAsync(scenario, interrupted ? { ...terms, interrupted } : terms))
    }
  }
