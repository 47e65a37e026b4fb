// What a gate is to run, and what to hold it against: everything that can be refused is refused before the first scenario runs.

import { openKeeping } from '../campaign/source.ts'
import type { Place } from '../errors.ts'
import { speaks } from '../experiment/criteria.ts'
import { type Case, untold } from '../gate/scenario-verdict.ts'
import { pathOf, thresholdOf } from '../gate/threshold.ts'
import type { Measure, ScenarioVerdict } from '../gate/verdict.ts'
import type { Baseline } from '../results/baseline.ts'
import type { Path, ScenarioFile } from '../scenario/scenario.ts'
import { baselinePath, commitOf, readBaseline, readBaselines } from './baselines.ts'
import { exists, readScenario } from './files.ts'
import { forAll, type Opened } from './open.ts'
import { isFolder, scenarioFiles, shownPath, tracesOf } from './scenario-files.ts'
import { validate } from './validate.ts'

/** What of the command line says what is held against what. */
export interface PlanOptions {
  readonly baselines: string
  readonly base: string | undefined
  readonly set: readonly string[]
  readonly 'allow-modules': boolean
}

/** A scenario that is to be run, or why it cannot be judged. */
export type Planned =
  | { readonly kind: 'untold'; readonly verdict: ScenarioVerdict }
  | {
      readonly kind: 'run'
      readonly path: string
      readonly opened: Opened
      readonly about: Case
      readonly held: Held
    }

/** What it is held against; a revision has yet to be run. */
export type Held = { readonly baseline: Baseline; readonly measure: Measure } | 'revision'

/**
 * Of scenario files, of folders with scenarios, or, without either, of all baselines. A baseline whose scenario is no more is planned
 * too, where nobody named single files. Throws ScenarioError with all mistakes.
 */
export async function planOf(words: readonly string[], options: PlanOptions): Promise<readonly Planned[]> {
  const known = words.length > 0 && options.base !== undefined ? [] : readBaselines(options.baselines)
  const folders = words.filter(isFolder).map((folder) => `${shownPath(folder)}/`)
  const within = (file: string): boolean =>
    folders.some((folder) => folder === '/' || file.startsWith(folder))
  const gone = known.flatMap(([at, { scenario }]): readonly Planned[] =>
    words.length === 0 || (scenario.file !== null && within(scenario.file)) ? goneAt(at, scenario) : [],
  )
  const there = known.flatMap(([, { scenario }]) =>
    scenario.file !== null && exists(scenario.file) ? [scenario.file] : [],
  )
  const files = words.length > 0 ? scenarioFiles(words) : there
  return [...(await forAll(files, (path) => planOne(path, options))), ...gone]
}

function goneAt(at: string, { name, file }: Baseline['scenario']): readonly Planned[] {
  if (file !== null && exists(file)) return []
  const why =
    file === null
      ? 'the baseline was accepted from a result and names no scenario: name the file'
      : `its scenario is no more: ${file}; remove the baseline ${at} if that is meant`
  return [{ kind: 'untold', verdict: untold({ name, file: file ?? at, at: null }, why) }]
}

async function planOne(path: string, options: PlanOptions): Promise<Planned> {
  const modules = options['allow-modules']
  const { opened: written } = await openKeeping(path, { sets: [], modules }, readScenario)
  const about = aboutFile(written, path)
  const at = baselinePath(options.baselines, written.name)
  const baseline = options.base === undefined ? readBaseline(at) : undefined
  if (options.base === undefined && !baseline)
    return {
      kind: 'untold',
      verdict: untold(
        about,
        `no baseline: ${at}; rehearsal baseline accept ${about.file} --reason TEXT makes one`,
      ),
    }
  if (baseline && baseline.scenario.name !== written.name) {
    const why = `${at} is the baseline of ${baseline.scenario.name}: two scenarios share a file name`
    return { kind: 'untold', verdict: untold(about, why) }
  }
  const seeds = baseline ? seedsOf(baseline) : written.seeds
  const opened = await openKeeping(path, { sets: options.set, seeds, modules }, readScenario)
  validate(opened.opened)
  const held: Held = baseline
    ? {
        baseline,
        measure: {
          of: at,
          commit: commitOf(at) ?? baseline.accepted.commit,
          reason: baseline.accepted.reason,
        },
      }
    : 'revision'
  const traces = tracesOf(written)
  return { kind: 'run', path, opened, held, about: { ...about, traces, ...termsOf(opened.opened) } }
}

const seedsOf = ({ variants }: Baseline): readonly string[] => [
  ...new Set(Object.values(variants).flatMap(({ seeds }) => seeds)),
]

const placeAt = (file: ScenarioFile, path: Path): Place | null => file.mistake(path, '').place ?? null

export function aboutFile(file: ScenarioFile, path: string): Case {
  return {
    name: file.name,
    file: shownPath(path),
    at: placeAt(file, ['name']),
    written: file.resolved,
    traces: {},
    ...termsOf(file),
  }
}

type Terms = Pick<Case, 'threshold' | 'place' | 'named' | 'placeOfExpectation' | 'placeOfClaim'>

/** What a scenario says of its figures, with the places at which it says so. */
function termsOf(file: ScenarioFile): Terms {
  const scenarioOf = (variant: string) =>
    (file.variants.find(({ name }) => name === variant) ?? file.variants[0]!).scenario
  return {
    threshold: (variant, metric, unit) => thresholdOf(metric, unit, scenarioOf(variant), file),
    place: (variant, metric) => placeAt(file, pathOf(metric, scenarioOf(variant))),
    named: (variant) => Object.keys(scenarioOf(variant).gate ?? {}).filter((name) => name !== 'default'),
    placeOfExpectation: (variant, index) => {
      const scenario = scenarioOf(variant)
      const criterion = scenario.expect.filter((each) => speaks(each, scenario))[index]
      return criterion ? placeAt(file, criterion.path) : null
    },
    placeOfClaim: (index) => {
      const claim = file.variants[0]!.scenario.claims[index]
      return claim ? placeAt(file, claim.path) : null
    },
  }
}
