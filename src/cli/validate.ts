// What can only be told with the data centre wired: parameters that contradict each other, metrics that no part gives.

import type { MetricDefinitions } from '../env/metric.ts'
import { type Mistake, nearest, quote, ScenarioError } from '../errors.ts'
import { boundsOf, unitOf } from '../experiment/criteria.ts'
import { metricsOf } from '../run/replication.ts'
import type { Criterion, Scenario, ScenarioFile } from '../scenario/scenario.ts'
import { WiringError } from '../scenario/wire.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { TraceReader } from '../workload/traces/trace-reader.ts'
import { summariseTrace } from '../workload/traces/trace-summary.ts'
import { traceOptions, type WorkloadValues } from '../workload/workload.ts'

/** Wires every variant once, runs nothing, and throws ScenarioError with what is wrong. The metrics are the last variant's. */
export function validate(file: ScenarioFile): MetricDefinitions {
  let known: MetricDefinitions = {}
  readTraces(file)
  for (const { scenario } of file.variants) {
    known = wired(file, scenario)
    const mistakes = criteriaOf(scenario).flatMap((criterion) => mistakesOf(file, criterion, known))
    if (mistakes.length > 0) throw new ScenarioError(mistakes)
  }
  return known
}

/** Reads every trace once, as far as it is replayed: a wrong row should not end a run half-way. */
function readTraces({ variants }: ScenarioFile): void {
  const seen = new Set<string>()
  for (const { scenario } of variants) {
    const values = scenario.workload as WorkloadValues | undefined
    if (values?.trace === undefined) continue
    const options = traceOptions(values)
    const key = JSON.stringify([values.trace, options])
    if (!seen.has(key)) summariseTrace(new TraceReader(openTraceFile(values.trace), options))
    seen.add(key)
  }
}

/** The metrics of a scenario's data centre; what its parts refuse is told with its place. */
function wired(file: ScenarioFile, scenario: Scenario): MetricDefinitions {
  try {
    return metricsOf(scenario, { seed: '1', bins: 2, checked: false, openTrace: openTraceFile })
  } catch (error) {
    if (!(error instanceof WiringError)) throw error
    throw new ScenarioError(
      error.mistakes.map((mistake) =>
        mistake.place ? mistake : file.mistake(error.path, mistake.message, mistake.hint),
      ),
    )
  }
}

const criteriaOf = ({ expect, claims }: Scenario): Criterion[] => [
  ...expect,
  ...claims.flatMap(({ settledBy }) => ('criterion' in settledBy ? [settledBy.criterion] : [])),
]

/** A metric that no part gives, or a limit that is not of its unit. */
function mistakesOf(file: ScenarioFile, criterion: Criterion, known: MetricDefinitions): readonly Mistake[] {
  const { metric, path } = criterion
  const definition = known[metric]
  if (!definition || !Object.hasOwn(known, metric)) {
    const near = nearest(metric, Object.keys(known))
    const hint = near === undefined ? 'rehearsal plan SCENARIO lists them' : `did you mean "${near}"?`
    return [
      file.mistake(
        [...path, 'metric'],
        `unknown metric: ${quote(metric)}; no part of this scenario gives it`,
        hint,
      ),
    ]
  }
  try {
    boundsOf(file, criterion, unitOf(criterion, definition))
    return []
  } catch (error) {
    if (error instanceof ScenarioError) return error.mistakes
    throw error
  }
}
