// Runs a scenario in this process and hands back its figures, for any test runner. Modules that the scenario names are loaded:
// whoever calls this trusts them.

import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { openEventLoop } from '../campaign/event-loop.ts'
import { openWith } from '../campaign/open.ts'
import { readScenarioText } from '../cli/open.ts'
import { validate } from '../cli/validate.ts'
import type { CoordinatorDefinition } from '../env/index.ts'
import { ScenarioError, unknownName } from '../errors.ts'
import { runExperiment } from '../experiment/experiment.ts'
import { foreignFailure } from '../modules/failure.ts'
import { LoadedModules } from '../modules/modules.ts'
import type { Check, Scalar, Variant } from '../results/result.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'

export interface SimulateOptions {
  /** How many seeds, or which; left out: as the scenario says. */
  readonly seeds?: number | readonly string[]
  /** Values instead of the scenario's: `['measure.duration=10s']`. */
  readonly set?: readonly string[]
}

/** What was found of one variant. */
export interface VariantFigures {
  readonly name: string
  /** The values of the matrix's axes. */
  readonly parameters: Readonly<Record<string, Scalar>>
  /** A figure, such as `metric('latency.p95')`, in base units (nanoseconds, bytes); `null` where nothing was observed. Throws for a name that there is not. */
  metric(name: string): number | null
  /** All figures. */
  readonly metrics: Readonly<Record<string, number | null>>
  /** What the scenario expects, and what no run may violate. */
  readonly checks: readonly Check[]
  /** Those that failed, in words; empty: all is well. */
  readonly failures: readonly string[]
  /** Seed → the fingerprint of all its events. */
  readonly fingerprints: Readonly<Record<string, string>>
}

/** The first variant, which without a matrix is the only one, and all of them. */
export interface Simulated extends VariantFigures {
  readonly variants: readonly VariantFigures[]
}

/**
 * Runs a scenario: the path or URL of a file, a text in YAML (with more than one line), or the same as an object, in which `module`
 * may also be what `defineCoordinator(…)` returns. Paths in a text or an object are relative to the working directory.
 * Throws ScenarioError where the scenario or a module is not right, ForeignError where a module throws while it runs, DeterminismError
 * where two runs of one seed differ.
 */
export async function simulate(
  scenario: string | URL | Readonly<Record<string, unknown>>,
  { seeds, set = [] }: SimulateOptions = {},
): Promise<Simulated> {
  const modules = new LoadedModules(true)
  const { path, read } = sourceOf(scenario, modules)
  const file = await openWith(path, { read, sets: set, ...(seeds === undefined ? {} : { seeds }) }, modules)
  validate(file)
  const loop = openEventLoop()
  try {
    const { variants } = await runExperiment(file, {
      checked: true,
      verify: false,
      openTrace: openTraceFile,
      claimTexts: {},
      idle: loop.idle,
    })
    const all = variants.map(figuresOf)
    return { ...all[0]!, variants: all }
  } catch (error) {
    throw foreignFailure(error, file)
  } finally {
    loop.close()
  }
}

const TEXT = 'scenario.yaml'

function sourceOf(scenario: Parameters<typeof simulate>[0], modules: LoadedModules) {
  if (scenario instanceof URL) return { path: fileURLToPath(scenario), read: readScenarioText }
  if (typeof scenario === 'string' && !scenario.includes('\n'))
    return { path: scenario, read: readScenarioText }
  const text = typeof scenario === 'string' ? scenario : stringify(withFiles(scenario, modules))
  return { path: TEXT, read: (path: string) => (path === TEXT ? text : readScenarioText(path)) }
}

/** The scenario with names in the place of the coordinators that it holds by themselves. */
function withFiles(
  scenario: Readonly<Record<string, unknown>>,
  modules: LoadedModules,
): Readonly<Record<string, unknown>> {
  const { coordinators } = scenario
  if (typeof coordinators !== 'object' || coordinators === null) return scenario
  const named = Object.entries(coordinators as Readonly<Record<string, unknown>>).map(([name, part]) => {
    const { module } = (part ?? {}) as { readonly module?: unknown }
    if (typeof module !== 'object' || module === null) return [name, part]
    return [name, { ...(part as object), module: modules.give(name, module as CoordinatorDefinition) }]
  })
  return { ...scenario, coordinators: Object.fromEntries(named) }
}

function figuresOf({ name, parameters, metrics, checks, fingerprints }: Variant): VariantFigures {
  const figures = Object.fromEntries(Object.entries(metrics).map(([metric, { value }]) => [metric, value]))
  return {
    name,
    parameters,
    metrics: figures,
    metric(metric) {
      if (Object.hasOwn(figures, metric)) return figures[metric]!
      throw new ScenarioError([unknownName('metric', metric, Object.keys(figures))])
    },
    checks,
    failures: checks.filter(({ pass }) => pass === false).map(({ name, detail }) => `${name}: ${detail}`),
    fingerprints,
  }
}
