// A file of records, one a line as they come in: what a campaign goes on from when it was stopped, what a shard hands over.

import type { Job } from '../experiment/job.ts'
import type { RunRecord } from '../run/replication.ts'
import { type Campaign, identityOf } from './campaign.ts'
import { Lines, readLines } from './lines.ts'

const SCHEMA = 'rehearsal/runs/1'

interface Header {
  readonly schema: typeof SCHEMA
  readonly identity: string
  readonly campaign: Campaign
  /** Which part of the jobs it has: the i-th of n. */
  readonly shard?: readonly [i: number, n: number]
}

interface Entry {
  readonly job: Job
  readonly record: RunRecord
}

export const jobKey = ({ variant, seed, again, messages }: Job): string =>
  JSON.stringify([variant, seed, again, messages])

/** What a file of records holds. */
export interface Kept {
  readonly header: Header
  /** By `jobKey`. */
  readonly records: ReadonlyMap<string, RunRecord>
}

export class RecordsFile {
  readonly #lines: Lines

  /** Begins a file anew. */
  static begin(path: string, campaign: Campaign, shard?: Header['shard']): RecordsFile {
    const header: Header = {
      schema: SCHEMA,
      identity: identityOf(campaign),
      campaign,
      ...(shard ? { shard } : {}),
    }
    return new RecordsFile(Lines.begin(path, header))
  }

  /** Goes on with a file that `readRecords` has read. */
  static goOn(path: string): RecordsFile {
    return new RecordsFile(Lines.goOn(path))
  }

  private constructor(lines: Lines) {
    this.#lines = lines
  }

  add(job: Job, record: RunRecord): void {
    this.#lines.add({ job, record } satisfies Entry)
  }

  close(): void {
    this.#lines.close()
  }

  remove(): void {
    this.#lines.remove()
  }
}

/** `undefined`: there is no such file, or nothing whole in it. Throws ScenarioError for what is no file of records. */
export function readRecords(path: string): Kept | undefined {
  const hint = 'give a file that `rehearsal run --shard i/n` wrote'
  const lines = readLines(path, { schema: SCHEMA, of: 'runs', hint })
  return (
    lines && {
      header: lines.header as Header,
      records: new Map((lines.entries as Entry[]).map(({ job, record }) => [jobKey(job), record])),
    }
  )
}
