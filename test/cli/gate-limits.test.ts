// How a gate ends that cannot be ended: 4 where a seed gives two answers (of which nothing but a broken simulator is capable), 5 where
// time runs out.

import { writeFileSync } from 'node:fs'
import { beforeAll, expect, test, vi } from 'vitest'
import type * as replication from '../../src/run/replication.ts'
import { inEmptyFolder, rehearsal, smallCalled } from './session.ts'

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

beforeAll(async () => {
  writeFileSync('small.yaml', smallCalled('small'))
  await rehearsal('baseline', 'accept', 'small.yaml', '--seed', '1', '--reason', 'first')
}, 60_000)

test('other events and equal figures pass, and are shown', async () => {
  const { code, out } = await rehearsal('gate')
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(
      /1 run, other events[\s\S]*other events than in the baseline, and every figure equal/,
    ),
  })
})

test('two answers of one seed end in 4, and name it', async () => {
  expect(await rehearsal('gate', '--verify')).toMatchObject({
    code: 4,
    out: '',
    err: expect.stringContaining('small: determinism violated: two runs of seed 1 differ'),
  })
})

test('a limit of time ends in 5', async () => {
  expect(await rehearsal('gate', '--time-limit', '1us')).toMatchObject({
    code: 5,
    out: '',
    err: expect.stringContaining('stopped by the time limit'),
  })
})
