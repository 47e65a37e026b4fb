// What matters most, for a terminal: a finding a paragraph, first things first.

import type { Result } from '../../results/result.ts'
import { findingsOf } from '../findings/registry.ts'
import { type Line, strong, toned, wrap } from './text.ts'

const MARGIN = 4

export function findingLines(result: Result, columns: number): readonly Line[] {
  const findings = findingsOf(result)
  if (findings.length === 0) return []
  return [
    [],
    [strong('what matters most')],
    ...findings.flatMap(({ text }) =>
      wrap(text, columns - MARGIN).map(
        (line, i): Line => [i === 0 ? toned('accent', '  • ') : ' '.repeat(MARGIN), line],
      ),
    ),
  ]
}
