import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder, rehearsal, SMALL } from './session.ts'

inEmptyFolder()

beforeAll(async () => {
  writeFileSync('small.yaml', SMALL)
  for (const [out, ...args] of [
    ['a', '--seeds', '6'],
    ['b', '--seeds', '6', '--set', 'services.station.service=80ms'],
  ])
    await rehearsal('run', 'small.yaml', '--quiet', '--no-html', '--out', out!, ...args)
})

const FOLDER = 'small'
const at = (out: string) => `${out}/${FOLDER}/result.json`

describe('comparing', () => {
  test('a result with itself finds the same events, and passes', async () => {
    const { code, out } = await rehearsal('compare', at('a'), at('a'))
    expect(code).toBe(0)
    expect(out).toContain('the same events on both sides')
  })

  test('what became slower ends in 1, with the change and its verdict, in 80 columns', async () => {
    const { code, out } = await rehearsal('compare', at('a'), at('b'), '--metric', 'latency.mean')
    expect(code).toBe(1)
    expect(out).toMatch(/latency\.mean .* worse/)
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true)
  })

  test('scenarios are run, with the same seeds on both sides', async () => {
    const { code, out } = await rehearsal('compare', 'small.yaml', 'small.yaml', '--seeds', '3')
    expect([code, out]).toEqual([0, expect.stringContaining('3 seeds on both sides')])
  })

  test('as JSON is the same bytes each time', async () => {
    const json = () => rehearsal('compare', at('a'), at('b'), '--json')
    const { out } = await json()
    expect(JSON.parse(out)).toMatchObject({ schema: 'rehearsal/comparison/1', minimum: 0.01 })
    expect((await json()).out).toBe(out)
  })
})

describe('mistakes', () => {
  test('of a metric, a share or a variant are named with the mend', async () => {
    expect(await rehearsal('compare', at('a'), at('b'), '--metric', 'latency.men')).toMatchObject({
      code: 2,
      err: expect.stringContaining('latency.mean'),
    })
    expect(await rehearsal('compare', at('a'), at('b'), '--minimum-effect', 'much')).toMatchObject({
      code: 2,
    })
    expect(await rehearsal('compare', at('a'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('--a is missing'),
    })
  })

  test('of a file that is no result are told', async () => {
    writeFileSync('none.json', '{}')
    expect(await rehearsal('compare', 'none.json', at('a'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('is not a result'),
    })
    expect(readFileSync('none.json', 'utf8')).toBe('{}')
  })
})
