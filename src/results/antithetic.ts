// Two runs taken as one: what each saw, in the mean. Source: Hammersley and Morton, "A new Monte Carlo technique: antithetic variates", 1956;
// Law, "Simulation Modeling and Analysis", 11.3. The pairs are independent of one another, their halves are not, so it is the
// means of the pairs that an interval is taken over.

import { mergeHistograms } from '../observe/histogram.ts'
import type { Recorded, RecordedMetric } from '../observe/recorded.ts'

/** Metrics in the mean, absent where either is; histograms and breakdowns of both; the series of the first. */
export function meanOf(first: Recorded, second: Recorded): Recorded {
  const metrics = Object.fromEntries(
    Object.entries(first.metrics).map(([name, metric]) => [name, between(metric, second.metrics[name])]),
  )
  return {
    ...first,
    metrics,
    histograms: Object.fromEntries(
      Object.entries(first.histograms).map(([name, histogram]) => {
        const other = second.histograms[name]
        return [name, other ? mergeHistograms([histogram, other]) : histogram]
      }),
    ),
    breakdown: [...first.breakdown, ...second.breakdown],
  }
}

function between(
  { batches: _, ...metric }: RecordedMetric,
  other: RecordedMetric | undefined,
): RecordedMetric {
  const [a, b] = [metric.value, other?.value ?? null]
  return { ...metric, value: a === null || b === null ? null : (a + b) / 2 }
}
