// The ledger of claims for a terminal: verdict, figure and scenario of each.

import type { Claim } from '../../results/result.ts'
import { reachOf, verdictInWords } from '../claim-words.ts'
import { counted } from '../figures.ts'
import { type Entry, whyOpen } from '../ledger.ts'
import { cut, type Line, oneLine, quiet, render, strong, type Tone, toned, wrap } from './text.ts'

const TONE: Readonly<Record<Entry['verdict'], Tone>> = {
  reproduced: 'good',
  refuted: 'bad',
  'out of reach': 'doubtful',
  open: 'quiet',
}

const VERDICT_WIDTH = 12
const MOST_TEXT = 2

/** @param systems system → what it is */
export function renderLedger(
  entries: readonly Entry[],
  systems: Readonly<Record<string, string>>,
  { columns, colour }: { columns: number; colour: boolean },
): string {
  const names = [...new Set(entries.map(({ system }) => system))]
  const lines = names.flatMap((system, i): Line[] => [
    ...(i > 0 ? [[]] : []),
    ...wrap(oneLine(systems[system] ?? system), columns).map((line): Line => [strong(line)]),
    ...entries.filter((entry) => entry.system === system).flatMap((entry) => entryLines(entry, columns)),
  ])
  return render([...lines, [], ...tally(entries, columns)], columns, colour)
}

function entryLines({ id, text, verdict, settled, scenarios }: Entry, columns: number): readonly Line[] {
  const indent = 2 + 7 + VERDICT_WIDTH + 2
  const width = Math.max(20, columns - indent)
  const [first, ...more] = wrap(cut(oneLine(text), MOST_TEXT * width - 12), width)
  const under = (line: string): Line => [' '.repeat(indent), quiet(line)]
  return [
    ['  ', strong(id.padEnd(7)), toned(TONE[verdict], verdict.padEnd(VERDICT_WIDTH)), '  ', first ?? ''],
    ...more.map((line): Line => [' '.repeat(indent), line]),
    ...(settled.length === 0 && scenarios.length > 0 ? wrap(whyOpen({ scenarios }), width).map(under) : []),
    ...settled.flatMap(({ scenario, claim }) =>
      wrap(
        oneLine(
          // A scenario may settle a part of a claim, in words of its own.
          [
            scenario,
            ...(claim.text === text ? [] : [claim.text.replace(/\.$/, '')]),
            [...verdictBeside(claim, settled.length), claim.found].join('; '),
          ].join(': '),
        ),
        width,
      ).map(under),
    ),
  ]
}

/** One verdict for all is said once, before them; how far it goes, of each. */
const verdictBeside = (claim: Claim, all: number): readonly string[] =>
  all > 1 || reachOf(claim) !== '' ? [verdictInWords(claim)] : []

const RULE =
  'Reproduced: it holds in every variant that meets its condition. Refuted: in one of these it does not. A scenario chooses the condition, and may settle a part of a claim.'

function tally(entries: readonly Entry[], columns: number): readonly Line[] {
  const counts = Object.keys(TONE).flatMap((verdict) => {
    const those = entries.filter((entry) => entry.verdict === verdict)
    const conditional = those.filter((entry) => entry.conditional).length
    const only = conditional > 0 ? ` (${conditional} of them only under conditions)` : ''
    return those.length === 0 ? [] : [`${those.length} ${verdict}${only}`]
  })
  const all = `${counted(entries.length, 'claim')}: ${counts.join(', ')}`
  return [
    ...wrap(all, columns).map((line): Line => [strong(line)]),
    ...wrap(RULE, columns).map((line): Line => [quiet(line)]),
  ]
}
