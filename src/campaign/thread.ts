// The entry of a worker thread.

import type { Job, RunTerms } from '../experiment/job.ts'
import type { Source } from './source.ts'
import { type Outcome, work } from './work.ts'

export interface Order {
  readonly source: Source
  readonly job: Job
  readonly terms: RunTerms
}

export default ({ source, job, terms }: Order): Promise<Outcome> => work(source, job, terms)
