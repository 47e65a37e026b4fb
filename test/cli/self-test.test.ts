import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { inEmptyFolder, rehearsal } from './session.ts'

inEmptyFolder()

describe('the self-test', () => {
  test('finds no difference where there is none, sees a slow-down on each seed, and writes both down', async () => {
    const { code, out } = await rehearsal('self-test', '--comparisons', '20', '--out', 'results/self-test.md')
    expect(code).toBe(0)
    expect(out).toMatch(/one seed, run again \| all, from 0 % \| 24 \| 0 % \| 0 %/)
    // Cost and queueing: 1 % more of the 2 ms of a busy queen is about 1 % of the latency, and more of her queue.
    expect(out).toMatch(/\| 1 % more cost \| \+0\.\d\d % /)
    expect(out).toMatch(/\| 5 % more cost \| 100 % \| 100 % /)
    expect(out).toMatch(/\| 5 % more messages \| \+2\.\d\d % /)
    expect(readFileSync('results/self-test.md', 'utf8')).toBe(out)
  })

  test('refuses a number of comparisons that tells nothing', async () => {
    expect(await rehearsal('self-test', '--comparisons', '3')).toMatchObject({
      code: 2,
      err: expect.stringContaining('from 20'),
    })
  })
})
