// What a gate is to run, and what to hold it against: everything that can be refused is refused before the first scenario runs.

import { openKeeping } from '../campaign/source.ts'
import type { Place } from '../errors.ts'
import { speaks } from '../experiment/criteria.ts'
import { type Case, untold } from '../gate/scenario-verdict.ts'
import { pathOf, thresholdOf } from '../gate/threshold.ts'
import type { Measure, ScenarioVerdict } from '../gate/verdict.ts'
import type { Baseline } from '../results/baseline.ts'
import type { Path, ScenarioFile } from '../scenario/scenario.ts'
import { BASELINE_FOLDER, baselinePath, commitOf, readBaseline, readBaselines } from './baselines.ts'
import { exists, readScenario } from './files.ts'
import { forAll, type Opened } from './open.ts'
import { inShell, isFolder, scenarioFiles, shownPath, tracesOf } from './scenario-files.ts'
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
 * Of scenario files, of folders with scenarios, or, without either, of all baselines. A baseline that no scenario goes by is planned too,
 * where nobody named single files. Throws ScenarioError with all mistakes.
 */
export async function planOf(words: readonly string[], options: PlanOptions): Promise<readonly Planned[]> {
  const folders = words.filter(isFolder).map((folder) => `${shownPath(folder)}/`)
  const within = (file: string): boolean =>
    folders.some((folder) => folder === '/' || file.startsWith(folder))
  const asked = words.length === 0 || (folders.length > 0 && options.base === undefined)
  const known = (asked ? readBaselines(options.baselines) : []).filter(
    ([, { scenario }]) => words.length === 0 || (scenario.file !== null && within(scenario.file)),
  )
  const there = known.flatMap(([, { scenario }]) =>
    scenario.file !== null && exists(scenario.file) ? [scenario.file] : [],
  )
  const files = words.length > 0 ? scenarioFiles(words) : [...new Set(there)]
  const planned = await forAll(files, (path) => planOne(path, options))
  const used = new Set(planned.map((each) => baselinePath(options.baselines, nameOf(each))))
  return [
    ...planned,
    ...known.filter(([at]) => !used.has(at)).map(([at, { scenario }]) => orphan(at, scenario)),
  ]
}

export const nameOf = (each: Planned): string => (each.kind === 'run' ? each.about.name : each.verdict.name)

/** A baseline that no scenario goes by. */
function orphan(at: string, { name, file }: Baseline['scenario']): Planned {
  const why =
    file === null
      ? 'the baseline was accepted from a result and names no scenario: name the file'
      : exists(file)
        ? `the scenario in ${file} is no longer called ${name}; remove the baseline ${at} if that is meant`
        : `its scenario is no more: ${file}; remove the baseline ${at} if that is meant, or accept it from where it stands now`
  return { kind: 'untold', verdict: untold({ name, file: file ?? at, at: null, accept: null }, why) }
}

async function planOne(path: string, options: PlanOptions): Promise<Planned> {
  const modules = options['allow-modules']
  const { opened: written } = await openKeeping(path, { sets: [], modules }, readScenario)
  const at = baselinePath(options.baselines, written.name)
  const baseline = options.base === undefined ? readBaseline(at) : undefined
  const accept = options.base === undefined ? acceptCommand(path, options, written, baseline) : null
  const about = aboutFile(written, path, accept)
  if (options.base === undefined && !baseline)
    return { kind: 'untold', verdict: untold(about, `no baseline: ${at}; to make one: ${accept}`) }
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
          commit: commitOf(at) ?? baseline.accepted.commit?.slice(0, 10) ?? null,
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

/** What a person would type to accept the figures of now, on the seeds of the baseline that there is. */
function acceptCommand(
  path: string,
  { baselines, 'allow-modules': modules }: PlanOptions,
  { seeds }: ScenarioFile,
  baseline: Baseline | undefined,
): string {
  const own = baseline ? seedsOf(baseline) : seeds
  return [
    ...['rehearsal', 'baseline', 'accept', inShell(shownPath(path))],
    ...(own.join() === seeds.join() ? [] : seedOptions(own)),
    ...(baselines === BASELINE_FOLDER ? [] : ['--out', inShell(baselines)]),
    ...(modules ? ['--allow-modules'] : []),
    ...['--reason', 'TEXT'],
  ].join(' ')
}

function seedOptions(seeds: readonly string[]): readonly string[] {
  if (seeds.length === 1) return ['--seed', inShell(seeds[0]!)]
  const counted = seeds.every((seed, i) => seed === String(i + 1))
  return ['--seeds', counted ? String(seeds.length) : inShell(seeds.join())]
}

const placeAt = (file: ScenarioFile, path: Path): Place | null => file.mistake(path, '').place ?? null

export function aboutFile(file: ScenarioFile, path: string, accept: string | null = null): Case {
  return {
    name: file.name,
    file: shownPath(path),
    accept,
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
