import { describe, expect, test } from 'vitest'
import { claimsOf } from '../../src/experiment/claims.ts'
import type { ClaimSpec } from '../../src/scenario/scenario.ts'
import { ms } from '../../src/units.ts'
import { claim, criterion, cross, figure, fileOf, limit, type Settings, variantOf, when } from './fixture.ts'

const equals300 = criterion({ kind: 'equals', limit: limit('300ms'), within: 0.05 })

/** The verdict on a claim of 300 ms, with the figure (ms) that each setting has. */
function settled(
  all: readonly Settings[],
  of: (parameters: Settings) => number | null,
  more: Partial<ClaimSpec> = {},
  spoken?: string,
) {
  const names = Object.keys(all[0]!)
  const judged = spoken === undefined ? equals300 : { ...equals300, when: when(spoken, names) }
  const file = fileOf(all, () => ({ claims: [claim({ criterion: judged }, more)] }))
  const variants = all.map((each) => {
    const value = of(each)
    return variantOf(each, { 'latency.mean': figure(value === null ? null : ms(value)) })
  })
  return claimsOf(file, variants, {})[0]!
}

/** 300 where it holds, 450 where it breaks. */
const where = (holds: (parameters: Settings) => boolean) => (parameters: Settings) =>
  holds(parameters) ? 300 : 450

describe('the verdict', () => {
  const slots = cross({ slots: [16, 29, 56] })

  test('is reproduced where all variants it speaks of agree', () => {
    expect(settled(slots, () => 310)).toMatchObject({
      verdict: 'reproduced',
      found: '310 ms; claimed: equals 300 ms within 5 %',
      conditions: 'Holds in all 3 variants it speaks of.',
    })
  })

  test('is refuted by one that does not, with the figures from least to most', () => {
    expect(settled(slots, ({ slots }) => (slots === 16 ? 750 : 300))).toMatchObject({
      verdict: 'refuted',
      found: '300 ms (slots=29) to 750 ms (slots=16); claimed: equals 300 ms within 5 %',
      conditions: 'Holds in 2 of 3 variants it speaks of: where slots is 29 or more, not at 16.',
    })
  })

  test('is the condition’s where the claim has one: elsewhere it may break', () => {
    const condition = when('slots >= 29', ['slots'])
    const found = settled(
      slots,
      where(({ slots }) => Number(slots) >= 29),
      { condition },
    )
    expect(found.verdict).toBe('reproduced')
    expect(found.extent).toEqual({
      variants: 3,
      holds: 2,
      own: { condition: 'slots >= 29', variants: 2, holds: 2 },
    })
    expect(found.conditions).toBe(
      'Holds in 2 of 3 variants it speaks of: where slots is 29 or more, not at 16.',
    )
    expect(
      settled(
        slots,
        where(({ slots }) => slots === 56),
        { condition },
      ).verdict,
    ).toBe('refuted')
  })

  test('is only on the variants that `when` lets it speak of', () => {
    const found = settled(
      slots,
      where(({ slots }) => slots === 56),
      {},
      'slots == 56',
    )
    expect(found).toMatchObject({
      verdict: 'reproduced',
      conditions: 'Holds in the one variant it speaks of.',
    })
    expect(
      settled(
        slots,
        where(({ slots }) => slots !== 56),
        {},
        'slots == 56',
      ).conditions,
    ).toBe('Breaks in the one variant it speaks of.')
  })

  test('is out of reach where nothing was observed, where it speaks of nothing, and where the scenario says so', () => {
    expect(settled(slots, () => null)).toMatchObject({
      verdict: 'out of reach',
      found: 'no figure was observed where the claim speaks',
    })
    expect(settled(slots, () => 300, {}, 'slots > 99').verdict).toBe('out of reach')
    const spec = claim({ outOfReach: 'it takes a cluster' })
    const file = fileOf(slots, () => ({ claims: [spec] }))
    const variants = slots.map((each) => variantOf(each, {}))
    expect(claimsOf(file, variants, {})[0]).toMatchObject({
      verdict: 'out of reach',
      found: 'nothing was run for it',
      conditions: 'it takes a cluster',
    })
  })

  test('has no condition to tell of where all variants meet it, and no extent where nothing was observed', () => {
    const condition = when('slots >= 1', ['slots'])
    expect(settled(slots, ({ slots }) => (slots === 16 ? null : 300), { condition }).extent).toEqual({
      variants: 2,
      holds: 2,
    })
    expect(settled(slots, () => null, { condition }).extent).toBeUndefined()
  })

  test('is out of reach where its own condition was never observed, whatever holds elsewhere', () => {
    const found = settled(slots, ({ slots }) => (slots === 56 ? null : 300), {
      condition: when('slots == 56', ['slots']),
    })
    expect(found.verdict).toBe('out of reach')
    expect(found.conditions).toBe('Holds in all 2 variants it speaks of. In 1 more no figure was observed.')
  })
})

describe('where it holds and where it breaks', () => {
  const conditions = (all: readonly Settings[], holds: (parameters: Settings) => boolean) =>
    settled(all, where(holds)).conditions
  const slots = cross({ slots: [1, 2, 3, 4, 5, 8] })

  for (const [what, holds, told] of [
    ['from a number on', (n: number) => n >= 4, 'where slots is 4 or more, not at 3 or less'],
    ['up to a number', (n: number) => n <= 2, 'where slots is 2 or less, not at 3 or more'],
    [
      'in a range',
      (n: number) => n === 3 || n === 4,
      'where slots is 3 to 4, not at 2 or less and 5 or more',
    ],
    [
      'outside a range',
      (n: number) => n < 3 || n > 4,
      'where slots is 2 or less and 5 or more, not at 3 to 4',
    ],
    ['at the least tried', (n: number) => n === 1, 'where slots is 1, not at 2 or more'],
  ] as const)
    test(`${what}`, () => {
      const count = slots.filter(({ slots }) => holds(Number(slots))).length
      expect(conditions(slots, ({ slots }) => holds(Number(slots)))).toBe(
        `Holds in ${count} of 6 variants it speaks of: ${told}.`,
      )
    })

  test('by words', () => {
    const modes = cross({ mode: ['sequential', 'staged', 'concurrent'], agents: [1, 54] })
    expect(conditions(modes, ({ mode }) => mode === 'concurrent')).toBe(
      'Holds in 2 of 6 variants it speaks of: where mode is concurrent, not at sequential, staged.',
    )
  })

  test('by two axes, through the one with fewer values', () => {
    const all = cross({ slots: [16, 28, 29, 55, 56], order: ['document', 'longest-first'] })
    const holds = ({ order, slots }: Settings) => Number(slots) >= (order === 'document' ? 56 : 29)
    expect(conditions(all, holds)).toBe(
      'Holds in 4 of 10 variants it speaks of: with order=document where slots is 56, not at 55 or less; with order=longest-first where slots is 29 or more, not at 28 or less.',
    )
  })

  test('by two axes, one of whose settings always or never does', () => {
    const all = cross({ mode: ['batched', 'concurrent', 'sequential'], slots: [1, 16, 56] })
    const holds = ({ mode, slots }: Settings) => mode === 'batched' || (mode === 'concurrent' && slots === 56)
    expect(conditions(all, holds)).toBe(
      'Holds in 4 of 9 variants it speaks of: with mode=batched everywhere; with mode=concurrent where slots is 56, not at 16 or less; with mode=sequential nowhere.',
    )
  })

  test('by axes that go together', () => {
    const all = [
      { copies: 1, threads: 12 },
      { copies: 2, threads: 6 },
      { copies: 4, threads: 3 },
    ]
    expect(conditions(all, ({ copies }) => copies === 1)).toBe(
      'Holds in 1 of 3 variants it speaks of: where copies is 1, not at 2 or more; or, which goes with it, where threads is 12, not at 6 or less.',
    )
  })

  const three = cross({ a: [1, 2], b: [1, 2], c: [1, 2] })

  test('by no one or two axes: the few that are otherwise are named', () => {
    const odd = ({ a, b, c }: Settings) => a === b && b === c && a === 1
    expect(conditions(three, odd)).toBe('Holds in 1 of 8 variants it speaks of: with a=1 b=1 c=1.')
    expect(conditions(three, (each) => !odd(each))).toBe(
      'Holds in 7 of 8 variants it speaks of: not with a=1 b=1 c=1.',
    )
    expect(conditions(three, ({ a, b, c }) => a === b && b === c)).toBe(
      'Holds in 2 of 8 variants it speaks of: with a=1 b=1 c=1, and with a=2 b=2 c=2.',
    )
  })

  test('by nothing that can be said in a line', () => {
    const all = cross({ a: [1, 2, 3], b: [1, 2, 3], c: [1, 2] })
    const checkers = ({ a, b, c }: Settings) => (Number(a) + Number(b) + Number(c)) % 2 === 0
    expect(conditions(all, checkers)).toBe(
      'Holds in 9 of 18 variants it speaks of: no one or two of a, b, c decide.',
    )
  })

  test('with the scenario’s note after it', () => {
    const { conditions } = settled(slots, () => 300, { note: 'It takes a slot for every call.' })
    expect(conditions).toBe('Holds in all 6 variants it speaks of. It takes a slot for every call.')
  })
})

test('the text is the scenario’s own, else the ledger’s, and the source goes with it', () => {
  const file = fileOf([{}], () => ({
    claims: [
      claim({ outOfReach: 'x' }, { source: 'OllamaMax' }),
      claim({ outOfReach: 'x' }, { id: 'OM-03', text: undefined }),
      claim({ outOfReach: 'x' }, { id: 'OM-99', text: undefined }),
    ],
  }))
  const claims = claimsOf(file, [variantOf({}, {})], { 'OM-02': 'no', 'OM-03': 'Cycles are slow' })
  expect(claims.map(({ text }) => text)).toEqual(['It is fast', 'Cycles are slow', ''])
  expect(claims.map((each) => each.source)).toEqual(['OllamaMax', undefined, undefined])
  expect(claims[1]).not.toHaveProperty('source')
})
