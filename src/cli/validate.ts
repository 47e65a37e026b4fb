// What can only be told with the data centre wired: parameters that contradict each other, metrics that no part gives.

import type { MetricDefinitions } from '../env/metric.ts'
import { nearest, quote, ScenarioError } from '../errors.ts'
import { metricsOf } from '../run/replication.ts'
import type { ScenarioFile } from '../scenario/load.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'

/** Wires every variant once, runs nothing, and throws ScenarioError with what is wrong. */
export function validate(file: ScenarioFile): MetricDefinitions {
  let known: MetricDefinitions = {}
  for (const { scenario } of file.variants) {
    known = metricsOf(scenario, { seed: '1', bins: 2, checked: false, openTrace: openTraceFile })
    const names = Object.keys(known)
    const asked = [
      ...scenario.expect.map((criterion) => criterion),
      ...scenario.claims.flatMap(({ criterion }) => criterion ?? []),
    ]
    const mistakes = asked
      .filter(({ metric }) => !Object.hasOwn(known, metric))
      .map(({ metric, path }) => {
        const near = nearest(metric, names)
        const hint = near === undefined ? 'rehearsal plan SCENARIO lists them' : `did you mean "${near}"?`
        return file.mistake(
          [...path, 'metric'],
          `unknown metric: ${quote(metric)}; no part of this scenario gives it`,
          hint,
        )
      })
    if (mistakes.length > 0) throw new ScenarioError(mistakes)
  }
  return known
}
