import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvariantError } from '../../src/errors.ts'
import { canonicalJson } from '../../src/results/canonical.ts'
import { hash } from '../../src/results/hash.ts'
import { sampleResult } from './sample.ts'

/** The same value with the keys of every object set in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}

describe('canonical JSON', () => {
  test('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(text.endsWith('\n')).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('is the same bytes whatever the order in which keys were set', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value))
      }),
      { numRuns: 500 },
    )
    expect(canonicalJson(reversed(sampleResult))).toBe(canonicalJson(sampleResult))
    expect(hash(reversed(sampleResult))).toBe(hash(sampleResult))
  })

  test('sorts keys by code unit, not by number or locale', () => {
    expect(canonicalJson({ ä: 1, b: 1, B: 1, '10': 1, '2': 1, _: 1, a: 1 }).match(/"[^"]+"/g)).toEqual(
      ['10', '2', 'B', '_', 'a', 'b', 'ä'].map((key) => `"${key}"`),
    )
  })

  test('gives objects a line a key and figures a line a row', () => {
    expect(
      canonicalJson({
        b: [
          [1, null],
          [2, -0],
        ],
        a: { c: 'x', d: undefined },
        e: [{ f: 1 }, {}],
        g: [],
      }),
    ).toBe(
      [
        '{',
        ' "a": {',
        '  "c": "x"',
        ' },',
        ' "b": [[1, null], [2, 0]],',
        ' "e": [',
        '  {',
        '   "f": 1',
        '  },',
        '  {}',
        ' ],',
        ' "g": []',
        '}',
        '',
      ].join('\n'),
    )
  })

  test('refuses what JSON does not have, with its path', () => {
    expect(() => canonicalJson({ metrics: { x: [1, Number.NaN] } })).toThrow(
      'metrics.x.1 is NaN, which JSON does not have',
    )
    for (const value of [Number.POSITIVE_INFINITY, 1n, () => 1, new Map(), new Float64Array(2), [undefined]])
      expect(() => canonicalJson({ value })).toThrow(InvariantError)
  })
})

test('a hash is that of SHA-256', () => {
  // sha256sum of "null\n" and of "{}\n".
  expect(hash(null, 64)).toBe('38e0b9de817f645c4bec37c0d4a3e58baecccb040f5718dc069a72c7385a0bed')
  expect(hash({})).toBe('ca3d163bab055381')
})
