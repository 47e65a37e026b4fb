// A mistake before its place and name are known: checks say what is wrong, the tree of what was written says where.

import { nearest, quote } from '../errors.ts'
import { ExpressionError } from './expression.ts'
import type { Path } from './scenario.ts'

interface Common {
  readonly hint?: string | undefined
  /** From where it is reported, further down. */
  readonly at?: Path
  /** The key is wrong, not its value. */
  readonly key?: true
  /** Characters into the text. */
  readonly offset?: number
}

/** What is `invalid` or `missing` gets its name from its place: `invalid rate: 5; expected …`. */
export type Problem = Common &
  (
    | { readonly invalid: string; readonly expected: string }
    | { readonly missing: string; readonly meaning: string }
    | { readonly message: string }
  )

/** Takes note of a problem at a path. */
export type Report = (path: Path, problem: Problem) => void

export const invalid = (value: unknown, expected: string, hint?: string): Problem => ({
  invalid: shown(value),
  expected,
  hint,
})

/** `looks` is what a value looks like: `a rate with its unit, such as 12/s`. */
export const missing = (looks: string, meaning: string): Problem => ({ missing: looks, meaning })

/** An expression's own mistake as a problem of the key it stands at; any other error goes on. */
export function expressionProblem(key: string, error: unknown): Problem {
  if (!(error instanceof ExpressionError)) throw error
  const { message, offset, hint } = error
  return { message: `invalid ${key}: ${message}, at column ${offset + 1} of the text`, offset, hint }
}

const MAX_KNOWN = 24
/** Comparing a name with very many others would take longer than it helps. */
const MAX_COMPARED = 1000

export function unknown(what: string, name: string, known: readonly string[]): Problem {
  const near = nearest(name, known.slice(0, MAX_COMPARED))
  return {
    message: `unknown ${what}: ${quote(name)}; known: ${listed(known)}`,
    hint: near === undefined ? undefined : `did you mean "${near}"?`,
  }
}

export const unknownKey = (key: string, known: readonly string[]): Problem => ({
  ...unknown('key', key, known),
  at: [key],
  key: true,
})

export const listed = (names: readonly string[]): string => {
  if (names.length === 0) return 'none'
  const rest = names.length - MAX_KNOWN
  return rest > 0 ? `${names.slice(0, MAX_KNOWN).join(', ')} and ${rest} more` : names.join(', ')
}

/** A value in a message. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return value === '' ? '""' : quote(value)
}

/** Problems as the text of a zod issue. */
export const say = (...problems: readonly Problem[]): string => JSON.stringify(problems)

/** The problems of a zod issue. */
export const heard = (text: string): Problem[] => JSON.parse(text) as Problem[]

/** The problem as a sentence, about the thing at this path. */
export function sentence(problem: Problem, path: Path): string {
  if ('message' in problem) return problem.message
  const name = nameOf(path)
  return 'missing' in problem
    ? `missing ${name} (${problem.missing}): ${problem.meaning}`
    : `invalid ${name}: ${problem.invalid}; expected ${problem.expected}`
}

/** `rate`, or `between[0]` for an entry of a list. */
function nameOf(path: Path): string {
  const last = path.findLastIndex((step) => typeof step === 'string')
  if (last < 0) return 'scenario'
  return (
    quote(path[last]!) +
    path
      .slice(last + 1)
      .map((index) => `[${index}]`)
      .join('')
  )
}
