/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios are full of them */
// What holds for any scenario: reading never fails otherwise than by a ScenarioError, and says the same again when asked again.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { ScenarioError } from '../../src/errors.ts'
import { merge } from '../../src/scenario/source/merge.ts'
import { readFileText } from '../../src/scenario/source/text.ts'
import { plain } from '../../src/scenario/source/tree.ts'
import { load, VALID } from './fakes.ts'

/** Reads it, and lets nothing but a ScenarioError pass for a refusal. */
function refusal(text: string, sets: readonly string[] = []): ScenarioError | undefined {
  try {
    load(text, { sets })
    return undefined
  } catch (error) {
    if (error instanceof ScenarioError) return error
    throw error
  }
}

/** Every mistake points into the text, if it points anywhere. */
function pointsInto(text: string, { mistakes }: ScenarioError): void {
  const lines = text.split('\n')
  expect(mistakes.length).toBeGreaterThan(0)
  for (const { place, message } of mistakes) {
    expect(message).not.toMatch(/undefined|\[object|NaN/)
    if (!place) continue
    expect(place.line).toBeLessThanOrEqual(lines.length)
    expect(place.column).toBeLessThanOrEqual(lines[place.line - 1]!.length + 1)
  }
}

const LINES = VALID.split('\n')
const PIECES = [
  '[',
  ']',
  '{',
  '}',
  ': ',
  '- ',
  '\n',
  '  ',
  '"',
  "'",
  '&a ',
  '*a',
  '${',
  '}',
  '#',
  '|',
  '>',
  '!',
  '0',
  '-1',
  '1e999',
  'null',
  'kind',
  '\t',
  '%',
  '@',
  '\u0000',
  '🂡',
  ',',
  '? ',
  '<<: ',
  '20',
  'true',
]

describe('any text', () => {
  const anywhere = fc.nat({ max: VALID.length })

  test('that is a valid scenario with something put in is read or refused', () => {
    fc.assert(
      fc.property(anywhere, fc.constantFrom(...PIECES), (at, piece) => {
        const text = VALID.slice(0, at) + piece + VALID.slice(at)
        const error = refusal(text)
        if (error) pointsInto(text, error)
      }),
      { numRuns: 50 },
    )
  })

  test('that is a valid scenario with something taken out is read or refused', () => {
    fc.assert(
      fc.property(anywhere, fc.nat({ max: 40 }), (at, length) => {
        const text = VALID.slice(0, at) + VALID.slice(at + length)
        const error = refusal(text)
        if (error) pointsInto(text, error)
      }),
      { numRuns: 50 },
    )
  })

  test('that is lines of a scenario in any order is read or refused', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...LINES), { maxLength: 12 }), (lines) => {
        const text = lines.join('\n')
        const error = refusal(text)
        if (error) pointsInto(text, error)
      }),
      { numRuns: 50 },
    )
  })

  test('of YAML pieces is read or refused', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6 })), { maxLength: 30 }),
        (pieces) => {
          refusal(pieces.join(''))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('after --set is taken or refused', () => {
    const path = fc.constantFrom(
      'hosts.worker.count',
      'expect.0.below',
      'workload.trace',
      'matrix.agents',
      'services.ollama',
      'x',
      'parameters',
      'measure.duration',
      'claims',
      'seeds',
      'faults.0.between.0',
    )
    const value = fc.oneof(
      fc.constantFrom('3', '[1]', '{a: 1}', 'null', '10s', '"x"', '${agents}', '*a', '!x', ''),
      fc.string(),
    )
    fc.assert(
      fc.property(path, value, (path, value) => {
        refusal(VALID, [`${path}=${value}`])
      }),
      { numRuns: 50 },
    )
  })

  test('in place of any value of a valid scenario is read or refused', () => {
    const whole = parse(VALID) as object
    const paths: (string | number)[][] = []
    const walk = (value: unknown, path: (string | number)[]) => {
      if (path.length > 0) paths.push(path)
      if (typeof value !== 'object' || value === null) return
      for (const [key, below] of Object.entries(value))
        walk(below, [...path, Array.isArray(value) ? Number(key) : key])
    }
    walk(whole, [])
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(-1, 1e300, '${agents / 0}', '20', {}, []),
    )
    fc.assert(
      fc.property(fc.constantFrom(...paths), odd, (path, value) => {
        const copy = structuredClone(whole)
        let at = copy as Record<string | number, unknown>
        for (const step of path.slice(0, -1)) at = at[step] as typeof at
        at[path.at(-1)!] = value
        const text = stringify(copy)
        const error = refusal(text)
        if (error) pointsInto(text, error)
      }),
      { numRuns: 80 },
    )
  })
})

describe('a valid scenario', () => {
  test('is the same one when what it resolved to is read again', () => {
    const once = load(VALID)
    const again = load(stringify(once.resolved))
    expect(again.resolved).toEqual(once.resolved)
    const figures = ({ variants }: typeof once) => JSON.stringify(variants)
    expect(figures(again)).toBe(figures(once))
  })

  test('gives the same bytes twice', () => {
    expect(JSON.stringify(load(VALID))).toBe(JSON.stringify(load(VALID)))
  })
})

describe('merging', () => {
  // A key holds the same type of thing wherever it occurs, as those of a scenario do.
  const leaf = fc.oneof(fc.integer(), fc.constantFrom('a', 'b'))
  const level = (below?: fc.Arbitrary<unknown>) =>
    fc.record(
      { x: leaf, y: fc.array(leaf, { maxLength: 2 }), ...(below ? { m: below, n: below } : {}) },
      { requiredKeys: [] },
    )
  const documents = level(level(level()))
  const tree = (value: unknown) => readFileText(stringify({ top: value }), 'x.yaml')

  test('does not depend on where one begins', () => {
    fc.assert(
      fc.property(documents, documents, documents, (a, b, c) => {
        const [x, y, z] = [tree(a), tree(b), tree(c)]
        expect(plain(merge(merge(x, y), z))).toEqual(plain(merge(x, merge(y, z))))
      }),
    )
  })

  test('with itself or with nothing changes nothing', () => {
    fc.assert(
      fc.property(documents, (a) => {
        expect(plain(merge(tree(a), tree(a)))).toEqual({ top: a })
        expect(plain(merge(tree(a), tree({})))).toEqual({ top: a })
        expect(plain(merge(tree({}), tree(a)))).toEqual({ top: a })
      }),
    )
  })
})
