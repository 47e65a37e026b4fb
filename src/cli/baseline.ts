// `rehearsal baseline`: accepts the figures of scenarios as those that later runs are held against, and shows what was accepted.

import { join } from 'node:path'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { baselineOf, changedFigures, MOST_FIGURES } from '../gate/baseline-of.ts'
import { changedClaims } from '../gate/claims.ts'
import { fewestPairs } from '../gate/judge.ts'
import { counted } from '../report/figures.ts'
import { keyMetrics } from '../report/key-metrics.ts'
import {
  renderBaseline,
  renderBaselines,
  renderChangedClaims,
  renderChangedFigures,
} from '../report/terminal/baseline.ts'
import type { Baseline } from '../results/baseline.ts'
import { readResult } from '../results/read.ts'
import type { Result } from '../results/result.ts'
import {
  appendHistory,
  BASELINE_FOLDER,
  baselinePath,
  git,
  readBaseline,
  readBaselines,
  readHistory,
  writeBaseline,
} from './baselines.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT, Exit } from './exit.ts'
import { EXPERIMENT_OPTIONS, stopAtOf, threadsOf } from './experiment.ts'
import { exists, refuseUnwritable } from './files.ts'
import { forAll, openForRuns, SCENARIO_OPTIONS } from './open.ts'
import { scenarioFiles, shownPath, tracesOf } from './scenario-files.ts'
import { singleResult } from './single-result.ts'
import { verdictOf } from './summary.ts'
import type { Terminal } from './terminal.ts'
import { validate } from './validate.ts'

const OPTIONS = {
  reason: { type: 'text', value: 'TEXT', meaning: 'accept: why these figures are the right ones' },
  out: { type: 'text', value: 'FOLDER', meaning: 'where baselines are kept', default: BASELINE_FOLDER },
  seed: SCENARIO_OPTIONS.seed,
  seeds: SCENARIO_OPTIONS.seeds,
  'allow-modules': SCENARIO_OPTIONS['allow-modules'],
  ...EXPERIMENT_OPTIONS,
} as const

type BaselineOptions = OptionValues<typeof OPTIONS>

interface Call {
  readonly words: readonly string[]
  readonly options: BaselineOptions
  readonly terminal: Terminal
}

const ACTIONS: Readonly<Record<string, (call: Call) => number | Promise<number>>> = { accept, show }

export const baseline = defineCommand({
  words: [
    { name: 'action', meaning: 'accept or show', required: true },
    {
      name: 'what',
      meaning:
        'accept: scenarios and folders of them, which are run, or result files; show: the names of baselines',
      many: true,
    },
  ],
  options: OPTIONS,
  examples: [
    ['baseline accept scenarios/fleet.yaml --reason "first figures"', 'run it and keep its figures'],
    ['baseline accept scenarios --reason "first figures"', 'all that are in a folder and beneath it'],
    ['baseline accept reports/fleet/result.json --reason "batches of 32"', 'keep those of a result'],
    ['baseline show fleet', 'what was accepted, by whom, and why'],
  ],
  epilogue: `What is kept: the metrics that the scenario’s expect, claims, speedup and gate name, those that a summary shows, and what coordinators observe of themselves and call better or worse (mean, 95th percentile, counts), as far as they were observed; by seed, with the fingerprints. Where that is more than ${MOST_FIGURES} figures over all variants, what coordinators observe is left out. Verdicts on claims are kept too, and hashes of the traces that are replayed. Files are to be committed; HISTORY.ndjson has a line for each acceptance.`,
  run({ words: [action, ...words], options }, terminal) {
    const act = ACTIONS[action!]
    if (!act) throw new ScenarioError([unknownName('action', action!, Object.keys(ACTIONS))])
    return act({ words, options, terminal })
  },
})

/** What is to be accepted of a scenario; its result, which may be large, is gone by then. */
interface Source {
  /** As it was named. */
  readonly path: string
  readonly baseline: Baseline
  /** What does not hold. */
  readonly failing: readonly string[]
}

async function accept({ words, options, terminal }: Call): Promise<number> {
  const { reason, out } = options
  if (words.length === 0)
    throw new ScenarioError('missing what: scenarios or result files to accept the figures of')
  if (reason === undefined || reason.trim() === '')
    throw new ScenarioError([
      {
        message: 'missing --reason (TEXT): why these figures are the right ones',
        hint: 'whoever sees a gate fail will read it: --reason "one round trip more, for the lease"',
      },
    ])
  refuseUnwritable(out)
  // What could not be read could not be added to.
  readHistory(out)
  const sources = await sourcesOf(scenarioFiles(words), reason.trim(), options, terminal)
  const failing = sources.flatMap((source) => source.failing)
  if (failing.length > 0)
    throw new Exit(
      EXIT.failed,
      [
        'nothing was accepted: not everything holds that is expected',
        ...failing,
        'mend it, or what is expected, first',
      ].join('\n'),
    )
  for (const { baseline } of sources) acceptOne(baseline, out, terminal)
  const advice = adviceOnSeeds(sources.map(({ baseline }) => baseline))
  if (advice) terminal.complain(advice)
  return EXIT.pass
}

async function sourcesOf(
  paths: readonly string[],
  reason: string,
  options: BaselineOptions,
  terminal: Terminal,
): Promise<readonly Source[]> {
  const stopAt = stopAtOf(options['time-limit'])
  const planned = await forAll(paths, async (path) => {
    if (!/\.ya?ml$/.test(path)) return { path, name: readResult(path).scenario.name }
    const opened = await openForRuns(path, { ...options, set: [], faults: undefined })
    validate(opened.opened)
    return { path, opened, name: opened.opened.name }
  })
  refuseShared(planned, options.out)
  const threads = threadsOf(options.jobs)
  const terms = { options, verify: false, quiet: false, stopAt, threads }
  try {
    const sources: Source[] = []
    for (const { path, opened } of planned) {
      const result = opened ? await singleResult(opened, terms, terminal) : readResult(path)
      const before = readableBaseline(baselinePath(options.out, result.scenario.name))
      const baseline = baselineOf(result, {
        reason,
        file: opened ? shownPath(path) : (before?.scenario.file ?? null),
        keyMetrics: keyMetrics(result),
        traces: opened && tracesOf(opened.opened),
      })
      sources.push({ path, baseline, failing: failingOf(result) })
    }
    return sources
  } finally {
    await threads.close()
  }
}

/** What is to be replaced need not be whole: `undefined` where it cannot be read. */
function readableBaseline(path: string): Baseline | undefined {
  try {
    return readBaseline(path)
  } catch (error) {
    if (error instanceof ScenarioError) return undefined
    throw error
  }
}

/** What is wrong today is no measure for tomorrow. */
function failingOf(result: Result): readonly string[] {
  if (verdictOf(result) === 'pass') return []
  const checks = result.variants.flatMap((variant) =>
    variant.checks.filter(({ pass, kind }) => pass === false || (pass === null && kind === 'expect')),
  )
  return checks
    .slice(0, 3)
    .map(({ name, detail }) => `  ${quote(result.scenario.name)}: ${quote(name, 120)}: ${quote(detail, 120)}`)
}

/** Told before anything has run. */
function refuseShared(
  planned: readonly { readonly path: string; readonly name: string }[],
  out: string,
): void {
  const files = planned.map(({ name }) => baselinePath(out, name))
  const twice = files.findIndex((file, i) => files.indexOf(file) < i)
  if (twice < 0) return
  const [first, second] = [planned[files.indexOf(files[twice]!)]!, planned[twice]!]
  throw new ScenarioError(
    `${quote(first.path, 200)} and ${quote(second.path, 200)} would both write ${quote(files[twice], 200)}`,
  )
}

function acceptOne(after: Baseline, folder: string, terminal: Terminal): void {
  const path = baselinePath(folder, after.scenario.name)
  const before = readableBaseline(path)
  if (!before && exists(path))
    terminal.complain(`${quote(path, 200)} could not be read, and is replaced; its figures begin anew`)
  const changed = before ? changedFigures(before, after) : []
  const claims = changedClaims(before?.claims, after.claims)
  writeBaseline(path, after)
  appendHistory(folder, {
    name: after.scenario.name,
    when: new Date().toISOString(),
    who: git(['config', 'user.name']),
    commit: after.accepted.commit,
    reason: after.accepted.reason,
    first: before === undefined,
    changed,
    ...(claims.length > 0 ? { claims } : {}),
  })
  const others = before && seedNames(before) !== seedNames(after)
  terminal.print(
    [
      `accepted ${path}: ${figures(after)}`,
      ...(others ? [`other seeds than before (${seedsOf(before)})`] : []),
      ...(before ? [`${counted(changed.length, 'figure')} changed`] : []),
    ].join(', '),
  )
  if (changed.length > 0) terminal.print(renderChangedFigures(changed, after, terminal))
  if (claims.length > 0) terminal.print(renderChangedClaims(claims, terminal))
}

const metricCount = ({ variants }: Baseline): number =>
  Object.values(variants).reduce((sum, { metrics }) => sum + Object.keys(metrics).length, 0)

const seedsOf = ({ variants }: Baseline): number =>
  Math.max(...Object.values(variants).map(({ seeds }) => seeds.length))

/** Of all variants: other seeds are other figures, whatever the code. */
const seedNames = ({ variants }: Baseline): string =>
  JSON.stringify([...new Set(Object.values(variants).flatMap(({ seeds }) => seeds))])

const figures = (baseline: Baseline): string =>
  [
    counted(metricCount(baseline), 'figure'),
    counted(Object.keys(baseline.variants).length, 'variant'),
    counted(seedsOf(baseline), 'seed'),
  ].join(', ')

/** A test of flipped signs can be no surer than there are ways to flip them. */
function adviceOnSeeds(baselines: readonly Baseline[]): string | undefined {
  const few = baselines.flatMap((baseline) => {
    const [seeds, fewest] = [seedsOf(baseline), fewestPairs(metricCount(baseline))]
    return seeds === 1 || seeds >= fewest ? [] : [{ name: baseline.scenario.name, seeds, fewest }]
  })
  const [only] = few
  if (!only) return undefined
  if (few.length === 1)
    return `${only.name}: with ${counted(only.seeds, 'seed')} a change that varies over the seeds cannot be told from chance (a gate would be inconclusive); accept with --seeds ${only.fewest}, or --seed 1 for an exact one`
  const names = few.map(({ name, seeds, fewest }) => `${name} (${seeds}, it takes ${fewest})`)
  return `${few.length} scenarios have too few seeds to tell a change that varies over the seeds from chance (a gate would be inconclusive; more --seeds would tell, or --seed 1 for an exact one): ${names.join(', ')}`
}

function show({ words, options, terminal }: Call): number {
  const { out } = options
  const all = readBaselines(out)
  if (words.length === 0) {
    terminal.print(
      all.length === 0
        ? `no baselines in ${out}; rehearsal baseline accept SCENARIO --reason TEXT makes one`
        : renderBaselines(
            all.map(([, each]) => each),
            terminal,
          ),
    )
    return EXIT.pass
  }
  const known = all.map(([, { scenario }]) => scenario.name)
  const mistakes = words.flatMap((name) =>
    known.includes(name) ? [] : [unknownName('baseline', name, known)],
  )
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  const history = readHistory(out)
  for (const [path, each] of all)
    if (words.includes(each.scenario.name)) {
      const own = history.filter(({ name }) => name === each.scenario.name)
      terminal.print(renderBaseline(each, own, { ...terminal, path: join(path) }))
    }
  return EXIT.pass
}
