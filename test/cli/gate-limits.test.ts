// How a gate ends that cannot be ended: 4 where a seed gives two answers (of which nothing but a broken simulator is capable), 5 where
// time runs out. What was judged until then is reported.

import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, test, vi } from 'vitest'
import type * as replication from '../../src/run/replication.ts'
import { inEmptyFolder, rehearsal, smallCalled } from './session.ts'

inEmptyFolder()

/** Milliseconds that the machine's clock has leapt. */
const clock = vi.hoisted(() => ({ ahead: 0 }))

vi.mock('../../src/run/replication.ts', async (original) => {
  const real = await original<typeof replication>()
  let runs = 0
  const replicateAsync: typeof real.replicateAsync = async (...terms) => {
    if (terms[1].seed === '2') clock.ahead += 7_200_000
    return { ...(await real.replicateAsync(...terms)), fingerprint: `print-${++runs}` }
  }
  return { ...real, replicateAsync }
})

beforeAll(async () => {
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + clock.ahead)
  writeFileSync('small.yaml', smallCalled('small'))
  writeFileSync('vast.yaml', smallCalled('vast'))
  await rehearsal('baseline', 'accept', 'vast.yaml', '--seeds', '3', '--reason', 'first', '--out', 'both')
  await rehearsal('baseline', 'accept', 'small.yaml', '--seed', '1', '--reason', 'first', '--out', 'both')
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
    out: expect.stringContaining('after 0 of 1 scenarios; not judged: small'),
    err: expect.stringContaining('small: determinism violated: two runs of seed 1 differ'),
  })
})

test('a limit of time ends in 5', async () => {
  expect(await rehearsal('gate', '--time-limit', '1us')).toMatchObject({
    code: 5,
    out: expect.stringContaining('not judged: small'),
    err: expect.stringContaining('stopped by the time limit'),
  })
})

test('a limit that comes half-way leaves a report of what was judged, in every reporter', async () => {
  const reporters = ['terminal', 'json:part.json', 'junit:part.xml', 'markdown:part.md']
  const { code, out } = await rehearsal(
    ...['gate', 'small.yaml', 'vast.yaml', '--baselines', 'both', '--time-limit', '1h'],
    ...reporters.flatMap((each) => ['--reporter', each]),
  )
  expect({ code, out }).toEqual({ code: 5, out: expect.stringMatching(/^pass +small /) })
  expect(out).toContain('stopped by the time limit, after 1 of 2 scenarios; not judged: vast')
  expect(JSON.parse(readFileSync('part.json', 'utf8'))).toMatchObject({
    verdict: 'inconclusive',
    scenarios: [{ name: 'small', verdict: 'pass' }],
    stopped: { left: ['vast'] },
  })
  expect(readFileSync('part.xml', 'utf8')).toMatch(/<error message="stopped by the time limit/)
  expect(readFileSync('part.md', 'utf8')).toContain('stopped by the time limit')
})
