// Suites to render: results of known figures, with claims of two systems.

import { type SuiteEntry, suiteEntry } from '../../src/report/suite/entry.ts'
import type { Suite } from '../../src/report/suite.ts'
import type { Claim, Result } from '../../src/results/result.ts'
import { HOSTILE, hostile, loads, matrix, queueing } from './sample-results.ts'

const claim = (id: string, verdict: Claim['verdict']): Claim => ({
  id,
  text: `what ${id} says`,
  verdict,
  found: `figures of ${id}`,
  conditions: `where ${id} holds`,
})

const named = (result: Result, name: string, claims: readonly Claim[] = []): Result => ({
  ...result,
  scenario: { ...result.scenario, name, title: `The title of ${name}` },
  claims,
})

const passed = (result: Result): Result => ({
  ...result,
  variants: result.variants.map((variant) => ({
    ...variant,
    checks: variant.checks.map((check) => ({ ...check, pass: true })),
  })),
})

/** Three scenarios, of which `crowd` fails; four claims of which one is open; A-2 is refuted by one and reproduced by another. */
export const threeResults = (): readonly (readonly [folder: string, Result])[] => [
  ['crowd', named(matrix(), 'crowd', [claim('A-1', 'reproduced'), claim('A-2', 'reproduced')])],
  ['queue', named(passed(queueing()), 'queue', [claim('A-2', 'refuted')])],
  ['deep/rates', named(passed(loads()), 'rates', [claim('B-1', 'out of reach')])],
]

const LEDGER: Suite['ledger'] = {
  systems: { alpha: 'Alpha: a fleet', beta: 'Beta: another' },
  claims: {
    'A-1': { system: 'alpha', text: 'one' },
    'A-2': { system: 'alpha', text: 'two' },
    'A-10': { system: 'alpha', text: 'ten' },
    'B-1': { system: 'beta', text: 'first' },
  },
}

export const three = (): Suite => ({
  entries: threeResults().map(([folder, result]) => suiteEntry(result, folder, true)),
  unread: [],
  ledger: LEDGER,
})

/** Right-to-left marks and letters, and a text that never ends, beside what sample results are hostile with. */
export const FOREIGN: readonly string[] = [
  ...HOSTILE,
  '\u200f\u202eשלום" onmouseover="alert(1)\u2069',
  `<b>${'\u{1f469}'.repeat(10_000)}`,
  '<!-- --></table></title></style><svg/onload=alert(1)>',
  '\ud800 alone',
]

/** Every text that may come from outside is hostile, with each of the texts in each of the places. */
export const foreignSuite = (): Suite => ({
  entries: FOREIGN.map((text, i): SuiteEntry => {
    const result = hostile()
    const entry = suiteEntry(
      {
        ...result,
        scenario: { ...result.scenario, name: text, title: text },
        claims: [
          { id: text, text, verdict: 'refuted', found: text, conditions: text, source: text },
          { id: `H-${i}`, text, verdict: 'out of reach', found: text, conditions: '' },
        ],
        provenance: { ...result.provenance, tool: text, commit: text, created: text },
      },
      `${text}/${i}`,
      i % 2 === 0,
    )
    return { ...entry, figures: [{ metric: text, text: '1 s' }] }
  }),
  unread: FOREIGN.map((text) => ({ folder: text, reason: text })),
  ledger: {
    systems: Object.fromEntries(FOREIGN.map((text) => [text, text])),
    claims: Object.fromEntries(FOREIGN.map((text, i) => [`H-${i}`, { system: text, text }])),
  },
})
