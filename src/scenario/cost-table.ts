// The cost table that a scenario names, read and put where its path stood: so it is checked in its own places, and the
// scenario's hash covers what it says. Where it comes from (its `provenance`) stays out: it changes no figure.

import { printable, ScenarioError } from '../errors.ts'
import { Costs } from '../world/costs/costs.ts'
import type { Scenario } from './scenario.ts'
import { besideFile, textOf, without } from './source/extends.ts'
import { mistakeAt } from './source/places.ts'
import { setAt } from './source/set.ts'
import { readFileText } from './source/text.ts'
import { descend, type MappingNode, type Node } from './source/tree.ts'

/** By which table a scenario's computing is charged, and how many times what it says. */
export function chargedBy({ costs }: Scenario): Pick<Costs, 'table' | 'scale'> {
  return new Costs(costs)
}

const PATH = ['costs', 'table']

/** The tree with the table in the place of its path; paths are relative to the file, or on the command line to the working directory. */
export function withCostTable(tree: Node, read: (path: string) => string): Node {
  const node = descend(tree, PATH)
  if (node?.type !== 'scalar' || typeof node.value !== 'string') return tree
  const { value, origin } = node
  // Where a table is laid out for every variant by itself, the check says so.
  if (value.includes('${')) return tree
  if (value.trim() === '' || /[\n\t]/.test(value))
    throw new ScenarioError([
      mistakeAt(
        origin,
        `invalid table: ${printable(value)}; expected the path of a JSON file, such as ./my-costs.json`,
      ),
    ])
  const { file } = origin.source
  const path = file === undefined ? value : besideFile(file, value)
  const entry = (descend(tree, ['costs']) as MappingNode).entries.get('table')!
  const table = readFileText(textOf(path, read, entry), path)
  return setAt(tree, PATH, without(table, 'provenance'), entry.origin)
}
