// A result as a person reads it in ten seconds: key figures, where the time went, what failed, what was claimed.

import type { Result } from '../results/result.ts'
import { format, formatNumber } from '../units.ts'
import { counted } from './figures.ts'
import { findingLines } from './terminal/findings.ts'
import { matrixLines } from './terminal/matrix.ts'
import { cut, type Line, oneLine, quiet, render, strong } from './terminal/text.ts'
import { variantLines } from './terminal/variant.ts'
import { checkLines, claimLines, speedupLines } from './terminal/verdicts.ts'

export interface TerminalOptions {
  /** Width of the terminal, at least 40; default 80. */
  readonly columns?: number
  readonly colour: boolean
}

/** The summary, without a newline at its end. No line is wider than `columns`. */
export function renderTerminal(result: Result, { columns = 80, colour }: TerminalOptions): string {
  const width = Math.max(40, columns)
  const only = result.variants.length === 1 ? result.variants[0] : undefined
  const lines: readonly Line[] = [
    ...heading(result, width),
    ...findingLines(result, width),
    ...(only === undefined
      ? result.variants.length === 0
        ? [[], [quiet('  nothing was run')]]
        : matrixLines(result, width)
      : variantLines(result, only, width)),
    ...speedupLines(result, width),
    ...checkLines(result, width),
    ...claimLines(result, width),
    [],
    provenance(result),
  ]
  return render(lines, width, colour)
}

function heading(result: Result, columns: number): readonly Line[] {
  const { name, title } = result.scenario
  const seeds = new Set(result.variants.flatMap((variant) => variant.seeds)).size
  const about = [
    name,
    ...(result.variants.length > 1 ? [counted(result.variants.length, 'variant')] : []),
    counted(seeds, 'seed'),
  ]
  return [
    [strong(cut(oneLine(title === '' ? name : title), columns))],
    [quiet(cut(oneLine(about.join(' · ')), columns))],
  ]
}

function provenance(result: Result): Line {
  const { events, wallSeconds } = result.provenance
  const prints = result.variants.flatMap((variant) => Object.values(variant.fingerprints))
  const first = prints[0] === undefined ? [] : [`fingerprint ${cut(prints[0], 16)}`]
  const more = prints.length > 1 ? ` and ${formatNumber(prints.length - 1)} more` : ''
  const time = format(Math.round(wallSeconds * 1e9), 'ns')
  return [
    quiet([first.map((print) => print + more), `${counted(events, 'event')} in ${time}`].flat().join(' · ')),
  ]
}
