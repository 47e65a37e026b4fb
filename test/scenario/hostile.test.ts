/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios are full of them */
// Whatever a file holds, it ends in one clear error, soon, and nothing of it reaches the terminal raw.

import { describe, expect, test } from 'vitest'
import { load, printed } from './fakes.ts'

const MIB = 1024 * 1024
const one = (text: string) => {
  const message = printed(text)
  expect(message.split('\n').length).toBeLessThan(5)
  return message.split('\n', 1)[0]
}

describe('size', () => {
  test('of a file', () => {
    expect(one('#'.repeat(100 * MIB))).toBe('a.yaml is longer than 4 MiB; expected a scenario, not data')
  })

  test.each([
    ['[', '['],
    ['{', '{'],
    ['- ', '- '],
    ['? ', '? '],
    ['a: ', 'a: '],
  ])('of nesting by %s', (_, piece) => {
    expect(one(`name:\n  ${piece.repeat(MIB)}`)).toContain('nested more than 64 deep')
  })

  test('of nesting by indentation', () => {
    expect(one(Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'))).toContain(
      'nested more than 64 deep',
    )
  })

  test.each([
    ['keys', Array.from({ length: 300_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['anchors', `name: ${'&a '.repeat(MIB)}`],
    ['colons', ':\n'.repeat(MIB)],
  ])('of %s', (_, text) => {
    expect(one(text)).toContain('goes on too long from here')
  })

  test('of a list', () => {
    expect(one(`name: a\nmatrix: { x: [0${',0'.repeat(100_000)}] }\n`)).toContain('a list of 100001 entries')
  })

  test('of a text', () => {
    expect(one(`name: a\ntitle: ${'x'.repeat(70_000)}\n`)).toContain('a text of more than 64 KiB')
  })

  test('of what aliases unfold to', () => {
    const bomb = ['name: a', `a0: &a0 [${Array(30).fill('x')}]`]
    for (let i = 1; i < 10; i++) bomb.push(`a${i}: &a${i} [${Array(10).fill(`*a${i - 1}`)}]`)
    expect(one(bomb.join('\n'))).toMatch(/more than (100 aliases|250000 values)/)
    const wide = ['name: a', `a0: &a0 [${Array(90_000).fill('x')}]`, 'b: [*a0, *a0, *a0, *a0]']
    expect(one(wide.join('\n'))).toContain('more than 250000 values')
  })

  test('of a list within itself', () => {
    expect(one('name: a\nx: &x [*x]\n')).toContain('a circle of aliases')
  })
})

describe('control characters', () => {
  const hostile = '\u001b[2J\u0000\u009b\u202e'

  test.each([
    ['a value', `name: "${hostile}"\n`],
    ['a key', `name: a\n"${hostile}": 1\n`],
    ['a syntax error', `name: @${hostile}\n`],
    ['a tag', `name: !${hostile} a\n`],
    ['an alias', `name: *${hostile}\n`],
    ['a base', `extends: "${hostile}.yaml"\n`],
    ['a number', 'name: a\nseeds: "\\u001b[2J"\n'],
    ['an expression', 'name: a\nexpect: [{ metric: m, below: 1, when: "1 \\u009b 2" }]\n'],
  ])('in %s are not printed', (_, text) => {
    const message = printed(text)
    expect(message).not.toBe('no mistake')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })

  test('on the command line are not printed', () => {
    for (const sets of [
      [`a${hostile}`],
      [`title=${hostile}`],
      [`${hostile}=1`],
      [`hosts.${hostile}.cores=1`],
    ]) {
      const message = printed('name: a\n', { sets })
      expect(message).not.toBe('no mistake')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    }
  })
})

describe('prototypes', () => {
  test.each(['__proto__', 'constructor', 'prototype'])('%s is no key anywhere', (key) => {
    expect(printed(`name: a\n${key}: {}\n`)).toContain(`a key cannot be called ${key}`)
    expect(printed(`name: a\nhosts: { a: { "${key}": { polluted: 1 } } }\n`)).toContain('cannot be called')
    expect(printed(`name: a\nmatrix: { hosts.${key}.cores: [1] }\n`)).toContain('cannot be called')
    expect(printed('name: a\n', { sets: [`${key}.polluted=1`] })).toContain('cannot be called')
    expect(printed('name: a\n', { sets: [`hosts={${key}: {polluted: 1}}`] })).toContain('cannot be called')
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  test('names of what every object has are names like others', () => {
    const { variants } = load(
      'name: a\nparameters: { toString: 3 }\nhosts: { valueof: { cores: "${toString}" } }\n',
    )
    expect(variants[0]!.scenario.hosts.valueof!.values.cores).toBe(3)
    expect(printed('name: a\nhosts: { a: { toString: 1 } }\n')).toContain('unknown key: toString')
    expect(printed('name: a\nhosts: { a: { cores: "${hasOwnProperty}" } }\n')).toContain('unknown parameter')
  })
})

test('very many mistakes are told up to the hundredth', () => {
  const lines = printed(
    `name: a\nhosts:\n${Array.from({ length: 5000 }, (_, i) => `  h${i}: { coers: 1 }\n`).join('')}`,
  ).split('\n')
  expect(lines.filter((line) => line.startsWith('a.yaml:'))).toHaveLength(100)
  expect(lines.at(-1)).toBe('and 4900 more mistakes')
})
