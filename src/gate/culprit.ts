// Which figure of a scenario that fails is asked about: why it is worse.

import type { Finding, ScenarioVerdict } from './verdict.ts'

/** Only these are taken apart by cause; of all others it is told what is responsible. */
const TAKEN_APART = /^latency\.(?:mean|p50|p95|p99)$/

/** The change as a share of the baseline. */
export function severityOf({ baseline, now }: Finding): number {
  if (baseline === null || now === null || baseline === now) return 0
  return baseline === 0 ? Number.POSITIVE_INFINITY : Math.abs((now - baseline) / baseline)
}

/**
 * Of a scenario that fails, the figure that fails by most: one that can be taken apart before one that cannot, and of those one that the
 * scenario speaks of before others. Where only an expectation or a claim fails, the figure that changed most. `undefined`: it does not fail,
 * or no figure changed.
 */
export function culprit({ verdict, findings, place }: ScenarioVerdict): Finding | undefined {
  if (verdict !== 'fail') return undefined
  const failing = findings.filter((found) => found.verdict === 'fail')
  const of = failing.length > 0 ? failing : findings
  const apart = of.filter(({ metric }) => TAKEN_APART.test(metric))
  // What nobody speaks of points at the scenario as a whole.
  const spoken = apart.filter(
    (found) => found.place?.line !== place?.line || found.place?.file !== place?.file,
  )
  return most(spoken) ?? most(apart) ?? most(of)
}

const most = (findings: readonly Finding[]): Finding | undefined =>
  findings
    .filter((found) => severityOf(found) > 0)
    .reduce<Finding | undefined>(
      (a, b) => (a !== undefined && severityOf(a) >= severityOf(b) ? a : b),
      undefined,
    )
