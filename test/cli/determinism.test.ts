// Two runs of one seed that differ end in 4. Nothing here can make them differ but a broken simulator, so one is made.

import { writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import type * as replication from '../../src/run/replication.ts'
import { inEmptyFolder, rehearsal, SMALL } from './session.ts'

inEmptyFolder()

vi.mock('../../src/run/replication.ts', async (original) => {
  const real = await original<typeof replication>()
  let runs = 0
  const replicateAsync: typeof real.replicateAsync = async (...terms) => ({
    ...(await real.replicateAsync(...terms)),
    fingerprint: `print-${++runs}`,
  })
  return { ...real, replicateAsync }
})

test('run --verify says which seed differs, and ends in 4', async () => {
  writeFileSync('small.yaml', SMALL)
  expect(await rehearsal('run', 'small.yaml', '--verify', '--no-html')).toEqual({
    code: 4,
    out: '',
    err: 'small: determinism violated: two runs of seed 1 differ: fingerprints print-1 and print-2\n  nothing of it is written\n',
  })
})
