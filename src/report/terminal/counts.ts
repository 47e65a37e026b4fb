// What two sides sent and handled, counted by a request of the clients or by a run: the counts that differ.

import type { CountDifferences } from '../../explain/counts.ts'
import type { Explanation } from '../../explain/explanation.ts'
import { partName, sentName, sentText, tellingCounts, workText } from '../counts.ts'
import { counted } from '../figures.ts'
import { left, right } from './causes.ts'
import { notes, table } from './table.ts'
import { type Line, quiet, strong } from './text.ts'

const MOST = 6

export function countLines({ counts, differences }: Explanation, columns: number): readonly Line[] {
  if (!counts) return []
  const { sent, handled } = tellingCounts({ counts, differences })
  return [...sentLines(sent, counts, columns), ...handledLines(handled, counts, columns)]
}

function sentLines(
  all: CountDifferences['sent'],
  { per }: CountDifferences,
  columns: number,
): readonly Line[] {
  if (all.length === 0) return []
  const shown = all.slice(0, MOST)
  return [
    [],
    [strong('what is sent'), quiet(`  messages a ${per}, over the whole of the runs`)],
    ...table(
      [
        left('', shown.map(sentName), 20),
        right(
          'A',
          shown.map((each) => sentText(each, 'a')),
        ),
        right(
          'B',
          shown.map((each) => sentText(each, 'b')),
        ),
      ],
      columns,
    ),
    ...moreLines(all.length - shown.length, columns),
  ]
}

function handledLines(
  all: CountDifferences['handled'],
  { per }: CountDifferences,
  columns: number,
): readonly Line[] {
  if (all.length === 0) return []
  const shown = all.slice(0, MOST)
  const times = (side: 'a' | 'b') => shown.map((each) => workText(each, side))
  return [
    [],
    [strong('what is handled'), quiet(`  times a ${per}, and how long each held its process`)],
    ...table(
      [
        left(
          '',
          shown.map(({ part, what }) => `${partName(part)}, ${what}`),
          20,
        ),
        right('A', times('a')),
        right('B', times('b')),
      ],
      columns,
    ),
    ...moreLines(all.length - shown.length, columns),
  ]
}

const moreLines = (more: number, columns: number): readonly Line[] =>
  more > 0 ? notes([`${counted(more, 'further count')}, with smaller differences`], columns) : []
