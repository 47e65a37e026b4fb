// Numbers as people write them: read as one wherever a scenario may have one, or refused with the mend.
/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios are full of them */

import { describe, expect, test } from 'vitest'
import { edit, load, printed } from './fakes.ts'

const agents = 'matrix:\n  agents: [1, 4]'

/** The values that an axis has. */
const axis = (written: string) =>
  load(edit(agents, `matrix:\n  agents: [${written}]`)).axes.find(({ name }) => name === 'agents')!.values

describe.each([
  ['10_000', 10_000],
  ['1_000.5', 1000.5],
  ['-1_0', -10],
  ['+3', 3],
  ['.5', 0.5],
  ['1e3', 1000],
  ['1_0e2', 1000],
  ['0x10', 16],
])('%s', (written, value) => {
  const known = (more = '') => edit('rho: 0.8 }', `rho: 0.8, x: ${written}${more} }`)

  test('is a number as a parameter', () => {
    expect(load(known()).variants[0]!.scenario.parameters.x).toBe(value)
  })

  test('is the same from the command line', () => {
    const { variants } = load(known(), { sets: [`parameters.x=${written}`] })
    expect(variants[0]!.scenario.parameters.x).toBe(value)
  })

  test('is one that can be reckoned with', () => {
    const { variants } = load(known(', y: "${2 * x}"'))
    expect(variants[0]!.scenario.parameters.y).toBe(2 * value)
  })
})

test('a value of the matrix is a number, by a name or by a path, and so is what is relative to it', () => {
  expect(axis('1_0, 4')).toEqual([10, 4])
  const { axes, variants } = load(edit(agents, 'matrix:\n  services.ollama.servers: [1_0, 2]'))
  expect(axes[0]!.values).toEqual([10, 2])
  expect(variants[0]!.parameters['services.ollama.servers']).toBe(10)
  expect(variants[0]!.scenario.services.ollama!.values.servers).toBe(10)
  const relative = edit('relative-to: { mode: concurrent }', 'relative-to: { agents: 1_0 }')
  expect(printed(relative.replace('agents: [1, 4]', 'agents: [1_0, 4]'))).toBe('no mistake')
})

test('an expression takes underscores, too', () => {
  const { variants } = load(
    edit('agents: 4, mode', 'agents: "${1_0 + 0}", mode').replace('agents: [1, 4]', 'rho: [1]'),
  )
  expect(variants[0]!.scenario.parameters.agents).toBe(10)
})

test.each(['1__0', '_10', '10_', '1_0s', 'gpt_4'])('%s is the text that it is', (written) => {
  const { variants } = load(edit('rho: 0.8 }', `rho: 0.8, x: ${written} }`))
  expect(variants[0]!.scenario.parameters.x).toBe(written)
})

test('more than can be told apart is refused', () => {
  expect(printed(edit('rho: 0.8 }', 'rho: 0.8, x: 9_999_999_999_999_999 }'))).toMatchInlineSnapshot(`
    "a.yaml:6:57: invalid x: 9_999_999_999_999_999; expected a number from -2^53 to 2^53
      6 | parameters: { agents: 4, mode: sequential, rho: 0.8, x: 9_999_999_999_999_999 }
                                                                  ^"
  `)
})

describe('what is refused, with the mend', () => {
  test('commas, which part a list', () => {
    expect(printed(edit('[1, 4]', '[1,000, 2]'))).toMatchInlineSnapshot(`
      "a.yaml:8:14: invalid number: 000; expected one that does not begin with a needless 0
        8 |   agents: [1,000, 2]
                         ^
        a number has no commas: 1000 or 1_000"
    `)
  })

  test('commas elsewhere', () => {
    expect(printed(edit('servers: 2', 'servers: 1,000'))).toMatchInlineSnapshot(`
      "a.yaml:23:14: invalid servers: 1,000; expected a whole number, such as 54
        23 |     servers: 1,000
                          ^
        a number has no commas: 1000 or 1_000, and 1.5 with a point"
    `)
  })

  test('a needless 0 in front, which some readers take for octal', () => {
    expect(printed(edit('servers: 2', 'servers: 010'))).toMatchInlineSnapshot(`
      "a.yaml:23:14: invalid number: 010; expected one that does not begin with a needless 0
        23 |     servers: 010
                          ^
        write 10, or "010" for a text"
    `)
    expect(printed(edit('servers: 2', 'servers: 0.5'))).toContain('invalid servers: 0.5')
  })

  test('a number of seeds with underscores', () => {
    expect(printed(edit('seeds: 3', 'seeds: 1_0'))).toMatchInlineSnapshot(`
      "a.yaml:10:8: invalid seeds: 1_0; expected a number of seeds from 1 to 100000, or a list of seeds
        10 | seeds: 1_0
                    ^
        did you mean 10?"
    `)
  })
})

describe('a suffix that is spelt otherwise', () => {
  test.each([
    ['measure: { duration: 600s', 'measure: { duration: 10 minutes', 'did you mean "10min"?'],
    ['latency: 1ms', 'latency: 1 msec', 'did you mean "1ms"?'],
    ['memory: 8GiB', 'memory: 8 gigs', 'did you mean "8GiB"?'],
    ['memory: 8GiB', 'memory: 8gib', 'did you mean "8GiB"?'],
    ['rate: "${rho}/s"', 'rate: 5 per second', 'did you mean "5/s"?'],
    ['rate: "${rho}/s"', 'rate: 90 rpm', 'did you mean "90/min"?'],
    ['loss: 1%', 'loss: 1 percent', 'did you mean "1%"?'],
    ['latency: 1ms', 'latency: 1', 'did you mean "1ms"?'],
  ])('%s, as %s', (from, to, hint) => {
    expect(printed(edit(from, to))).toContain(hint)
  })

  test('is not guessed where nothing is like it', () => {
    expect(printed(edit('memory: 8GiB', 'memory: 8 potatoes'))).not.toContain('did you mean')
    expect(printed(edit('measure: { duration: 600s', 'measure: { duration: 10GiB'))).not.toContain(
      'did you mean',
    )
  })
})
