import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonBytes } from '../../src/world/message-size.ts'

const written = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '')

/** Strings of whatever UTF-16 can hold, halves of surrogate pairs and control characters included. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.integer({ min: 0, max: 0x7f }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
)
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(-0, 1e15, 1e21, 5e-324, 0.1 + 0.2),
)
const left = fc.constantFrom<unknown>(undefined, () => 0, Symbol('left out'))

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    left,
    fc.array(tie('tree'), { maxLength: 6 }),
    fc.dictionary(text, tie('tree'), { maxKeys: 6 }),
  ),
}))

test('a message is as long as its JSON in UTF-8', () => {
  fc.assert(
    fc.property(tree, (value) => {
      expect(jsonBytes(value)).toBe(written(value))
    }),
    { numRuns: 5000 },
  )
})

test('every single character, and every pair with a surrogate, has the length JSON gives it', () => {
  for (let unit = 0; unit <= 0xffff; unit++) {
    const character = String.fromCharCode(unit)
    if (jsonBytes(character) !== written(character)) expect.fail(`character ${unit}`)
  }
  for (const pair of [
    '\ud800\udc00',
    '\udbff\udfff',
    '\udc00\ud800',
    '\ud83d',
    'a\ud83d',
    '\ud83da',
    '\udfff\udfff',
  ])
    expect(jsonBytes(pair)).toBe(written(pair))
})

test('fields and elements that JSON leaves out', () => {
  // {"b":[null,null,1]} is 19 bytes.
  expect(jsonBytes({ a: undefined, b: [undefined, () => 0, 1], c: () => 0 })).toBe(19)
  expect(jsonBytes(undefined)).toBe(0)
  expect(jsonBytes({})).toBe(2)
})
