// `${…}` in the texts of a scenario: "${agents}" alone is the parameter's value itself, within other text it is printed.

import { type Expression, ExpressionError, parseExpression, type Scope } from './expression.ts'
import type { Scalar } from './scenario.ts'

type Piece = string | { readonly expression: Expression; readonly offset: number }

export interface Template {
  /** Throws ExpressionError, its offset counted in the whole text. */
  fill(scope: Scope): Scalar
}

/** The template that a text is, or `undefined` if there is no `${` in it. Throws ExpressionError. */
export function parseTemplate(text: string, parameters: readonly string[]): Template | undefined {
  if (!text.includes('${')) return undefined
  const pieces: Piece[] = []
  let from = 0
  for (let open = text.indexOf('${'); open >= 0; open = text.indexOf('${', from)) {
    const close = text.indexOf('}', open)
    if (close < 0) throw new ExpressionError('${ is never closed', open)
    const offset = open + 2
    if (open > from) pieces.push(text.slice(from, open))
    pieces.push({
      expression: shifted(offset, () => parseExpression(text.slice(offset, close), parameters)),
      offset,
    })
    from = close + 1
  }
  if (from < text.length) pieces.push(text.slice(from))
  const [first] = pieces
  const value = (piece: Piece, scope: Scope): Scalar =>
    typeof piece === 'string' ? piece : shifted(piece.offset, () => piece.expression.evaluate(scope))
  return {
    fill: (scope) =>
      pieces.length === 1
        ? value(first!, scope)
        : pieces.map((piece) => String(value(piece, scope))).join(''),
  }
}

function shifted<T>(by: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    throw new ExpressionError(error.message, error.offset + by, error.hint)
  }
}
