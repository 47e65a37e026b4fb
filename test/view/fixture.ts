// A folder of results that is served, and removed thereafter.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { writeResult } from '../../src/results/write.ts'
import { type Serving, serve } from '../../src/view/server.ts'
import { Site } from '../../src/view/site.ts'
import { queueing } from '../report/sample-results.ts'

export interface Served {
  /** Of the results; beside it nothing may be seen. */
  readonly root: string
  readonly serving: Serving
}

const LEDGER = { systems: { alpha: 'Alpha' }, claims: { 'A-1': { system: 'alpha', text: 'one' } } }

export function writeNamed(folder: string, title: string): void {
  const result = queueing()
  writeResult(join(folder, 'result.json'), {
    ...result,
    scenario: { ...result.scenario, title },
    // As many seeds as the sample has figures of.
    variants: result.variants.map((variant) => ({
      ...variant,
      seeds: ['1'],
      fingerprints: { 1: '0'.repeat(16) },
    })),
  })
}

/** `prepare` puts into the folder what is there before it is served. Newer results are looked for without a pause. */
export function served(prepare: (root: string) => void): Served {
  let base = ''
  let serving: Serving | undefined
  beforeAll(async () => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'rehearsal-view-')))
    const root = join(base, 'reports')
    prepare(root)
    serving = await serve(new Site(root, LEDGER), 0, 10)
  })
  afterAll(async () => {
    await serving?.close()
    rmSync(base, { recursive: true, force: true })
  })
  return {
    get root() {
      return join(base, 'reports')
    },
    get serving() {
      return serving!
    },
  }
}
