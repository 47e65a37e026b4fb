// The nominal table as the file that the program is built from: a line an entry, so that a change of a figure is a change of a line.

import type { CostEntry, CostTable } from '../../world/costs/cost-table.ts'

export function nominalText({ name, provenance, entries }: CostTable): string {
  const lines = Object.keys(entries)
    .sort()
    .map((operation) => `    ${quoted(operation)}: ${entryText(entries[operation]!)},`)
  const facts = Object.entries(provenance ?? {}).map(
    ([key, value]) => `    ${key}: ${quoted(String(value))},`,
  )
  return `// biome-ignore-all format: a line an entry, as \`npm run bench -- costs --write\` writes it
// What the operations of the coordinators cost a core of the machine named below: that core is the nominal one (speed 1).
// Points are [size, p50, p99] in nanoseconds.

import type { CostTable } from './cost-table.ts'

export const nominal: CostTable = {
  name: ${quoted(name)},
  provenance: {
${facts.join('\n')}
  },
  entries: {
${lines.join('\n')}
  },
}
`
}

function entryText({ size, growth, points, samples }: CostEntry): string {
  const fields = [
    ...(size === undefined ? [] : [`size: ${quoted(size)}`]),
    `growth: ${quoted(growth)}`,
    `points: [${points.map((point) => `[${point.join(', ')}]`).join(', ')}]`,
    ...(samples === undefined ? [] : [`samples: ${samples}`]),
  ]
  return `{ ${fields.join(', ')} }`
}

const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`
