// What matters most, for a terminal: a finding a paragraph, first things first.

import type { Result } from '../../results/result.ts'
import { findingsOf } from '../findings/registry.ts'
import { type Line, strong, toned, wrap } from './text.ts'

const MARGIN = 4
/** Stands for a blank at which no line is broken: of private use, so that it is no white space. */
const BOUND = '\ue000'

export function findingLines(result: Result, columns: number): readonly Line[] {
  const findings = findingsOf(result)
  if (findings.length === 0) return []
  return [
    [],
    [strong('what matters most')],
    ...findings.flatMap(({ text }) =>
      wrap(withUnits(text), columns - MARGIN).map(
        (line, i): Line => [
          i === 0 ? toned('accent', '  • ') : ' '.repeat(MARGIN),
          line.replaceAll(BOUND, ' '),
        ],
      ),
    ),
  ]
}

/** A figure and its unit stay on one line. */
const withUnits = (text: string): string =>
  text.replace(/(\d) (?=(?:[nµm]?s|min|h|d|%|[KMGT]iB|B|[kMG]?B\/s|tokens)(?![\w/]))/g, `$1${BOUND}`)
