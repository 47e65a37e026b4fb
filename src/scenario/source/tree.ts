// What was written, as a tree in which every key and value remembers where it was written: in a file, or in a `--set`.
// It is never changed; merging and setting make new trees of the old branches.

import type { LineCounter } from 'yaml'
import type { Path, Scalar } from '../scenario.ts'

/** A text that someone wrote: a file, or one `--set`, which has no lines. */
export interface Source {
  /** What messages call it: the file's path, or `--set a.b=3`; printable. */
  readonly name: string
  /** The path that the file was read from; none for the command line. */
  readonly file?: string
  readonly text: string
  readonly lines?: LineCounter
  /** Said of any mistake in this source that has no better hint. */
  readonly hint?: string | undefined
}

export interface Origin {
  readonly source: Source
  readonly offset: number
}

/** `null` stands for an empty value; in a mapping it deletes what a base says, and then counts as not written. */
export interface ScalarNode {
  readonly type: 'scalar'
  readonly value: Scalar | null
  readonly origin: Origin
}

export interface ListNode {
  readonly type: 'list'
  readonly items: readonly Node[]
  readonly origin: Origin
}

export interface MappingNode {
  readonly type: 'mapping'
  readonly entries: ReadonlyMap<string, Entry>
  readonly origin: Origin
}

export interface Entry {
  /** Where the key stands. */
  readonly origin: Origin
  readonly node: Node
}

export type Node = ScalarNode | ListNode | MappingNode

/** Keys that reach into JavaScript's objects. */
export const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype']

export const isNull = (node: Node): boolean => node.type === 'scalar' && node.value === null

/** One step down; `undefined` where there is none. */
export function child(node: Node, step: string | number): Node | undefined {
  if (node.type === 'mapping') return node.entries.get(String(step))?.node
  if (node.type === 'list') return node.items[Number(step)]
  return undefined
}

/** All the way down. */
export const descend = (node: Node, path: Path): Node | undefined =>
  path.reduce<Node | undefined>((at, step) => at && child(at, step), node)

/** The tree as plain data, without places and without what is null in a mapping; `read` says what becomes of each scalar. */
export function plain(
  node: Node,
  read: (node: ScalarNode, path: Path) => Scalar | null = ({ value }) => value,
  path: Path = [],
): unknown {
  if (node.type === 'scalar') return read(node, path)
  if (node.type === 'list') return node.items.map((item, i) => plain(item, read, [...path, i]))
  const data: Record<string, unknown> = {}
  for (const [key, entry] of node.entries)
    if (!isNull(entry.node)) data[key] = plain(entry.node, read, [...path, key])
  return data
}
