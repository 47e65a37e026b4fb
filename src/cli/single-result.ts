// The result of a scenario for a command that leaves no result file of its own.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Threads } from '../campaign/threads.ts'
import { StoppedError } from '../experiment/stopped.ts'
import type { Result } from '../results/result.ts'
import { DeterminismError } from '../run/replication.ts'
import { EXIT, Exit } from './exit.ts'
import { type ExperimentOptions, runScenario } from './experiment.ts'
import type { Opened } from './open.ts'
import type { Terminal } from './terminal.ts'

export interface SingleTerms {
  readonly options: ExperimentOptions
  readonly verify: boolean
  readonly quiet: boolean
  readonly stopAt: number
  readonly threads: Threads
}

/** Throws Exit where a limit or a violation of determinism ended it. */
export async function singleResult(opened: Opened, terms: SingleTerms, terminal: Terminal): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-single-'))
  const { name } = opened.opened
  try {
    const records = join(folder, 'runs.ndjson')
    return await runScenario(opened, { ...terms, checked: false, records, resume: 'never' }, terminal)
  } catch (error) {
    if (error instanceof StoppedError) throw new Exit(EXIT.limit, `${name}: ${error.message}`)
    if (error instanceof DeterminismError)
      throw new Exit(EXIT.determinism, `${name}: determinism violated: ${error.message}`)
    throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
