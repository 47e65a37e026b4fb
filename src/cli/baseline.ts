// `rehearsal baseline`: accepts the figures of scenarios as those that later runs are held against, and shows what was accepted.

import { join, relative } from 'node:path'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { baselineOf, changedFigures } from '../gate/baseline-of.ts'
import { fewestPairs } from '../gate/judge.ts'
import { counted } from '../report/figures.ts'
import { keyMetrics } from '../report/key-metrics.ts'
import { renderBaseline, renderBaselines, renderChangedFigures } from '../report/terminal/baseline.ts'
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
import { refuseUnwritable } from './files.ts'
import { forAll, openForRuns, SCENARIO_OPTIONS } from './open.ts'
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
      meaning: 'accept: scenarios, which are run, or result files; show: the names of baselines',
      many: true,
    },
  ],
  options: OPTIONS,
  examples: [
    ['baseline accept scenarios/fleet.yaml --reason "first figures"', 'run it and keep its figures'],
    ['baseline accept reports/fleet/result.json --reason "batches of 32"', 'keep those of a result'],
    ['baseline show fleet', 'what was accepted, by whom, and why'],
  ],
  epilogue:
    'What is kept: the metrics that the scenario’s expect, claims, speedup and gate name, those that a summary shows, and what coordinators observe of themselves and call better or worse (mean, 95th percentile, counts), as far as they were observed; by seed, with the fingerprints. Files are to be committed; HISTORY.ndjson has a line for each acceptance.',
  run({ words: [action, ...words], options }, terminal) {
    const act = ACTIONS[action!]
    if (!act) throw new ScenarioError([unknownName('action', action!, Object.keys(ACTIONS))])
    return act({ words, options, terminal })
  },
})

interface Source {
  readonly result: Result
  readonly file: string | null
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
  const sources = await sourcesOf(words, options, terminal)
  refuseFailing(sources)
  refuseShared(sources, words, out)
  for (const source of sources) acceptOne(source, reason.trim(), out, terminal)
  return EXIT.pass
}

async function sourcesOf(
  paths: readonly string[],
  options: BaselineOptions,
  terminal: Terminal,
): Promise<readonly Source[]> {
  const stopAt = stopAtOf(options['time-limit'])
  const planned = await forAll(paths, async (path) => {
    if (!/\.ya?ml$/.test(path)) return { result: readResult(path), file: null }
    const opened = await openForRuns(path, { ...options, set: [], faults: undefined })
    validate(opened.opened)
    return { opened, file: relative('.', path).replaceAll('\\', '/') }
  })
  const threads = threadsOf(options.jobs)
  try {
    const sources: Source[] = []
    for (const each of planned) {
      const terms = { options, verify: false, quiet: false, stopAt, threads }
      const result = each.result ?? (await singleResult(each.opened, terms, terminal))
      sources.push({ result, file: each.file })
    }
    return sources
  } finally {
    await threads.close()
  }
}

/** What is wrong today is no measure for tomorrow. */
function refuseFailing(sources: readonly Source[]): void {
  const lines = sources.flatMap(({ result }) => {
    const verdict = verdictOf(result)
    if (verdict === 'pass') return []
    const checks = result.variants.flatMap((variant) =>
      variant.checks.filter(({ pass, kind }) => pass === false || (pass === null && kind === 'expect')),
    )
    return checks
      .slice(0, 3)
      .map(
        ({ name, detail }) => `  ${quote(result.scenario.name)}: ${quote(name, 120)}: ${quote(detail, 120)}`,
      )
  })
  if (lines.length > 0)
    throw new Exit(
      EXIT.failed,
      [
        'nothing was accepted: not everything holds that is expected',
        ...lines,
        'mend it, or what is expected, first',
      ].join('\n'),
    )
}

function refuseShared(sources: readonly Source[], words: readonly string[], out: string): void {
  const paths = sources.map(({ result }) => baselinePath(out, result.scenario.name))
  const twice = paths.findIndex((path, i) => paths.indexOf(path) < i)
  if (twice < 0) return
  const first = words[paths.indexOf(paths[twice]!)]
  throw new ScenarioError(
    `${quote(first, 200)} and ${quote(words[twice], 200)} would both write ${quote(paths[twice], 200)}`,
  )
}

function acceptOne({ result, file }: Source, reason: string, folder: string, terminal: Terminal): void {
  const path = baselinePath(folder, result.scenario.name)
  const before = readBaseline(path)
  const after = baselineOf(result, {
    reason,
    file: file ?? before?.scenario.file ?? null,
    keyMetrics: keyMetrics(result),
  })
  const changed = before ? changedFigures(before, after) : []
  writeBaseline(path, after)
  appendHistory(folder, {
    name: after.scenario.name,
    when: new Date().toISOString(),
    who: git(['config', 'user.name']),
    commit: after.accepted.commit,
    reason,
    first: before === undefined,
    changed,
  })
  terminal.print(
    `accepted ${path}: ${figures(after)}${before ? `, ${counted(changed.length, 'figure')} changed` : ''}`,
  )
  if (changed.length > 0) terminal.print(renderChangedFigures(changed, after, terminal))
  const advice = adviceOnSeeds(after)
  if (advice) terminal.complain(advice)
}

const metricCount = ({ variants }: Baseline): number =>
  Object.values(variants).reduce((sum, { metrics }) => sum + Object.keys(metrics).length, 0)

const seedsOf = ({ variants }: Baseline): number =>
  Math.max(...Object.values(variants).map(({ seeds }) => seeds.length))

const figures = (baseline: Baseline): string =>
  [
    counted(metricCount(baseline), 'figure'),
    counted(Object.keys(baseline.variants).length, 'variant'),
    counted(seedsOf(baseline), 'seed'),
  ].join(', ')

/** A test of flipped signs can be no surer than there are ways to flip them. */
function adviceOnSeeds(baseline: Baseline): string | undefined {
  const seeds = seedsOf(baseline)
  const fewest = fewestPairs(metricCount(baseline))
  if (seeds === 1 || seeds >= fewest) return undefined
  return `${baseline.scenario.name}: with ${counted(seeds, 'seed')} a change that varies over the seeds cannot be told from chance (a gate would be inconclusive); accept with --seeds ${fewest}, or --seed 1 for an exact one`
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
