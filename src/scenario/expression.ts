// A small expression language for `${…}`, `when`, `where` and `condition`: numbers, text, truth values, the scenario's
// parameters, arithmetic, comparison, and/or/not, a few functions. Top-down operator precedence (Pratt 1973).
// Nothing in it can loop, call out or assign.

import { nearest, quote } from '../errors.ts'
import type { Scalar } from './scenario.ts'
import { ExpressionError, type Token, tokenize } from './tokens.ts'

export { ExpressionError } from './tokens.ts'

const MAX_LENGTH = 2000
const MAX_DEPTH = 40

export type Scope = Readonly<Record<string, Scalar>>

export interface Expression {
  readonly text: string
  /** The parameters it mentions. */
  readonly names: ReadonlySet<string>
  /** Throws ExpressionError where values and operators do not fit. */
  evaluate(scope: Scope): Scalar
}

/** Parses an expression over these parameters; throws ExpressionError. */
export function parseExpression(text: string, parameters: readonly string[]): Expression {
  if (text.length > MAX_LENGTH)
    throw new ExpressionError(`${text.length} characters long; expected at most ${MAX_LENGTH}`, 0)
  const parser = new Parser(tokenize(text), parameters)
  const evaluate = parser.expression(0)
  parser.expect('end')
  return { text, names: parser.names, evaluate }
}

type Evaluate = (scope: Scope) => Scalar

interface Infix {
  /** Binds tighter the higher it is; `not` stands at 3, a sign at 7. */
  readonly power: number
  readonly chains: boolean
  make(left: Evaluate, right: Evaluate, offset: number): Evaluate
}

const NOT = 3
const SIGN = 7

const INFIX: Readonly<Record<string, Infix>> = {
  or: logical(1, (a, b) => a() || b()),
  and: logical(2, (a, b) => a() && b()),
  '==': { power: 4, chains: false, make: (a, b) => (scope) => a(scope) === b(scope) },
  '!=': { power: 4, chains: false, make: (a, b) => (scope) => a(scope) !== b(scope) },
  '<': comparison((a, b) => a < b),
  '<=': comparison((a, b) => a <= b),
  '>': comparison((a, b) => a > b),
  '>=': comparison((a, b) => a >= b),
  '+': arithmetic(5, '+', (a, b) => a + b),
  '-': arithmetic(5, '-', (a, b) => a - b),
  '*': arithmetic(6, '*', (a, b) => a * b),
  '/': arithmetic(6, '/', (a, b) => a / b),
  '%': arithmetic(6, '%', (a, b) => a % b),
}

interface NumericFunction {
  readonly operands: 'one' | 'many'
  of(...values: number[]): number
}

const FUNCTIONS: Readonly<Record<string, NumericFunction>> = {
  min: { operands: 'many', of: Math.min },
  max: { operands: 'many', of: Math.max },
  ceil: { operands: 'one', of: Math.ceil },
  floor: { operands: 'one', of: Math.floor },
  round: { operands: 'one', of: Math.round },
  log2: { operands: 'one', of: log2 },
  sqrt: { operands: 'one', of: Math.sqrt },
}

const WORDS: readonly string[] = ['true', 'false', 'and', 'or', 'not']

/** Names that no parameter can have: the language's own words, and those of a matrix. */
export const RESERVED: readonly string[] = [...WORDS, 'zip', 'where']

/** What expressions can call a parameter. */
export const PARAMETER_NAME = new RegExp(`^(?!(${RESERVED.join('|')})$)[A-Za-z_]\\w{0,63}$`)

class Parser {
  readonly names = new Set<string>()
  readonly #tokens: readonly Token[]
  readonly #parameters: readonly string[]
  #next = 0
  #depth = 0

  constructor(tokens: readonly Token[], parameters: readonly string[]) {
    this.#tokens = tokens
    this.#parameters = parameters
  }

  /** An expression whose operators all bind tighter than `power`. */
  expression(power: number): Evaluate {
    if (++this.#depth > MAX_DEPTH)
      throw new ExpressionError(`nested more than ${MAX_DEPTH} deep`, this.#peek().offset)
    let left = this.#operand()
    for (;;) {
      const token = this.#peek()
      const infix = token.type === 'symbol' || token.type === 'name' ? own(INFIX, token.text) : undefined
      if (!infix || infix.power <= power) break
      this.#next++
      left = infix.make(left, this.expression(infix.power), token.offset)
      if (!infix.chains && own(INFIX, this.#peek().text)?.power === infix.power)
        throw new ExpressionError('comparisons do not chain', this.#peek().offset, 'join them with "and"')
    }
    this.#depth--
    return left
  }

  expect(text: string): void {
    const token = this.#peek()
    if (token.text !== text && token.type !== text)
      throw new ExpressionError(
        `unexpected ${described(token)}; expected ${text === 'end' ? 'an operator or the end' : `"${text}"`}`,
        token.offset,
      )
    this.#next++
  }

  #peek(): Token {
    return this.#tokens[this.#next]!
  }

  #operand(): Evaluate {
    const token = this.#peek()
    this.#next++
    if (token.type === 'number' || token.type === 'text') {
      const { value } = token
      return () => value
    }
    if (token.text === 'true') return () => true
    if (token.text === 'false') return () => false
    if (token.text === 'not') {
      const operand = this.expression(NOT)
      return (scope) => !asTruth(operand(scope), 'not', token.offset)
    }
    if (token.text === '-') {
      const operand = this.expression(SIGN)
      return (scope) => -asNumber(operand(scope), '-', token.offset)
    }
    if (token.text === '(') {
      const inner = this.expression(0)
      this.expect(')')
      return inner
    }
    if (token.type === 'name' && !WORDS.includes(token.text))
      return this.#peek().text === '(' ? this.#call(token) : this.#parameter(token)
    throw new ExpressionError(
      `${token.type === 'end' ? 'it ends too early' : `unexpected ${described(token)}`}; expected a number, a text in quotes or a parameter`,
      token.offset,
    )
  }

  #parameter({ text, offset }: Token): Evaluate {
    if (!this.#parameters.includes(text)) throw unknown('parameter', text, this.#parameters, offset)
    this.names.add(text)
    return (scope) => scope[text]!
  }

  #call({ text, offset }: Token): Evaluate {
    const called = own(FUNCTIONS, text)
    if (!called) throw unknown('function', text, Object.keys(FUNCTIONS), offset)
    this.expect('(')
    const operands = [this.expression(0)]
    while (this.#peek().text === ',') {
      this.#next++
      operands.push(this.expression(0))
    }
    this.expect(')')
    if (called.operands === 'one' && operands.length > 1)
      throw new ExpressionError(`${text} takes one number, not ${operands.length}`, offset)
    return (scope) =>
      finite(called.of(...operands.map((each) => asNumber(each(scope), text, offset))), text, offset)
  }
}

function logical(power: number, join: (a: () => boolean, b: () => boolean) => boolean): Infix {
  const name = power === 1 ? 'or' : 'and'
  const make: Infix['make'] = (left, right, offset) => (scope) =>
    join(
      () => asTruth(left(scope), name, offset),
      () => asTruth(right(scope), name, offset),
    )
  return { power, chains: true, make }
}

function comparison(holds: (a: number, b: number) => boolean): Infix {
  const make: Infix['make'] = (left, right, offset) => (scope) =>
    holds(asNumber(left(scope), 'a comparison', offset), asNumber(right(scope), 'a comparison', offset))
  return { power: 4, chains: false, make }
}

function arithmetic(power: number, symbol: string, of: (a: number, b: number) => number): Infix {
  const make: Infix['make'] = (left, right, offset) => (scope) =>
    finite(of(asNumber(left(scope), symbol, offset), asNumber(right(scope), symbol, offset)), symbol, offset)
  return { power, chains: true, make }
}

/** Exact for powers of two, and the same bits on every machine, which Math.log2 does not promise. */
function log2(x: number): number {
  if (!(x > 0)) return Number.NaN
  let exponent = 0
  let mantissa = x
  for (; mantissa >= 2; mantissa /= 2) exponent++
  for (; mantissa < 1; mantissa *= 2) exponent--
  return exponent + Math.log(mantissa) / Math.LN2
}

function asNumber(value: Scalar, by: string, offset: number): number {
  if (typeof value === 'number') return value
  throw new ExpressionError(`${by} takes numbers, not ${shown(value)}`, offset)
}

function asTruth(value: Scalar, by: string, offset: number): boolean {
  if (typeof value === 'boolean') return value
  throw new ExpressionError(`"${by}" takes true or false, not ${shown(value)}`, offset)
}

function finite(value: number, by: string, offset: number): number {
  if (Number.isFinite(value)) return value
  throw new ExpressionError(
    by === '/' || by === '%' ? 'division by zero' : `the result of ${by} is not a finite number`,
    offset,
  )
}

const shown = (value: Scalar): string => (typeof value === 'string' ? `"${quote(value)}"` : String(value))

const described = (token: Token): string => (token.type === 'end' ? 'end' : `"${quote(token.text)}"`)

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

function unknown(what: string, name: string, known: readonly string[], offset: number): ExpressionError {
  const near = nearest(name, known)
  return new ExpressionError(
    `unknown ${what}: ${quote(name)}; known: ${known.length === 0 ? 'none' : known.join(', ')}`,
    offset,
    near === undefined ? undefined : `did you mean "${near}"?`,
  )
}
