// The report as canonical JSON, `rehearsal/gate/1`: the same bytes for the same findings.

import { canonicalJson } from '../../results/canonical.ts'
import type { Reporter } from './reporter.ts'

export const json: Reporter = {
  meaning: 'all of it, as one JSON document',
  render: (report) => canonicalJson(report),
}
