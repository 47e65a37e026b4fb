// A file of records, one a line as they come in: what a campaign goes on from when it was stopped, what a shard hands over. Whoever
// stops at any moment leaves whole lines and at most a torn one, which is left out.

import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { quote, ScenarioError } from '../errors.ts'
import type { Job } from '../experiment/job.ts'
import type { RunRecord } from '../run/replication.ts'
import { type Campaign, identityOf } from './campaign.ts'

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
  readonly path: string
  readonly #file: number

  /** Begins a file anew. */
  static begin(path: string, campaign: Campaign, shard?: Header['shard']): RecordsFile {
    mkdirSync(dirname(path), { recursive: true })
    const file = new RecordsFile(path, openSync(path, 'w'))
    const header: Header = {
      schema: SCHEMA,
      identity: identityOf(campaign),
      campaign,
      ...(shard ? { shard } : {}),
    }
    writeLine(file.#file, header)
    return file
  }

  /** Goes on with a file that `readRecords` has read: after its last whole line. */
  static goOn(path: string): RecordsFile {
    const bytes = readFileSync(path)
    const file = openSync(path, 'r+')
    ftruncateSync(file, bytes.lastIndexOf(10) + 1)
    closeSync(file)
    return new RecordsFile(path, openSync(path, 'a'))
  }

  private constructor(path: string, file: number) {
    this.path = path
    this.#file = file
  }

  add(job: Job, record: RunRecord): void {
    writeLine(this.#file, { job, record } satisfies Entry)
  }

  close(): void {
    closeSync(this.#file)
  }

  remove(): void {
    this.close()
    rmSync(this.path, { force: true })
  }
}

const writeLine = (file: number, value: unknown): void => void writeSync(file, `${JSON.stringify(value)}\n`)

/** `undefined`: there is no such file, or nothing whole in it. Throws ScenarioError for what is no file of records. */
export function readRecords(path: string): Kept | undefined {
  if (!existsSync(path)) return undefined
  const text = readFileSync(path, 'utf8')
  const [first, ...lines] = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  if (!first) return undefined
  const header = parsed(first, path) as Header
  if (header?.schema !== SCHEMA)
    throw new ScenarioError([
      {
        message: `${quote(path, 200)} is no file of runs: it has no schema ${SCHEMA}`,
        hint: 'give a file that `rehearsal run --shard i/n` wrote',
      },
    ])
  const records = new Map<string, RunRecord>()
  for (const line of lines) {
    if (line === '') continue
    const { job, record } = parsed(line, path) as Entry
    records.set(jobKey(job), record)
  }
  return { header, records }
}

function parsed(line: string, path: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new ScenarioError([
      {
        message: `${quote(path, 200)} is damaged: a line of it is not JSON`,
        hint: 'remove it, and run again',
      },
    ])
  }
}
