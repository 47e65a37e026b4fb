// From a problem at a path to a mistake at a line and column.

import { type Mistake, ScenarioError } from '../../errors.ts'
import { type Problem, sentence } from '../problem.ts'
import type { Path } from '../scenario.ts'
import { child, isNull, type Node, type Origin } from './tree.ts'

/** A mistake at a place; in a `--set`, which has no lines, the text itself is the place. */
export function mistakeAt({ source, offset }: Origin, message: string, given?: string): Mistake {
  const hint = given ?? source.hint
  const told = { message, ...(hint === undefined ? {} : { hint }) }
  if (!source.lines) return { ...told, message: `${source.name}: ${message}` }
  const { line, col } = source.lines.linePos(Math.min(offset, source.text.length))
  const start = source.text.lastIndexOf('\n', offset - 1) + 1
  const end = source.text.indexOf('\n', start)
  const excerpt = source.text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '')
  return {
    ...told,
    place: { file: source.name, line: Math.max(line, 1), column: Math.max(col, 1) },
    excerpt,
  }
}

/** A mistake in the tree: at the value, at the key where that is wrong or has no value, at the mapping's key where something is missing in it. */
export function locate(tree: Node, from: Path, problem: Problem): Mistake {
  const path = [...from, ...(problem.at ?? [])]
  const { origin, found } = whereabouts(tree, path, problem)
  // What has no place of its own, such as the constant that a bare quantity stands for, goes by the name of what has.
  const name = 'missing' in problem ? path : path.slice(0, found)
  return mistakeAt(origin, sentence(problem, name), problem.hint)
}

function whereabouts(tree: Node, path: Path, problem: Problem): { origin: Origin; found: number } {
  let node = tree
  let key = tree.origin
  let found = 0
  for (const step of path) {
    const next = child(node, step)
    if (!next) break
    key = node.type === 'mapping' ? node.entries.get(String(step))!.origin : next.origin
    node = next
    found++
  }
  const lacking = found < path.length && node.type !== 'scalar'
  if (problem.key || lacking || isNull(node)) return { origin: key, found }
  return { origin: within(node, problem.offset ?? 0), found }
}

/** Some characters into a text, if it is written as it reads: plain, or in quotes without escapes. */
function within(node: Node, offset: number): Origin {
  const { source, offset: start } = node.origin
  if (offset === 0 || node.type !== 'scalar') return node.origin
  const text = String(node.value)
  const quotes = /["']/.test(source.text[start] ?? '') ? 1 : 0
  return source.text.startsWith(text, start + quotes)
    ? { source, offset: start + quotes + offset }
    : node.origin
}

const MAX_MISTAKES = 100

/** Gathers mistakes, each once, and a hundred at most. */
export class Mistakes {
  readonly #list: Mistake[] = []
  readonly #seen = new Set<string>()
  #more = 0

  add(mistake: Mistake): void {
    const { place, message } = mistake
    const key = JSON.stringify([place?.file, place?.line, place?.column, message])
    if (this.#seen.has(key)) return
    if (this.full) this.#more++
    else {
      this.#seen.add(key)
      this.#list.push(mistake)
    }
  }

  get full(): boolean {
    return this.#list.length >= MAX_MISTAKES
  }

  /** Throws them, if there are any: file after file as they came in, from top to bottom. */
  throwIfAny(): void {
    if (this.#list.length === 0) return
    const files = [...new Set(this.#list.map(({ place }) => place?.file))]
    const position = ({ place }: Mistake) => [
      files.indexOf(place?.file),
      place?.line ?? 0,
      place?.column ?? 0,
    ]
    const sorted = this.#list
      .map((mistake) => ({ mistake, at: position(mistake) }))
      .sort((a, b) => a.at[0]! - b.at[0]! || a.at[1]! - b.at[1]! || a.at[2]! - b.at[2]!)
      .map(({ mistake }) => mistake)
    throw new ScenarioError(
      this.#more === 0 ? sorted : [...sorted, { message: `and ${this.#more} more mistakes` }],
    )
  }
}
