// The report as lines of JSON: one a scenario, one a finding that is not equal, and the verdict last, for tools that read line by line.

import type { Reporter } from './reporter.ts'
import { shownFindings } from './words.ts'

export const ndjson: Reporter = {
  meaning: 'one JSON object a line: scenarios, findings, and the verdict last',
  render({ schema, verdict, scenarios, stopped }) {
    const lines: object[] = scenarios.flatMap((each) => {
      const { findings: _, ...rest } = each
      const findings = shownFindings(each)
      return [
        { kind: 'scenario', ...rest },
        ...findings.map((finding) => ({ kind: 'finding', scenario: each.name, ...finding })),
      ]
    })
    lines.push({ kind: 'verdict', schema, verdict, scenarios: scenarios.length, stopped })
    return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  },
}
