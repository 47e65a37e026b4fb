import { describe, expect, test } from 'vitest'
import { ledgerOf } from '../../src/report/ledger.ts'
import type { Claim, Result, Verdict } from '../../src/results/result.ts'
import { inEmptyFolder, rehearsal } from './session.ts'

const resultOf = (name: string, claims: Readonly<Record<string, Verdict>>): Result =>
  ({
    scenario: { name },
    claims: Object.entries(claims).map(
      ([id, verdict]): Claim => ({ id, text: '', verdict, found: 'a figure', conditions: '' }),
    ),
  }) as unknown as Result

describe('the ledger', () => {
  const known = { 'A-1': { system: 's', text: 'one' }, 'A-2': { system: 's', text: 'two' } }

  test('has every claim, settled or not, and those it does not know', () => {
    const entries = ledgerOf(known, [resultOf('x', { 'A-2': 'reproduced', 'Z-9': 'refuted' })])
    expect(entries.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['A-1', 'open'],
      ['A-2', 'reproduced'],
      ['Z-9', 'refuted'],
    ])
  })

  test('takes a claim as refuted where any scenario refutes it', () => {
    const both = [resultOf('x', { 'A-1': 'reproduced' }), resultOf('y', { 'A-1': 'refuted' })]
    expect(ledgerOf(known, both)[0]).toMatchObject({
      verdict: 'refuted',
      settled: [{ scenario: 'x' }, { scenario: 'y' }],
    })
  })
})

describe('rehearsal claims', () => {
  inEmptyFolder()

  test('lists all 84, open, where there are no results', async () => {
    const { code, out } = await rehearsal('claims')
    expect(code).toBe(0)
    expect(out).toContain('84 claims: 84 open')
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true)
  })

  test('refuses a system it does not know, and a folder without results', async () => {
    expect((await rehearsal('claims', '--system', 'ollamamx')).err).toContain('ollamamax')
    expect(await rehearsal('claims', '.')).toMatchObject({ code: 2 })
    expect(await rehearsal('claims', 'nowhere')).toMatchObject({ code: 2 })
  })
})
