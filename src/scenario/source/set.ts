// `--set a.b.0.c=value`, and setting at a dotted path in general, which the axes of a matrix do too.

import { type Mistake, nearest, printable, quote, ScenarioError } from '../../errors.ts'
import { listed } from '../problem.ts'
import { readValueText } from './text.ts'
import {
  descend,
  type Entry,
  FORBIDDEN_KEYS,
  type MappingNode,
  type Node,
  type Origin,
  type Source,
} from './tree.ts'

/** A path that leads nowhere. */
export class PathError extends Error {
  override name = 'PathError'
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message)
  }
}

/** `a.b.0` as steps; a step with dots in it stands in quotes: `models."llama3.2:3b".size`. Throws PathError. */
export function parsePath(text: string): string[] {
  const steps: string[] = []
  const step = /(?:"([^"]+)"|([^."=\s]+))(\.|$)/y
  for (let more = true; more; ) {
    const match = step.exec(text)
    const name = match?.[1] ?? match?.[2]
    if (!match || name === undefined)
      throw new PathError(
        `invalid path: ${quote(text) || '""'}`,
        'expected keys with dots between them, such as services.proxy.count',
      )
    if (FORBIDDEN_KEYS.includes(name)) throw new PathError(`a key cannot be called ${name}`)
    if (printable(name) !== name) throw new PathError(`control characters in a key: ${quote(name)}`)
    steps.push(name)
    more = match[3] === '.'
  }
  return steps
}

/**
 * The tree with this node at the path, which stands at `key`. Mappings that are missing on the way are made, entries of lists are not;
 * throws PathError naming what there is.
 */
export function setAt(
  tree: Node,
  path: readonly string[],
  node: Node,
  key: Origin = node.origin,
  done: readonly string[] = [],
): Node {
  const [step, ...rest] = path
  if (step === undefined) return node
  const where = done.length === 0 ? 'the scenario' : done.join('.')
  const below = (next: Node) => setAt(next, rest, node, key, [...done, step])
  if (tree.type === 'list') {
    const index = /^\d{1,6}$/.test(step) ? Number(step) : -1
    const item = tree.items[index]
    if (!item)
      throw new PathError(`${where} has no entry ${quote(step)}; known: ${indices(tree.items.length)}`)
    return { ...tree, items: tree.items.with(index, below(item)) }
  }
  const empty: MappingNode = { type: 'mapping', entries: new Map(), origin: key }
  if (tree.type === 'scalar' && tree.value !== null)
    throw new PathError(`${where} is a value and has no ${quote(step)} in it`, `set ${where} itself`)
  const mapping = tree.type === 'mapping' ? tree : empty
  const next = mapping.entries.get(step)?.node ?? empty
  const entries = new Map<string, Entry>(mapping.entries)
  entries.set(step, { origin: key, node: below(next) })
  return { ...mapping, entries }
}

const indices = (length: number): string =>
  length === 0 ? 'none' : listed(Array.from({ length }, (_, i) => String(i)))

/** Lays what was given on the command line upon the tree, one after the other. Throws ScenarioError with every mistake. */
export function applySets(tree: Node, sets: readonly string[]): Node {
  const mistakes: Mistake[] = []
  let result = tree
  for (const text of sets) {
    try {
      result = applySet(result, text)
    } catch (error) {
      if (error instanceof ScenarioError) mistakes.push(...error.mistakes)
      else if (error instanceof PathError)
        mistakes.push({
          message: `--set ${quote(text)}: ${error.message}`,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        })
      else throw error
    }
  }
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return result
}

function applySet(tree: Node, text: string): Node {
  const equals = text.indexOf('=')
  if (equals < 0) throw new PathError('expected a path, = and a value', 'such as --set measure.duration=10s')
  const path = parsePath(text.slice(0, equals).trim())
  if (path[0] === 'extends') throw new PathError('extends cannot be set; it belongs to the file')
  refuseUnnoticed(tree, path)
  const source: Source = {
    name: `--set ${quote(text)}`,
    text: text.slice(equals + 1),
    hint: misspelt(tree, path),
  }
  return setAt(tree, path, at(readValueText(source), { source, offset: 0 }))
}

const at = (node: Node, origin: Origin): Node => ({ ...node, origin })

/** Section → steps of a path that, misspelt, makes something new that nobody uses, so that no check would tell. */
const UNNOTICED: Readonly<Record<string, number>> = { parameters: 2, hosts: 3 }

function refuseUnnoticed(tree: Node, [section, name, ...rest]: readonly string[]): void {
  if (name === undefined || UNNOTICED[section!] !== 2 + rest.length) return
  const known = descend(tree, [section!])
  if (known?.type !== 'mapping' || known.entries.has(name)) return
  const near = nearest(name, known.entries.keys())
  if (near !== undefined)
    throw new PathError(
      `${section} has no ${quote(name)}`,
      `did you mean ${printable([section, near, ...rest].join('.'))}?`,
    )
}

/** The path as it may have been meant, if it begins something new that sounds like something there is. */
function misspelt(tree: Node, path: readonly string[]): string | undefined {
  const parameter = descend(tree, ['parameters', path[0]!])
  if (parameter && !descend(tree, path.slice(0, 1))) return `did you mean parameters.${path.join('.')}?`
  let node: Node | undefined = tree
  for (const [i, step] of path.slice(0, -1).entries()) {
    if (node?.type !== 'mapping') return undefined
    const next: Node | undefined = node.entries.get(step)?.node
    const near = next ? undefined : nearest(step, node.entries.keys())
    if (near !== undefined)
      return `did you mean ${printable([...path.slice(0, i), near, ...path.slice(i + 1)].join('.'))}?`
    node = next
  }
  return undefined
}
