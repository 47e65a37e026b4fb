/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is tested */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExpressionError, parseExpression, type Scope } from '../../src/scenario/expression.ts'
import { parseTemplate } from '../../src/scenario/template.ts'

const scope: Scope = { agents: 54, mode: 'concurrent', rho: 0.8, fast: true }
const names = Object.keys(scope)
const value = (text: string) => parseExpression(text, names).evaluate(scope)

function mistake(work: () => unknown): ExpressionError {
  try {
    work()
  } catch (error) {
    if (error instanceof ExpressionError) return error
    throw error
  }
  throw new Error('no mistake')
}

describe('values', () => {
  test.each([
    // 500 + 150 · 54 = 8600
    ['500 + 150 * agents', 8600],
    // (2 + 3) · 4 = 20; 2 − 3 − 4 = −5: to the left; 8 / 4 / 2 = 1; 7 mod 4 = 3
    ['(2 + 3) * 4', 20],
    ['2 - 3 - 4', -5],
    ['8 / 4 / 2', 1],
    ['7 % 4', 3],
    ['-2 * -agents', 108],
    ['2 - -3', 5],
    ['1.5e2 + .5', 150.5],
    ['min(3, agents, 7) + max(1, 2)', 5],
    ['ceil(agents / 4) + floor(1.9) + round(2.5)', 18],
    ['sqrt(agents - 5)', 7],
    ['ceil(log2(agents))', 6],
    ['mode', 'concurrent'],
    ['\'a\' == "a"', true],
    ['mode == "concurrent" and agents >= 54', true],
    ['not fast or rho < 1', true],
    ['not (fast or rho < 1)', false],
    // `and` binds tighter than `or`: true or (false and false)
    ['true or false and false', true],
    // `not` binds looser than a comparison: not (54 == 54)
    ['not agents == 54', false],
    ['agents == "54"', false],
    // What is not needed is not looked at.
    ['agents == 0 or 10 / agents < 1', true],
    ['agents != 0 and mode != "x"', true],
  ])('%s', (text, expected) => {
    expect(value(text)).toBe(expected)
  })

  test('the binary logarithm of a power of two is exact', () => {
    for (let power = -40; power <= 50; power++)
      expect(parseExpression('log2(agents)', names).evaluate({ agents: 2 ** power })).toBe(power)
  })

  test('integer arithmetic is that of JavaScript', () => {
    const operand = fc.integer({ min: -1000, max: 1000 })
    fc.assert(
      fc.property(operand, operand, operand, (a, b, c) => {
        expect(value(`(${a}) + (${b}) * (${c})`)).toBe(a + b * c || 0)
        expect(value(`((${a}) - (${b})) * (${c}) < (${b})`)).toBe((a - b) * c < b)
      }),
    )
  })

  test('says which parameters it mentions', () => {
    expect([...parseExpression('min(rho, 1) < 2 and mode == "rho"', names).names]).toEqual(['rho', 'mode'])
  })
})

describe('mistakes, with their place', () => {
  test.each([
    ['agents = 54', 7, 'unexpected "="'],
    ['fast && true', 5, 'unexpected "&&"'],
    ['!fast', 0, 'unexpected "!"'],
    ['agnets + 1', 0, 'unknown parameter: agnets; known: agents, mode, rho, fast'],
    ['cell(2)', 0, 'unknown function: cell; known: min, max, ceil, floor, round, log2, sqrt'],
    ['sqrt(1, 2)', 0, 'sqrt takes one number, not 2'],
    ['1 +', 3, 'it ends too early; expected a number, a text in quotes or a parameter'],
    ['', 0, 'it ends too early; expected a number, a text in quotes or a parameter'],
    ['(1 + 2', 6, 'unexpected end; expected ")"'],
    ['1 2', 2, 'unexpected "2"; expected an operator or the end'],
    ['"abc', 0, '" is never closed'],
    ['1 < rho < 2', 8, 'comparisons do not chain'],
    ['1e999', 0, '1e999 is too large'],
    ['mode + 1', 5, '+ takes numbers, not "concurrent"'],
    ['agents and true', 7, '"and" takes true or false, not 54'],
    ['rho / (agents - 54)', 4, 'division by zero'],
    ['sqrt(-1)', 0, 'the result of sqrt is not a finite number'],
    ['log2(0)', 0, 'the result of log2 is not a finite number'],
    ['constructor', 0, 'unknown parameter: constructor; known: agents, mode, rho, fast'],
    ['toString()', 0, 'unknown function: toString; known: min, max, ceil, floor, round, log2, sqrt'],
  ])('%s', (text, offset, message) => {
    const error = mistake(() => value(text))
    expect([error.offset, error.message]).toEqual([offset, message])
  })

  test('suggestions for slips and for other languages', () => {
    expect(mistake(() => value('agnets')).hint).toBe('did you mean "agents"?')
    expect(mistake(() => value('fast || true')).hint).toBe('did you mean "or"?')
    expect(mistake(() => value('cell(2)')).hint).toBe('did you mean "ceil"?')
  })

  test('depth and length have an end', () => {
    expect(mistake(() => value(`${'('.repeat(50)}1`)).message).toBe('nested more than 40 deep')
    expect(mistake(() => value(`${'-'.repeat(50)}1`)).message).toBe('nested more than 40 deep')
    expect(mistake(() => value('1 + '.repeat(1000))).message).toMatch(/4000 characters long/)
  })

  test('any text at all gives a value or an ExpressionError', () => {
    const piece = fc.constantFrom(
      'agents',
      'mode',
      '1',
      '"x"',
      '(',
      ')',
      '+',
      '-',
      'not',
      'and',
      '==',
      ',',
      'min',
      '%',
      '${',
      "'",
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join(' ')),
    )
    fc.assert(
      fc.property(text, (text) => {
        try {
          expect(['number', 'string', 'boolean']).toContain(typeof value(text))
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('templates', () => {
  const fill = (text: string) => parseTemplate(text, names)?.fill(scope)

  test('an expression alone keeps its type, within text it is printed', () => {
    expect(fill('${agents}')).toBe(54)
    expect(fill('${fast}')).toBe(true)
    expect(fill('${rho}/s')).toBe('0.8/s')
    expect(fill('${500 + 150 * agents} ms')).toBe('8600 ms')
    expect(fill('${mode}-${agents}')).toBe('concurrent-54')
    expect(fill(' ${agents}')).toBe(' 54')
  })

  test('a text without ${ is none', () => {
    expect(parseTemplate('$agents {agents}', names)).toBeUndefined()
  })

  test('mistakes count from the beginning of the text', () => {
    expect(mistake(() => fill('a ${agents} ${1 / 0}')).offset).toBe(16)
    expect(mistake(() => fill('a ${agnets}')).offset).toBe(4)
    expect(mistake(() => fill('a ${agents')).offset).toBe(2)
  })
})
