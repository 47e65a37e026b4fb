// `rehearsal explain`: why B is slower, or faster, than A.

import { join } from 'node:path'
import { ScenarioError } from '../errors.ts'
import { StoppedError } from '../experiment/stopped.ts'
import { type Explained, type Explanation, explanationOf } from '../explain/explanation.ts'
import { waterfall } from '../report/charts/waterfall.ts'
import { safeFileName } from '../report/file-name.ts'
import { renderSvg } from '../report/svg.ts'
import { renderExplanation } from '../report/terminal/explanation.ts'
import { canonicalJson } from '../results/canonical.ts'
import { DeterminismError } from '../run/replication.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT, Exit } from './exit.ts'
import { EXPERIMENT_OPTIONS, stopAtOf } from './experiment.ts'
import { explainedAgainst } from './explain-revision.ts'
import { type HereTerms, openHere, patienceWith } from './explain-run.ts'
import { writeSide } from './explain-side.ts'
import { metricAsked, type OpenedSide, openSide, sidesOf } from './explain-sides.ts'
import { refuseUnwritable, unbroken, writeWhole } from './files.ts'
import { SCENARIO_OPTIONS } from './open.ts'
import { openRevision } from './revision.ts'
import type { Terminal } from './terminal.ts'

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  'set-b': {
    type: 'texts',
    value: 'PATH=VALUE',
    meaning: 'override a value in B alone; without a second file, B is A with this',
  },
  base: {
    type: 'text',
    value: 'REF',
    meaning: 'A is the same scenario as this revision of the code runs it, which is built and run beside',
  },
  variant: { type: 'text', value: 'VARIANT', meaning: 'with --base: which variant, on both sides' },
  a: { type: 'text', value: 'VARIANT', meaning: 'which variant is A, such as mode=sequential' },
  b: { type: 'text', value: 'VARIANT', meaning: 'which variant is B' },
  metric: {
    type: 'text',
    value: 'METRIC',
    meaning:
      'whose difference is laid to the changes; latency.mean (the default where there are requests), .p50, .p95 and .p99 are also taken apart by cause',
  },
  'time-limit': EXPERIMENT_OPTIONS['time-limit'],
  out: {
    type: 'text',
    value: 'FOLDER',
    meaning: 'where it goes: FOLDER/NAME/explanation.json and explanation.svg',
    default: 'reports',
  },
  json: { type: 'flag', meaning: 'print what was found as JSON' },
  side: {
    type: 'text',
    value: 'FILE',
    meaning:
      'run A alone and write what is needed of it for an explanation, as --base asks it of another build',
  },
  events: {
    type: 'text',
    value: 'FROM:UNTIL',
    meaning: 'with --side: write these events of the first seed instead, such as 1024:2048',
  },
} as const

type ExplainOptions = OptionValues<typeof OPTIONS>

export const explain = defineCommand({
  words: [
    { name: 'A', meaning: 'a scenario (YAML), or a result.json, whose scenario is run anew', required: true },
    { name: 'B', meaning: 'the other; left out: A with --set-b, or another variant of A, by --a and --b' },
  ],
  options: OPTIONS,
  examples: [
    ['explain fast.yaml slow.yaml', 'why the second is slower'],
    ['explain fleet.yaml --set-b services.redis.service=2ms', 'what one change does, and how'],
    ['explain fleet.yaml --a mode=sequential --b mode=concurrent', 'two variants of one'],
    ['explain fleet.yaml --base origin/main', 'why the code that stands here is slower than that'],
  ],
  epilogue:
    'Both sides are run with the seeds of A, one after the other; with --base, A beside B. Ends in 0 where the difference is explained or there is none, 3 where it cannot be told, 5 at the time limit: then with what was found until it.',
  async run({ words, options }, terminal) {
    const stopAt = stopAtOf(options['time-limit'])
    if (options.side !== undefined) {
      await guarded(() => writeSide(words[0]!, options.side!, options, stopAt))
      return EXIT.pass
    }
    refuseMixed(words, options)
    const found = await guarded(() =>
      options.base === undefined
        ? betweenSides(words, options, stopAt, terminal)
        : betweenRevisions(words[0]!, options.base, options, stopAt, terminal),
    )
    await tell(found, options, terminal)
    return exitCode(found.explanation)
  },
})

interface Found {
  readonly name: string
  readonly titles: { readonly a: string; readonly b: string; readonly notes: readonly string[] }
  readonly explanation: Explanation
}

function refuseMixed(words: readonly string[], { base, a, b, variant, events }: ExplainOptions): void {
  const refuse = (message: string): never => {
    throw new ScenarioError(message)
  }
  if (events !== undefined) refuse('--events is for --side FILE')
  if (base === undefined) {
    if (variant !== undefined) refuse('--variant is for --base REF; expected --a and --b')
    return
  }
  if (!/\.ya?ml$/.test(words[0]!))
    refuse('--base REF runs a scenario at two revisions; expected a scenario file (YAML), not a result')
  if (words[1] !== undefined)
    refuse('--base REF explains one scenario, A at the revision and B here; expected one file')
  if (b !== undefined)
    refuse('--b is a variant of another side; with --base expected --variant, for both sides')
  if (a !== undefined && variant !== undefined)
    refuse('--a and --variant are both given; expected one of them')
}

async function tell({ name, titles, explanation }: Found, options: ExplainOptions, terminal: Terminal) {
  const folder = join(options.out, safeFileName(name))
  const json = canonicalJson({ schema: 'rehearsal/explanation/1', titles, ...jsonOf(explanation) })
  const drawing = explanation.same ? undefined : waterfall(explanation.slowest)
  const svg = drawing && (await renderSvg(drawing)).svg
  const written = ['json', ...(svg ? ['svg'] : [])].map((ending) => join(folder, `explanation.${ending}`))
  await unbroken(() => {
    writeWhole(written[0]!, json)
    if (svg) writeWhole(written[1]!, svg)
  })
  if (options.json) terminal.write(json)
  else {
    terminal.print(renderExplanation(explanation, titles, terminal))
    for (const each of written) terminal.print(`wrote ${each}`)
  }
}

/** Two scenarios, or two variants of one, both run by this build. */
async function betweenSides(
  words: readonly string[],
  options: ExplainOptions,
  stopAt: number,
  terminal: Terminal,
): Promise<Found> {
  const [a, b] = await sidesOf(words[0]!, words[1], options)
  refuseUnwritable(join(options.out, safeFileName(a.name)))
  const metric = metricAsked([a, b], options.metric)
  const progress = progressOf(options, terminal)
  const here = openHere(termsOf(a, options, stopAt, progress.next))
  try {
    const [left, right] = [await here.run(a.data, true), await here.run(b.data, true)]
    const laboratory = here.laboratory(metric, patienceWith([left, right]))
    const terms = { seeds: a.seeds, metric, beside: a.expects, laboratory }
    const explanation = await explanationOf(left, right, terms)
    const notes = [...otherBuild(a, left), ...otherBuild(b, right)]
    return { name: a.name, titles: { a: a.title, b: b.title, notes }, explanation }
  } finally {
    progress.clear()
    here.close()
  }
}

/** One scenario, run by another revision's build and by this one. */
async function betweenRevisions(
  path: string,
  ref: string,
  options: ExplainOptions,
  stopAt: number,
  terminal: Terminal,
): Promise<Found> {
  const variant = options.variant ?? options.a
  const sets = [...options.set, ...options['set-b']]
  const opened = await openSide(path, variant, { ...options, set: sets })
  refuseUnwritable(join(options.out, safeFileName(opened.name)))
  metricAsked([opened], options.metric)
  const progress = progressOf(options, terminal)
  const revision = openRevision(ref, (text) => (options.json ? undefined : terminal.complain(text)))
  try {
    const asked = { path, opened, variant, sets: options.set, faults: options.faults }
    const explanation = await explainedAgainst(asked, revision, { ...options, stopAt, next: progress.next })
    if ('missing' in explanation)
      throw new Exit(explanation.late ? EXIT.limit : EXIT.inconclusive, explanation.missing)
    const { commit, subject } = explanation.code!
    const titles = {
      a: `${path} at ${ref} (${commit}: ${subject})`,
      b: `${opened.title}, as it stands here`,
      notes: [],
    }
    return { name: opened.name, titles, explanation }
  } finally {
    progress.clear()
    revision.close()
  }
}

const termsOf = (
  { name, file, seeds }: OpenedSide,
  { 'allow-modules': modules }: ExplainOptions,
  stopAt: number,
  next: () => void,
): HereTerms => ({ name, file, seeds, 'allow-modules': modules, stopAt, next })

/** Does it; what ends a run is how the command ends. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StoppedError) throw new Exit(EXIT.limit, error.message)
    if (error instanceof DeterminismError)
      throw new Exit(EXIT.determinism, `determinism violated: ${error.message}`)
    throw error
  }
}

/** A result whose runs this build does not repeat. */
function otherBuild({ result }: OpenedSide, { side }: Explained): readonly string[] {
  const other =
    result && side.records.some(({ seed, fingerprint }) => result.variant.fingerprints[seed] !== fingerprint)
  return other
    ? [
        `${result.path} has figures of other events than its scenario has now: of another build, or another trace`,
      ]
    : []
}

function progressOf({ json }: ExplainOptions, { rewrite }: Terminal) {
  let done = 0
  return {
    next: () => (json ? undefined : rewrite?.(`\rrun of scenario ${++done} …`)),
    clear: () => (json || done === 0 ? undefined : rewrite?.('\r\u001b[K')),
  }
}

/** Values that are left out are not there in JSON either. */
const jsonOf = (explanation: Explanation): object => JSON.parse(JSON.stringify(explanation)) as object

function exitCode({ same, a, b, attribution }: Explanation): number {
  if (attribution && attribution.untried > 0) return EXIT.limit
  if (same) return EXIT.pass
  if (a === null || b === null) return EXIT.inconclusive
  if (a === b) return EXIT.pass
  const told = attribution?.effects.some(({ explains }) => explains !== null && explains !== 0)
  return told ? EXIT.pass : EXIT.inconclusive
}
