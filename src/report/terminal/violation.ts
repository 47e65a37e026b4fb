// What led to a violation, for a terminal: the events in their order, and the command that runs it again, to be copied.

import type { Violation } from '../../results/result.ts'
import { formatInstant } from '../../units.ts'
import { cut, type Line, oneLine, quiet, toned, widthOf } from './text.ts'

/** The last ones are nearest to the harm. */
const MOST_EVENTS = 8
const WIDEST_PROCESS = 20
const MARGIN = ' '.repeat(4)

/** `whole`: the events too, not only the command. */
export function violationLines(
  { events, replay }: Violation,
  whole: boolean,
  columns: number,
): readonly Line[] {
  return [...(whole ? eventLines(events) : []), ...commandLines(replay, columns)]
}

function eventLines(all: Violation['events']): readonly Line[] {
  const events = all.slice(-MOST_EVENTS)
  const times = events.map(({ at }) => formatInstant(at))
  const names = events.map(({ process }) => cut(oneLine(process), WIDEST_PROCESS))
  const timeWidth = Math.max(...times.map(widthOf))
  const nameWidth = Math.max(...names.map(widthOf))
  const before = all.length - events.length
  return [
    ...(before > 0 ? [[MARGIN, quiet(`… ${before} earlier`)]] : []),
    ...events.map(
      ({ event }, i): Line => [
        MARGIN,
        quiet(times[i]!.padStart(timeWidth)),
        '  ',
        toned('accent', names[i]! + ' '.repeat(nameWidth - widthOf(names[i]!))),
        '  ',
        oneLine(event),
      ],
    ),
  ]
}

/** Broken between its words, as a shell takes it; an option stays with its value. */
function commandLines(command: string, columns: number): readonly Line[] {
  const words = oneLine(command).match(/(?:--\w+ )?(?:'[^']*'|\\'|[^\s'])+/g) ?? []
  const room = columns - MARGIN.length - 2
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    const indented = last === undefined ? word : `  ${word}`
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= room)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(indented)
  }
  return lines.map((line, i): Line => [MARGIN, quiet(i < lines.length - 1 ? `${line} \\` : line)])
}
