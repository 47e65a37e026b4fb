// YAML text → tree, within limits that no honest scenario comes near. YAML 1.2, core schema, one document; no tags, no merge
// keys, no directives, few aliases: what is left means the same to every reader.

import {
  Composer,
  type CST,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
} from 'yaml'
import { type Mistake, printable, quote, ScenarioError } from '../../errors.ts'
import type { Scalar } from '../scenario.ts'
import { mistakeAt } from './places.ts'
import { reworded } from './syntax.ts'
import { type Entry, FORBIDDEN_KEYS, type Node, type Source } from './tree.ts'

const MAX_TEXT = 4 * 1024 * 1024
/** Bounds the parser's time, which takes some microseconds for each word of the text. */
const MAX_WORDS = 600_000
const MAX_DEPTH = 64
const MAX_NODES = 250_000
const MAX_ALIASES = 100
const MAX_LIST = 100_000
const MAX_STRING = 64 * 1024
const MAX_NUMBER = 2 ** 53

/** The tree of a file's text; throws ScenarioError with every mistake in its form. */
export function readFileText(text: string, file: string): Node {
  const name = printable(file)
  if (text.length > MAX_TEXT)
    throw new ScenarioError(`${name} is longer than 4 MiB; expected a scenario, not data`)
  const source = { name, file, text, lines: new LineCounter() }
  const tree = read(source, source.lines)
  const at = { source, offset: 0 }
  if (tree === undefined || (tree.type === 'scalar' && tree.value === null))
    throw new ScenarioError([
      mistakeAt(
        at,
        'the scenario is empty; expected a mapping that begins with its name',
        'such as name: my-scenario',
      ),
    ])
  if (tree.type !== 'mapping')
    throw new ScenarioError([
      mistakeAt(
        tree.origin,
        `a scenario is a mapping, not a ${tree.type === 'list' ? 'list' : 'single value'}`,
        'such as name: my-scenario',
      ),
    ])
  return { ...tree, origin: at }
}

/** The tree of a value given on the command line: a scalar, a [list] or a {mapping}. */
export function readValueText(source: Source): Node {
  if (source.text.length > MAX_STRING) throw new ScenarioError(`${source.name}: longer than 64 KiB`)
  const tree = read(source, new LineCounter(), 'flow')
  return tree ?? { type: 'scalar', value: null, origin: { source, offset: 0 } }
}

function read(source: Source, lines: LineCounter, style?: 'flow'): Node | undefined {
  const composer = new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, prettyErrors: false })
  const [document] = composer.compose(parse(source, lines), true, source.text.length)
  if (!document) return undefined
  const [error] = document.errors
  if (error) {
    const { message, hint, offset } = reworded(error, source.text)
    throw new ScenarioError([mistakeAt({ source, offset }, message, hint)])
  }
  const { contents } = document
  if (!contents) return undefined
  if (style === 'flow' && isCollection(contents) && !contents.flow)
    throw new ScenarioError(`${source.name}: expected a single value, a [list] or a {mapping}`)
  const conversion = new Conversion(source)
  const tree = conversion.node(contents, 1)
  if (conversion.mistakes.length > 0) throw new ScenarioError(conversion.mistakes)
  return tree
}

/** The parser's tokens, as long as they stay within the limits: its own recursion and memory have none. */
function parse(source: Source, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine)
  const tokens: CST.Token[] = []
  const refuse = (offset: number, message: string, hint?: string) => {
    throw new ScenarioError([mistakeAt({ source, offset }, message, hint)])
  }
  let words = 0
  let documents = 0
  lines.addNewLine(0)
  const take = (produced: ReturnType<typeof parser.next>) => {
    for (const token of produced) {
      if (token.type === 'directive')
        refuse(token.offset, 'YAML directives (%) are not supported', 'delete the line')
      if (token.type === 'document' && ++documents > 1)
        refuse(
          token.offset,
          'a second YAML document begins here; expected one scenario a file',
          'delete the line with "---" or "..."',
        )
      tokens.push(token)
    }
  }
  for (const word of new Lexer().lex(source.text)) {
    take(parser.next(word))
    if (++words > MAX_WORDS)
      refuse(parser.offset, 'the text goes on too long from here; expected a scenario, not data')
    // The document and the current value stand on the stack beside the collections.
    if (parser.stack.length > MAX_DEPTH + 2) refuse(parser.offset, tooDeep)
  }
  take(parser.end())
  return tokens
}

const tooDeep = `nested more than ${MAX_DEPTH} deep`

class Conversion {
  readonly mistakes: Mistake[] = []
  readonly #source: Source
  readonly #anchors = new Map<string, ParsedNode>()
  #nodes = 0
  #aliases = 0

  constructor(source: Source) {
    this.#source = source
  }

  node(node: ParsedNode, depth: number): Node {
    const [offset] = node.range
    const origin = { source: this.#source, offset }
    if (depth > MAX_DEPTH) this.#refuse(offset, tooDeep)
    if (++this.#nodes > MAX_NODES)
      this.#refuse(offset, `more than ${MAX_NODES} values, aliases resolved; expected a scenario, not data`)
    if (isAlias(node)) return this.#aliased(node.source, offset, depth)
    if (node.anchor) this.#anchors.set(node.anchor, node)
    if (node.tag)
      this.#note(offset, `unexpected tag: ${quote(node.tag)}; tags are not supported`, 'delete it')
    if (isScalar(node))
      return { type: 'scalar', value: this.#scalar(node.value, node.source, offset), origin }
    if (isMap(node)) return { type: 'mapping', entries: this.#entries(node.items, depth), origin }
    if (node.items.length > MAX_LIST)
      this.#refuse(offset, `a list of ${node.items.length} entries; expected at most ${MAX_LIST}`)
    return { type: 'list', items: node.items.map((item) => this.node(item as ParsedNode, depth + 1)), origin }
  }

  /** The value is converted again for each alias, and counted again. */
  #aliased(name: string, offset: number, depth: number): Node {
    if (++this.#aliases > MAX_ALIASES)
      this.#refuse(offset, `more than ${MAX_ALIASES} aliases; expected a scenario that writes its values out`)
    const meant = this.#anchors.get(name)
    if (meant?.range && meant.range[1] > offset)
      this.#note(
        offset,
        `a circle of aliases: *${quote(name)} stands within what it names`,
        'write the value out',
      )
    else if (meant) return this.node(meant, depth)
    else this.#note(offset, `unknown alias: *${quote(name)}; no &${quote(name)} stands before it`)
    return { type: 'scalar', value: null, origin: { source: this.#source, offset } }
  }

  #entries(pairs: readonly { key: unknown; value: unknown }[], depth: number): Map<string, Entry> {
    const entries = new Map<string, Entry>()
    for (const pair of pairs) {
      const key = pair.key as ParsedNode
      const [offset] = key.range
      const origin = { source: this.#source, offset }
      const name = this.#key(key)
      const node = pair.value
        ? this.node(pair.value as ParsedNode, depth + 1)
        : { type: 'scalar' as const, value: null, origin }
      if (name === undefined) continue
      const earlier = entries.get(name)
      if (!earlier) entries.set(name, { origin, node })
      else {
        const line = this.#source.lines?.linePos(earlier.origin.offset).line
        this.#note(
          offset,
          `duplicate key: ${quote(name)}${line === undefined ? '' : `, already in line ${line}`}`,
          'keep one of them',
        )
      }
    }
    return entries
  }

  #key(key: ParsedNode): string | undefined {
    const [offset] = key.range
    if (!isScalar(key) || key.value === null)
      this.#note(offset, 'a key is a name; expected text before the colon')
    else if (key.anchor ?? key.tag) this.#note(offset, 'a key cannot have an anchor or a tag')
    else {
      const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
      if (name === '<<')
        this.#note(offset, 'merge keys (<<) are not supported', 'use extends, or write the keys out')
      else if (FORBIDDEN_KEYS.includes(name)) this.#note(offset, `a key cannot be called ${name}`)
      else if (printable(name) !== name) this.#note(offset, `control characters in a key: ${quote(name)}`)
      else if (name.length > MAX_STRING) this.#note(offset, 'a key of more than 64 KiB')
      else return name
    }
    return undefined
  }

  #scalar(value: unknown, written: string | undefined, offset: number): Scalar | null {
    if (typeof value === 'number' && !(Math.abs(value) <= MAX_NUMBER))
      this.#note(offset, `invalid number: ${quote(written)}; expected one from -2^53 to 2^53`)
    if (typeof value === 'number' && written !== undefined && /^[-+]?0\d/.test(written))
      this.#note(
        offset,
        `invalid number: ${quote(written)}; expected one that does not begin with a needless 0`,
        /\d,$/.test(this.#source.text.slice(0, offset))
          ? 'a number has no commas: 1000 or 1_000'
          : `write ${value}, or "${written}" for a text`,
      )
    if (typeof value === 'string') {
      if (value.length > MAX_STRING) this.#note(offset, 'a text of more than 64 KiB')
      const line = value.replace(/[\n\t]/g, ' ')
      if (printable(line) !== line) this.#note(offset, `control characters in a text: ${quote(value)}`)
    }
    return value as Scalar | null
  }

  #note(offset: number, message: string, hint?: string): void {
    this.mistakes.push(mistakeAt({ source: this.#source, offset }, message, hint))
  }

  #refuse(offset: number, message: string): never {
    throw new ScenarioError([mistakeAt({ source: this.#source, offset }, message)])
  }
}
