// `rehearsal gate`: runs scenarios as their baselines were run, and says what has become worse, by how much, and since when.

import { relative } from 'node:path'
import { openKeeping } from '../campaign/source.ts'
import type { Threads } from '../campaign/threads.ts'
import { type Place, quote, ScenarioError, unknownName } from '../errors.ts'
import { type Case, scenarioVerdict, untold } from '../gate/scenario-verdict.ts'
import { pathOf, thresholdOf } from '../gate/threshold.ts'
import { type GateReport, gateReport, type Measure, type ScenarioVerdict } from '../gate/verdict.ts'
import { reporters } from '../report/gate/registry.ts'
import type { Baseline } from '../results/baseline.ts'
import type { Path, ScenarioFile } from '../scenario/scenario.ts'
import { BASELINE_FOLDER, baselinePath, commitOf, readBaseline, readBaselines } from './baselines.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT, Exit } from './exit.ts'
import { EXPERIMENT_OPTIONS, stopAtOf, threadsOf } from './experiment.ts'
import { exists, readScenario, writeWhole } from './files.ts'
import { forAll, type Opened, SCENARIO_OPTIONS } from './open.ts'
import { openRevision, type Revision } from './revision.ts'
import { singleResult } from './single-result.ts'
import type { Terminal } from './terminal.ts'
import { validate } from './validate.ts'

const OPTIONS = {
  baselines: { type: 'text', value: 'FOLDER', meaning: 'where baselines are kept', default: BASELINE_FOLDER },
  base: {
    type: 'text',
    value: 'REF',
    meaning: 'compare with another revision, which is built and run beside, instead of with baselines',
  },
  reporter: {
    type: 'texts',
    value: 'NAME[:FILE]',
    meaning: `how to report, and into which file; may be given several times: ${Object.keys(reporters).join(', ')}`,
  },
  set: {
    type: 'texts',
    value: 'PATH=VALUE',
    meaning: 'change a value of the scenarios, as the change under test; may be given several times',
  },
  'allow-modules': SCENARIO_OPTIONS['allow-modules'],
  verify: { type: 'flag', meaning: 'run every seed twice and compare fingerprints' },
  quiet: { type: 'flag', meaning: 'print nothing but what a reporter without a file has to say' },
  jobs: EXPERIMENT_OPTIONS.jobs,
  'time-limit': EXPERIMENT_OPTIONS['time-limit'],
} as const

type GateOptions = OptionValues<typeof OPTIONS>

export const gate = defineCommand({
  words: [{ name: 'scenarios', meaning: 'scenario files; without them, those of all baselines', many: true }],
  options: OPTIONS,
  examples: [
    ['gate', 'every scenario that has a baseline'],
    ['gate scenarios/fleet.yaml --reporter terminal --reporter junit:gate.xml', 'one, reported twice'],
    ['gate scenarios/*.yaml --base origin/main', 'against another revision'],
  ],
  epilogue:
    'Thresholds stand in a scenario’s gate section: gate: { default: { worse-by: 2% }, messages: exact, latency.p95: { worse-by: 5ms } }; without one, worse by 1 %. Ends in 0 where nothing is worse, 1 where something is or an expectation fails, 2 for mistakes, 3 where there is no baseline, the scenario is another, a figure is absent or nobody can tell, 4 where determinism is violated.',
  async run({ words, options }, terminal) {
    const outlets = outletsOf(options)
    const threads = threadsOf(options.jobs)
    const stopAt = stopAtOf(options['time-limit'])
    try {
      const report = gateReport(await verdicts({ words, options, threads, stopAt, terminal }))
      for (const outlet of outlets) tell(report, outlet, terminal)
      return { pass: EXIT.pass, fail: EXIT.failed, inconclusive: EXIT.inconclusive }[report.verdict]
    } finally {
      await threads.close()
    }
  },
})

interface Call {
  readonly words: readonly string[]
  readonly options: GateOptions
  readonly threads: Threads
  readonly stopAt: number
  readonly terminal: Terminal
}

interface Outlet {
  readonly name: string
  readonly file: string | undefined
}

function outletsOf({ reporter }: GateOptions): readonly Outlet[] {
  const outlets = (reporter.length === 0 ? ['terminal'] : reporter).map((text): Outlet => {
    const [name, ...file] = text.split(':')
    return { name: name!, file: file.length === 0 ? undefined : file.join(':') }
  })
  const mistakes = outlets.flatMap(({ name, file }) =>
    !Object.hasOwn(reporters, name)
      ? [unknownName('reporter', name, Object.keys(reporters))]
      : file === ''
        ? [{ message: `--reporter ${name}: names no file; expected ${name}:FILE, or ${name} alone` }]
        : [],
  )
  const files = outlets.flatMap(({ file }) => (file ? [file] : []))
  const twice = files.find((file, i) => files.indexOf(file) < i)
  if (twice) mistakes.push({ message: `two reporters would both write ${quote(twice, 200)}` })
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return outlets
}

function tell(report: GateReport, { name, file }: Outlet, terminal: Terminal): void {
  const look = file === undefined ? terminal : { columns: 80, colour: false }
  const text = reporters[name]!.render(report, look)
  if (file === undefined) terminal.write(text)
  else writeWhole(file, text)
}

/** A scenario that is to be run, or why it cannot be judged. */
type Planned =
  | { readonly kind: 'untold'; readonly verdict: ScenarioVerdict }
  | {
      readonly kind: 'run'
      readonly path: string
      readonly opened: Opened
      readonly about: Case
      readonly held: Held
    }

/** What it is held against; a revision has yet to be run. */
type Held = { readonly baseline: Baseline; readonly measure: Measure } | 'revision'

async function verdicts(call: Call): Promise<readonly ScenarioVerdict[]> {
  const planned = await plan(call)
  const { options, terminal } = call
  if (planned.length === 0) sayNothing(call)
  if (options.base === undefined) return runAll(planned, call)
  const say = options.quiet ? () => {} : (text: string) => terminal.complain(text)
  const revision = openRevision(options.base, say)
  try {
    return await runAll(planned, call, revision)
  } finally {
    revision.close()
  }
}

/** Everything that can be refused is refused before the first scenario runs. */
async function plan({ words, options }: Call): Promise<readonly Planned[]> {
  const { baselines: folder, base } = options
  const known = words.length > 0 && base !== undefined ? [] : readBaselines(folder)
  if (words.length > 0) return forAll([...new Set(words)], (path) => planOne(path, options))
  const named = known.map(([at, { scenario }]) => ({ at, ...scenario }))
  const gone = named.flatMap(({ at, name, file }): Planned[] => {
    if (file !== null && exists(file)) return []
    const why =
      file === null
        ? 'the baseline was accepted from a result and names no scenario: name the file'
        : `its scenario is no more: ${file}; remove the baseline ${at} if that is meant`
    return [{ kind: 'untold', verdict: untold({ name, file: file ?? at, at: null }, why) }]
  })
  const there = named.flatMap(({ file }) => (file !== null && exists(file) ? [file] : []))
  return [...(await forAll(there, (path) => planOne(path, options))), ...gone]
}

async function planOne(path: string, options: GateOptions): Promise<Planned> {
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
  return { kind: 'run', path, opened, held, about: { ...about, ...termsOf(opened.opened) } }
}

const seedsOf = ({ variants }: Baseline): readonly string[] => [
  ...new Set(Object.values(variants).flatMap(({ seeds }) => seeds)),
]

const placeAt = (file: ScenarioFile, path: Path): Place | null => file.mistake(path, '').place ?? null

function aboutFile(file: ScenarioFile, path: string): Case {
  const shown = relative('.', path).replaceAll('\\', '/')
  return {
    name: file.name,
    file: shown,
    at: placeAt(file, ['name']),
    written: file.resolved,
    ...termsOf(file),
  }
}

/** What a scenario says of its figures, with the places at which it says so. */
function termsOf(file: ScenarioFile): Pick<Case, 'threshold' | 'place' | 'named' | 'placeOfCheck'> {
  const scenarioOf = (variant: string) =>
    (file.variants.find(({ name }) => name === variant) ?? file.variants[0]!).scenario
  return {
    threshold: (variant, metric, unit) => thresholdOf(metric, unit, scenarioOf(variant), file),
    place: (variant, metric) => placeAt(file, pathOf(metric, scenarioOf(variant))),
    named: (variant) => Object.keys(scenarioOf(variant).gate ?? {}).filter((name) => name !== 'default'),
    placeOfCheck: (variant, check) => {
      const criterion = scenarioOf(variant).expect.find(({ metric }) =>
        check.startsWith(`expect: ${metric} `),
      )
      return criterion ? placeAt(file, criterion.path) : null
    },
  }
}

/** Nothing to hold is no pass, and nobody should have to guess why. */
function sayNothing({ options, terminal }: Call): void {
  terminal.complain(
    `no baselines in ${quote(options.baselines, 200)}; rehearsal baseline accept SCENARIO --reason TEXT makes one`,
  )
}

async function runAll(
  planned: readonly Planned[],
  call: Call,
  revision?: Revision,
): Promise<ScenarioVerdict[]> {
  const { options, threads, stopAt, terminal } = call
  const found: ScenarioVerdict[] = []
  for (const each of planned) {
    if (each.kind === 'untold') {
      found.push(each.verdict)
      continue
    }
    if (performance.now() > stopAt)
      throw new Exit(
        EXIT.limit,
        `stopped by the time limit after ${found.length} of ${planned.length} scenarios`,
      )
    const { about, opened, path } = each
    const held = each.held === 'revision' ? revision!.held(path, opened.opened, options, stopAt) : each.held
    if ('missing' in held) {
      found.push(untold(about, held.missing, held.measure))
      continue
    }
    const terms = { options: PLAIN, verify: options.verify, quiet: options.quiet, stopAt, threads }
    const result = await singleResult(opened, terms, terminal)
    found.push(scenarioVerdict(about, held.baseline, held.measure, result))
  }
  return found
}

/** The baseline's seeds are run, neither more nor less. */
const PLAIN = { jobs: undefined, 'time-limit': undefined, precision: [], 'most-seeds': '200' }
