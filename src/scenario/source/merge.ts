// What `extends` means: mappings merge key by key, everything else replaces, and null deletes. A mapping of another `kind`
// replaces too: the parameters of an exponential distribution mean nothing to a constant one.

import type { Entry, MappingNode, Node } from './tree.ts'

/** The tree of `over` laid upon that of `base`; keys keep the base's order, new ones follow. */
export function merge(base: Node, over: Node): Node {
  if (base.type !== 'mapping' || over.type !== 'mapping' || kindsDiffer(base, over)) return over
  const entries = new Map<string, Entry>(base.entries)
  for (const [key, entry] of over.entries) {
    const below = base.entries.get(key)
    entries.set(key, below ? { ...entry, node: merge(below.node, entry.node) } : entry)
  }
  return { type: 'mapping', entries, origin: over.origin }
}

function kindsDiffer(base: MappingNode, over: MappingNode): boolean {
  const [a, b] = [base, over].map(({ entries }) => entries.get('kind')?.node)
  return a?.type === 'scalar' && b?.type === 'scalar' && a.value !== b.value && b.value !== null
}
