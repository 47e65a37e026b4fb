// The words of an expression: numbers, texts in quotes, names, symbols.

import { quote } from '../errors.ts'
import { NUMBER, numberOf } from '../units.ts'

export interface Token {
  readonly type: 'number' | 'text' | 'name' | 'symbol' | 'end'
  /** As written; of a text in quotes, with them. */
  readonly text: string
  readonly value: number | string
  readonly offset: number
}

/** A mistake within an expression, `offset` characters into it. */
export class ExpressionError extends Error {
  override name = 'ExpressionError'
  constructor(
    message: string,
    readonly offset: number,
    readonly hint?: string,
  ) {
    super(message)
  }
}

const WORD = String.raw`\s*(?:(?<number>${NUMBER})|(?<text>"[^"]*"|'[^']*')|(?<name>[A-Za-z_]\w*)|(?<symbol>==|!=|<=|>=|[-+*/%<>(),]))`

/** What people write who come from other languages. */
const FOREIGN: readonly (readonly [string, string])[] = [
  ['=', '=='],
  ['&&', 'and'],
  ['||', 'or'],
  ['!', 'not'],
]

/** The tokens of a text, closed by `end`; throws ExpressionError. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const word = new RegExp(WORD, 'y')
  for (;;) {
    const match = word.exec(text)
    if (!match) break
    const { number, text: quoted, name, symbol } = match.groups!
    const written = (number ?? quoted ?? name ?? symbol)!
    const offset = word.lastIndex - written.length
    if (number !== undefined) {
      const value = numberOf(number)
      if (!Number.isFinite(value)) throw new ExpressionError(`${quote(number)} is too large`, offset)
      tokens.push({ type: 'number', text: written, value, offset })
    } else if (quoted !== undefined)
      tokens.push({ type: 'text', text: written, value: quoted.slice(1, -1), offset })
    else tokens.push({ type: name === undefined ? 'symbol' : 'name', text: written, value: written, offset })
  }
  const end = tokens.length === 0 ? 0 : tokens.at(-1)!.offset + tokens.at(-1)!.text.length
  const rest = text.slice(end)
  const offset = end + rest.length - rest.trimStart().length
  if (offset < text.length) throw stray(text, offset)
  tokens.push({ type: 'end', text: '', value: '', offset: text.length })
  return tokens
}

function stray(text: string, offset: number): ExpressionError {
  const rest = text.slice(offset)
  if (rest[0] === '"' || rest[0] === "'") return new ExpressionError(`${rest[0]} is never closed`, offset)
  const foreign = FOREIGN.find(([written]) => rest.startsWith(written))
  return new ExpressionError(
    `unexpected "${quote(foreign?.[0] ?? String.fromCodePoint(rest.codePointAt(0)!))}"`,
    offset,
    foreign && `did you mean "${foreign[1]}"?`,
  )
}
