// Text in lines of a terminal.

import { widthOf, wrap } from '../report/terminal/text.ts'

/** A lead and a text beside it, wrapped to the columns; the text stands at an indent, below a lead that is longer. */
export function hanging(lead: string, text: string, columns: number, indent = widthOf(lead)): string {
  const blank = ' '.repeat(indent)
  const block = wrap(text, columns - indent).join(`\n${blank}`)
  const gap = indent - widthOf(lead)
  if (gap > 0 || /^$|\s$/.test(lead)) return (lead + ' '.repeat(gap) + block).trimEnd()
  return `${lead.trimEnd()}\n${blank}${block}`
}

/** Names and what they mean, in two columns. */
export function glossary(
  entries: readonly (readonly [name: string, text: string])[],
  columns: number,
  margin = 2,
): string {
  const width = Math.max(...entries.map(([name]) => widthOf(name)).filter((width) => width <= WIDEST), 0)
  return entries
    .map(([name, text]) => hanging(`${' '.repeat(margin)}${name}`, text, columns, margin + width + 2))
    .join('\n')
}

/** Longer names have a line of their own. */
const WIDEST = 44
