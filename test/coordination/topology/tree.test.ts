import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  leavesBelow,
  livingBelow,
  sizeOf,
  type Tree,
  treeOf,
} from '../../../src/coordination/topology/tree.ts'
import type { Address } from '../../../src/env/index.ts'

const agents = (count: number): Address[] => Array.from({ length: count }, (_, i) => ({ name: `a${i}` }))

const shape = fc.record({
  count: fc.integer({ min: 1, max: 80 }),
  root: fc.nat(),
  fanOut: fc.integer({ min: 0, max: 6 }),
  depth: fc.integer({ min: 1, max: 7 }),
})

/** Everyone at and below an agent, with how far below. */
const walk = (tree: Tree, name: string, level = 0): { name: string; level: number }[] => [
  { name, level },
  ...tree.childrenOf(name).flatMap((child) => walk(tree, child.name, level + 1)),
]

describe('a tree', () => {
  test('has everyone once, the root above all, and no more levels than asked for', () => {
    fc.assert(
      fc.property(shape, ({ count, root, ...terms }) => {
        const members = agents(count)
        const chosen = members[root % count]!
        const places = walk(treeOf(members, chosen, terms), chosen.name)
        expect(places.map(({ name }) => name).sort()).toEqual(members.map(({ name }) => name).sort())
        expect(Math.max(...places.map(({ level }) => level))).toBeLessThanOrEqual(terms.depth)
        expect(sizeOf(treeOf(members, chosen, terms), chosen.name)).toBe(count)
      }),
    )
  })

  test('gives nobody more children than the fan-out, but on the lowest level', () => {
    fc.assert(
      fc.property(shape, ({ count, fanOut, depth }) => {
        const members = agents(count)
        const tree = treeOf(members, members[0]!, { fanOut: fanOut + 1, depth })
        for (const { name, level } of walk(tree, 'a0'))
          if (level < depth - 1) expect(tree.childrenOf(name).length).toBeLessThanOrEqual(fanOut + 1)
      }),
    )
  })

  test('with the fan-out left open is as narrow as its depth allows', () => {
    // 1 + 3 + 9 = 13.
    const tree = treeOf(agents(13), { name: 'a0' }, { fanOut: 0, depth: 2 })
    expect(tree.childrenOf('a0')).toHaveLength(3)
    expect(leavesBelow(tree, 'a0')).toBe(9)
    expect(treeOf(agents(14), { name: 'a0' }, { fanOut: 0, depth: 2 }).childrenOf('a0')).toHaveLength(4)
  })

  test('repaired around the dead reaches everyone alive and nobody else', () => {
    fc.assert(
      fc.property(shape, fc.func(fc.boolean()), ({ count, fanOut, depth }, isDead) => {
        const members = agents(count)
        const tree = treeOf(members, members[0]!, { fanOut, depth })
        const dead = ({ name }: Address) => name !== 'a0' && isDead(name)
        const reached = (name: string): string[] => [
          name,
          ...livingBelow(tree, name, dead).flatMap((child) => reached(child.name)),
        ]
        const alive = members.filter((member) => !dead(member)).map(({ name }) => name)
        expect(reached('a0').sort()).toEqual(alive.sort())
      }),
    )
  })
})
