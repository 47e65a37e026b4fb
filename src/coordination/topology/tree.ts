// The tree of a hierarchy: who stands below whom. It follows from the members, the root, the fan-out and the depth alone, so that
// all who know the root see the same tree. Level by level each agent gets `fanOut` children; those left over when the depth
// is reached are spread over the last level but one. Around the dead it is repaired by whoever would talk to them: their
// children are taken over.

import type { Address } from '../../env/index.ts'

export interface TreeTerms {
  /** 0: as few as the depth needs. */
  readonly fanOut: number
  readonly depth: number
}

export interface Tree {
  readonly root: Address
  /** Below this agent, in the order of their rank. */
  childrenOf(name: string): readonly Address[]
}

export function treeOf(members: readonly Address[], root: Address, terms: TreeTerms): Tree {
  const order = [root, ...members.filter(({ name }) => name !== root.name)]
  const { depth } = terms
  const fanOut = terms.fanOut || fewestFor(order.length, depth)
  const children = new Map<string, Address[]>()
  let above: Address[] = [root]
  let next = 1
  for (let level = 1; level <= depth && next < order.length; level++) {
    const size = level === depth ? order.length - next : Math.min(order.length - next, above.length * fanOut)
    const below = order.slice(next, next + size)
    below.forEach((address, i) => {
      const parent = above[i % above.length]!.name
      const siblings = children.get(parent)
      if (siblings) siblings.push(address)
      else children.set(parent, [address])
    })
    next += size
    above = below
  }
  return { root, childrenOf: (name) => children.get(name) ?? [] }
}

/** The smallest fan-out with which a tree of this depth has room for so many agents. */
function fewestFor(agents: number, depth: number): number {
  let fanOut = 1
  while (roomOf(fanOut, depth) < agents) fanOut++
  return fanOut
}

/** Agents of a full tree. */
function roomOf(fanOut: number, depth: number): number {
  let level = 1
  let room = 1
  for (let i = 0; i < depth; i++) {
    level *= fanOut
    room += level
  }
  return room
}

/** The children of an agent as it finds them: in the place of one that is held for dead, those below it. */
export function livingBelow(
  tree: Tree,
  name: string,
  dead: (address: Address) => boolean,
): readonly Address[] {
  const children = tree.childrenOf(name)
  return children.some(dead)
    ? children.flatMap((child) => (dead(child) ? livingBelow(tree, child.name, dead) : [child]))
    : children
}

/** Agents below this one that have nobody below them, itself if there are none. */
export function leavesBelow(tree: Tree, name: string): number {
  const children = tree.childrenOf(name)
  return children.length === 0 ? 1 : children.reduce((sum, child) => sum + leavesBelow(tree, child.name), 0)
}

/** Agents of the tree at and below this one. */
export function sizeOf(tree: Tree, name: string): number {
  return tree.childrenOf(name).reduce((sum, child) => sum + sizeOf(tree, child.name), 1)
}
