import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readLedger } from '../../src/cli/ledger.ts'
import { ledgerOf } from '../../src/report/ledger.ts'
import { renderSuite } from '../../src/report/suite.ts'
import { renderLedger } from '../../src/report/terminal/ledger.ts'
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

describe('the ledger that ships', () => {
  const SCENARIOS = fileURLToPath(new URL('../../scenarios/', import.meta.url))

  test('names of each claim all scenarios that speak of it', () => {
    const speaking = new Map<string, string[]>()
    const files = readdirSync(SCENARIOS, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.yaml'),
    )
    for (const file of files.sort()) {
      const { claims = [] } = parse(readFileSync(join(SCENARIOS, file), 'utf8')) as {
        claims?: { id: string }[]
      }
      for (const id of new Set(claims.map(({ id }) => id)))
        speaking.set(id, [...(speaking.get(id) ?? []), file])
    }
    const named = Object.entries(readLedger().claims).flatMap(([id, { scenarios }]) =>
      scenarios ? [[id, scenarios] as const] : [],
    )
    expect(new Map(named)).toEqual(speaking)
  })
})

describe('what is shown of them', () => {
  const claim: Claim = {
    id: 'A-1',
    text: 'one',
    verdict: 'reproduced',
    found: '300 ms (slots=56) to 8.6 s (slots=1)',
    conditions: '',
    extent: { variants: 5, holds: 1, own: { condition: 'slots >= 56', variants: 1, holds: 1 } },
  }
  const shown = (...claims: readonly Claim[]) =>
    renderLedger(
      ledgerOf({ 'A-1': { system: 's', text: 'one' }, 'A-2': { system: 's', text: 'two' } }, [
        { scenario: { name: 'x' }, claims },
      ]),
      { s: 'a system' },
      { columns: 200, colour: false },
    )

  test('of an open claim stands what would settle it', () => {
    const known = {
      'A-1': { system: 's', text: 'one', scenarios: ['a/b.yaml'] },
      'A-2': { system: 's', text: 'two' },
    }
    const entries = ledgerOf(known, [])
    expect(renderLedger(entries, {}, { columns: 200, colour: false })).toMatch(
      /A-1 +open +one\n +not among these results: scenarios\/a\/b\.yaml\n +A-2 +open +two\n/,
    )
    const page = renderSuite({ entries: [], unread: [], ledger: { systems: {}, claims: known } })
    expect(page).toContain('not among these results: scenarios/a/b.yaml</span>')
    expect(page).toContain('no scenario speaks of it yet</span>')
  })

  test('how far a verdict goes stands beside it, and in the sum', () => {
    const text = shown(claim)
    expect(text).toContain(
      'x: reproduced where slots >= 56 (1 of 5 variants), not elsewhere; 300 ms (slots=56) to 8.6 s (slots=1)',
    )
    expect(text).toContain('2 claims: 1 reproduced (1 of them only under conditions), 1 open')
    expect(text).toContain('Reproduced: it holds in every variant that meets its condition.')
  })

  test('one that holds everywhere has no more to it than its figures', () => {
    const text = shown({ ...claim, extent: { variants: 5, holds: 5 } })
    expect(text).toContain('x: 300 ms (slots=56)')
    expect(text).toContain('2 claims: 1 reproduced, 1 open')
  })

  test('a part of it is told in the scenario’s words, before the verdict on it', () => {
    expect(shown({ ...claim, text: 'a half.' })).toContain('x: a half: reproduced where slots >= 56')
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
