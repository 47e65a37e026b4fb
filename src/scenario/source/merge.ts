// What `extends` means: mappings merge key by key, everything else replaces, and null deletes.

import type { MappingNode, Node } from './tree.ts'

/** The tree of `over` laid upon that of `base`; keys keep the base's order, new ones follow. */
export function merge(base: Node, over: Node): Node {
  if (base.type !== 'mapping' || over.type !== 'mapping') return over
  const entries = new Map(base.entries)
  for (const [key, entry] of over.entries) {
    const below = base.entries.get(key)
    entries.set(key, below ? { ...entry, node: merge(below.node, entry.node) } : entry)
  }
  return { type: 'mapping', entries, origin: over.origin } satisfies MappingNode
}
