// What can only be told with the data centre wired: parameters that contradict each other, metrics that no part gives.

import type { MetricDefinitions } from '../env/metric.ts'
import { describeMistake, type Mistake, nearest, quote, ScenarioError, unknownName } from '../errors.ts'
import { boundsOf, speaks, unitOf } from '../experiment/criteria.ts'
import { thresholdOf } from '../gate/threshold.ts'
import type { KindValue } from '../parameters.ts'
import { metricsOf } from '../run/replication.ts'
import { modulesOf } from '../scenario/modules.ts'
import type { Criterion, Path, Scenario, ScenarioFile } from '../scenario/scenario.ts'
import { WiringError } from '../scenario/wire.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { TraceReader } from '../workload/traces/trace-reader.ts'
import { summariseTrace } from '../workload/traces/trace-summary.ts'
import { traceOptions, type WorkloadValues } from '../workload/workload.ts'
import { MODEL_NAMES } from '../world/services/ollama/models.ts'

/** Wires every variant once, runs nothing, and throws ScenarioError with all that is wrong. The metrics are the last variant's. */
export function validate(file: ScenarioFile): MetricDefinitions {
  readTraces(file)
  // Variants have most mistakes in common.
  const mistakes = new Map<string, Mistake>()
  let known: MetricDefinitions = {}
  const all: { scenario: Scenario; known: MetricDefinitions }[] = []
  for (const { scenario } of file.variants)
    try {
      known = wired(file, scenario)
      all.push({ scenario, known })
      for (const mistake of mistakesOf(file, scenario, known)) mistakes.set(describeMistake(mistake), mistake)
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error
      for (const mistake of error.mistakes) mistakes.set(describeMistake(mistake), mistake)
    }
  if (mistakes.size === 0)
    for (const mistake of gateMistakes(file, all)) mistakes.set(describeMistake(mistake), mistake)
  if (mistakes.size > 0) throw new ScenarioError([...mistakes.values()])
  return known
}

/** Reads every trace once, as far as it is replayed: a wrong row should not end a run half-way. */
function readTraces(file: ScenarioFile): void {
  const seen = new Set<string>()
  for (const { scenario } of file.variants) {
    const values = scenario.workload as WorkloadValues | undefined
    if (values?.trace === undefined) continue
    const options = traceOptions(values)
    const key = JSON.stringify([values.trace, options])
    if (!seen.has(key))
      placed(file, ['workload', 'trace'], () =>
        summariseTrace(new TraceReader(openTraceFile(values.trace!), options)),
      )
    seen.add(key)
  }
}

/** The metrics of a scenario's data centre; what its parts refuse is told with its place. */
function wired(file: ScenarioFile, scenario: Scenario): MetricDefinitions {
  const terms = { seed: '1', bins: 2, checked: false, openTrace: openTraceFile, modules: file.modules }
  return placed(file, [], () => metricsOf(scenario, terms))
}

/** Does it; mistakes without a place get that of the path in the scenario, or their own path's. */
function placed<T>(file: ScenarioFile, path: Path, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    const at = error instanceof WiringError ? error.path : path
    if (at.length === 0) throw error
    throw new ScenarioError(
      error.mistakes.map((mistake) =>
        mistake.place ? mistake : file.mistake(at, mistake.message, mistake.hint),
      ),
    )
  }
}

function mistakesOf(file: ScenarioFile, scenario: Scenario, known: MetricDefinitions): readonly Mistake[] {
  const { expect, claims, speedup } = scenario
  const criteria = claims.flatMap(({ settledBy }) => ('criterion' in settledBy ? [settledBy.criterion] : []))
  return [
    ...modelMistakes(file, scenario),
    ...(speedup ? speedupMistakes(file, speedup.of, known) : []),
    ...[...expect, ...criteria]
      .filter((criterion) => speaks(criterion, scenario))
      .flatMap((criterion) => criterionMistakes(file, criterion, known)),
  ]
}

/** Models that are asked for and that no Ollama here has, so that all their requests would be refused. A module may serve others. */
function modelMistakes(file: ScenarioFile, scenario: Scenario): readonly Mistake[] {
  const { services, workload } = scenario
  const servers = Object.values(services).filter(({ kind }) => kind === 'ollama')
  const request = workload?.request as KindValue | undefined
  if (servers.length === 0 || request?.kind !== 'generate' || modulesOf(scenario).length > 0) return []
  const own = servers.flatMap(({ values }) => Object.keys(values.models as object))
  const known = [...new Set([...MODEL_NAMES, ...own])]
  const { model, models = [] } = request.values as { model?: string; models?: readonly { name: string }[] }
  const named: (readonly [Path, string])[] = models.map(({ name }, i) => [['models', i, 'name'], name])
  if (model !== undefined) named.push([['model'], model])
  return named
    .filter(([, name]) => !known.includes(name))
    .map(([path, name]) => {
      const { message, hint } = unknownName('model', name, known)
      const mend = hint ?? 'describe it: services.NAME.models'
      return file.mistake(['workload', 'request', ...path], message, mend)
    })
}

/** A speedup is of a time, or of what is the better the more of it there is. */
function speedupMistakes(file: ScenarioFile, of: string, known: MetricDefinitions): readonly Mistake[] {
  const path: Path = ['speedup', 'of']
  const definition = Object.hasOwn(known, of) ? known[of] : undefined
  if (!definition) return [unknownMetric(file, path, of, known)]
  const { unit, better } = definition
  if ((unit === 'ns' && better === 'lower') || (unit !== 'ns' && better === 'higher')) return []
  return [
    file.mistake(path, `invalid of: ${quote(of)} is neither a time nor a throughput; expected one of them`),
  ]
}

/** A metric that no part gives, or a limit that is not of its unit. */
function criterionMistakes(
  file: ScenarioFile,
  criterion: Criterion,
  known: MetricDefinitions,
): readonly Mistake[] {
  const { metric, path } = criterion
  const definition = known[metric]
  if (!definition || !Object.hasOwn(known, metric))
    return [unknownMetric(file, [...path, 'metric'], metric, known)]
  return mistakesIn(() => boundsOf(file, criterion, unitOf(criterion, definition)))
}

/** Of the thresholds: the same; a metric must be that of one variant, at least. */
function gateMistakes(
  file: ScenarioFile,
  variants: readonly { readonly scenario: Scenario; readonly known: MetricDefinitions }[],
): readonly Mistake[] {
  const given = (metric: string) => variants.some(({ known }) => Object.hasOwn(known, metric))
  return variants.flatMap(({ scenario, known }) =>
    Object.entries(scenario.gate ?? {}).flatMap(([metric, { path }]) => {
      if (metric === 'default') return []
      if (!given(metric)) return [unknownMetric(file, path, metric, known)]
      const definition = Object.hasOwn(known, metric) ? known[metric] : undefined
      return definition ? mistakesIn(() => thresholdOf(metric, definition.unit, scenario, file)) : []
    }),
  )
}

function unknownMetric(file: ScenarioFile, at: Path, metric: string, known: MetricDefinitions): Mistake {
  const near =
    nearest(metric, Object.keys(known)) ?? Object.keys(known).find((name) => name.endsWith(`.${metric}`))
  const hint = near === undefined ? 'rehearsal plan SCENARIO lists them' : `did you mean "${near}"?`
  return file.mistake(at, `unknown metric: ${quote(metric)}; no part of this scenario gives it`, hint)
}

function mistakesIn(work: () => unknown): readonly Mistake[] {
  try {
    work()
    return []
  } catch (error) {
    if (error instanceof ScenarioError) return error.mistakes
    throw error
  }
}
