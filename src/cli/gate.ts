// `rehearsal gate`: runs scenarios as their baselines were run, and says what has become worse, by how much, since when, and why.

import { dirname, resolve } from 'node:path'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { type GateReport, gateReport } from '../gate/verdict.ts'
import { reporters } from '../report/gate/registry.ts'
import { BASELINE_FOLDER, git } from './baselines.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT } from './exit.ts'
import { EXPERIMENT_OPTIONS, stopAtOf, threadsOf } from './experiment.ts'
import { refuseUnwritable, writeWhole } from './files.ts'
import { planOf } from './gate-plan.ts'
import { type Judged, judgeAll, type RunTerms } from './gate-runs.ts'
import { explainWorst, MOST_EXPLAINED } from './gate-why.ts'
import { SCENARIO_OPTIONS } from './open.ts'
import { openRevision } from './revision.ts'
import { isFolder } from './scenario-files.ts'
import { isSelfTest, SELF_TEST_OPTIONS, selfTest } from './self-test.ts'
import type { Terminal } from './terminal.ts'

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
  explain: {
    type: 'flag',
    meaning: `say why what is worse is, of ${MOST_EXPLAINED} scenarios at most: builds and runs the commits of their baselines; with --base it is said anyhow`,
  },
  verify: { type: 'flag', meaning: 'run every seed twice and compare fingerprints' },
  quiet: { type: 'flag', meaning: 'print nothing but what a reporter without a file has to say' },
  jobs: EXPERIMENT_OPTIONS.jobs,
  'time-limit': EXPERIMENT_OPTIONS['time-limit'],
  ...SELF_TEST_OPTIONS,
} as const

type GateOptions = OptionValues<typeof OPTIONS>

export const gate = defineCommand({
  words: [
    {
      name: 'scenarios',
      meaning: 'scenario files, and folders of them; without any, those of all baselines',
      many: true,
    },
  ],
  options: OPTIONS,
  examples: [
    ['gate', 'every scenario that has a baseline'],
    ['gate scenarios', 'every scenario beneath a folder; one without a baseline is inconclusive'],
    ['gate scenarios/fleet.yaml --reporter terminal --reporter junit:gate.xml', 'one, reported twice'],
    ['gate scenarios/*.yaml --base origin/main', 'against another revision'],
    ['gate --self-test --out results/self-test.md', 'what the gate sees, as it is committed; two minutes'],
  ],
  epilogue:
    'Thresholds stand in a scenario’s gate section: gate: { default: { worse-by: 2% }, network.messages: exact, latency.p95: { worse-by: 5ms } }; without one, worse by 1 %. What changes by less is shown. A claim whose verdict turns, whichever way, fails until it is accepted. Ends in 0 where nothing is worse, 1 where something is or an expectation fails, 2 for mistakes, 3 where there is no baseline, the scenario or its trace is another, a figure is absent or nobody can tell, 4 where determinism is violated, 5 where the time limit came first: what was judged until then is reported.',
  async run({ words, options }, terminal) {
    if (isSelfTest(OPTIONS, { words, options })) return selfTest(options, terminal)
    const outlets = outletsOf(options)
    const threads = threadsOf(options.jobs)
    const stopAt = stopAtOf(options['time-limit'])
    try {
      const { verdicts, stopped } = await judged({ words, options, threads, stopAt, terminal })
      const report = gateReport(verdicts, stopped)
      const within = git(['rev-parse', '--show-prefix']) ?? ''
      for (const outlet of outlets) tell(report, outlet, within, terminal)
      if (stopped) {
        terminal.complain(stopped.message)
        return stopped.code
      }
      return { pass: EXIT.pass, fail: EXIT.failed, inconclusive: EXIT.inconclusive }[report.verdict]
    } finally {
      await threads.close()
    }
  },
})

interface Call extends Omit<RunTerms, 'say'> {
  readonly words: readonly string[]
  readonly options: GateOptions
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
        : file !== undefined && isFolder(file)
          ? [{ message: `--reporter ${name}: ${quote(file, 200)} is a folder; expected a file` }]
          : [],
  )
  const files = outlets.flatMap(({ file }) => (file ? [file] : []))
  const places = files.map((file) => resolve(file))
  const twice = files.find((_, i) => places.indexOf(places[i]!) < i)
  if (twice) mistakes.push({ message: `two reporters would both write ${quote(twice, 200)}` })
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  for (const file of files) refuseUnwritable(dirname(file))
  return outlets
}

function tell(report: GateReport, { name, file }: Outlet, within: string, terminal: Terminal): void {
  const { columns, colour } = file === undefined ? terminal : { columns: 80, colour: false }
  const text = reporters[name]!.render(report, { columns, colour, within })
  if (file === undefined) terminal.write(text)
  else writeWhole(file, text)
}

async function judged(call: Call): Promise<Judged> {
  const { words, options, terminal } = call
  const planned = await planOf(words, options)
  if (planned.length === 0) {
    sayNothing(call)
    return { planned, verdicts: [], stopped: null }
  }
  const say = options.quiet ? () => {} : (text: string) => terminal.complain(text)
  const terms = { ...call, say }
  if (options.base === undefined) return explainWorst(await judgeAll(planned, terms), terms)
  const revision = openRevision(options.base, say)
  try {
    return await explainWorst(await judgeAll(planned, terms, revision), terms, revision)
  } finally {
    revision.close()
  }
}

/** Nothing to hold is no pass, and nobody should have to guess why. */
function sayNothing({ options, terminal }: Call): void {
  const mend =
    options.base === undefined
      ? 'rehearsal baseline accept SCENARIO --reason TEXT makes one'
      : 'name the scenarios that are to be compared'
  terminal.complain(`no baselines in ${quote(options.baselines, 200)}; ${mend}`)
}
