// A file and all that it extends, as one tree.

import { dirname, isAbsolute, join } from 'node:path'
import { type Mistake, printable, ScenarioError } from '../../errors.ts'
import { merge } from './merge.ts'
import { mistakeAt } from './places.ts'
import { readFileText } from './text.ts'
import type { Entry, Node } from './tree.ts'

const MAX_CHAIN = 8

/** A path that a file names, as seen from where that file's own path is: `a/b.yaml` and `../c.csv` make `c.csv`. */
export const besideFile = (file: string, path: string): string =>
  isAbsolute(path) ? path : join(dirname(file), path)

/** Reads a file and its bases; throws ScenarioError. `read` gives a file's text, and throws where it cannot. */
export const readExtending = (file: string, read: (path: string) => string): Node =>
  extending(file, readFileText(textOf(file, read), file), read, [join(file)])

function extending(file: string, tree: Node, read: (path: string) => string, chain: readonly string[]): Node {
  const named = tree.type === 'mapping' ? tree.entries.get('extends') : undefined
  if (!named) return tree
  const base = join(baseOf(file, named))
  const refuse = (message: string, hint?: string) => {
    throw new ScenarioError([mistakeAt(named.node.origin, message, hint)])
  }
  const names = [...chain, base].map(printable).join(' → ')
  if (chain.includes(base)) refuse(`a circle of extends: ${names}`, 'the last base of all extends nothing')
  if (chain.length > MAX_CHAIN) refuse(`more than ${MAX_CHAIN} extends in a row: ${names}`)
  const text = textOf(base, read, named)
  const whole = merge(extending(base, readFileText(text, base), read, [...chain, base]), tree)
  return without(whole, 'extends')
}

function baseOf(file: string, { node }: Entry): string {
  const refuse = (message: string) => new ScenarioError([mistakeAt(node.origin, message)])
  if (node.type !== 'scalar' || typeof node.value !== 'string' || node.value.trim() === '')
    throw refuse('invalid extends; expected the path of one scenario, such as ./base.yaml')
  if (isAbsolute(node.value) || /[\n\t]/.test(node.value))
    throw refuse(
      `invalid extends: ${printable(node.value)}; expected a path relative to this file, such as ../base.yaml`,
    )
  return besideFile(file, node.value)
}

/** The text of a file; where it cannot be read, the mistake stands at the `extends` that names it. */
export function textOf(file: string, read: (path: string) => string, named?: Entry): string {
  const at = (message: string): Mistake => (named ? mistakeAt(named.node.origin, message) : { message })
  try {
    return read(file)
  } catch (error) {
    if (error instanceof ScenarioError)
      throw new ScenarioError(
        error.mistakes.map((each) => (each.place ? each : { ...each, ...at(each.message) })),
      )
    if (!(error instanceof Error && 'code' in error)) throw error
    const reason = error.code === 'ENOENT' ? 'no such file' : printable(error.message)
    throw new ScenarioError([at(`cannot read ${printable(file)}: ${reason}`)])
  }
}

/** The tree without a key at its top. */
export function without(tree: Node, key: string): Node {
  if (tree.type !== 'mapping') return tree
  const entries = new Map(tree.entries)
  entries.delete(key)
  return { ...tree, entries }
}
