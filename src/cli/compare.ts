// `rehearsal compare`: two scenarios, two results, or two variants of one, on the same seeds.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { type ComparedVariant, compare as compareVariants, pairsOf } from '../experiment/comparison.ts'
import { headlineMetrics, metricNames } from '../report/key-metrics.ts'
import { renderComparison } from '../report/terminal/comparison.ts'
import { canonicalJson } from '../results/canonical.ts'
import { readResult } from '../results/read.ts'
import type { Result, Variant } from '../results/result.ts'
import { parseQuantity } from '../units.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT } from './exit.ts'
import { EXPERIMENT_OPTIONS, runScenario, stopAtOf, threadsOf } from './experiment.ts'
import { openForRuns, SCENARIO_OPTIONS } from './open.ts'
import type { Terminal } from './terminal.ts'
import { validate } from './validate.ts'

const MOST_METRICS = 12

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  ...EXPERIMENT_OPTIONS,
  a: { type: 'text', value: 'VARIANT', meaning: 'the variant on the left, such as mode=sequential' },
  b: { type: 'text', value: 'VARIANT', meaning: 'the variant on the right' },
  metric: {
    type: 'texts',
    value: 'METRIC',
    meaning: 'what to compare; may be given several times; without it, what matters most',
  },
  'minimum-effect': {
    type: 'text',
    value: 'SHARE',
    meaning: 'the smallest difference that matters, as a share of A',
    default: '1%',
  },
  json: { type: 'flag', meaning: 'print the comparison as JSON' },
} as const

type CompareOptions = OptionValues<typeof OPTIONS>

export const compare = defineCommand({
  words: [
    { name: 'A', meaning: 'a result.json, or a scenario, which is run', required: true },
    { name: 'B', meaning: 'the other; left out: another variant of A, by --a and --b' },
  ],
  options: OPTIONS,
  examples: [
    ['compare old/result.json new/result.json', 'what has changed, on the seeds of both'],
    ['compare a.yaml b.yaml --seeds 20', 'two scenarios, run with the same seeds'],
    ['compare result.json --a mode=sequential --b mode=concurrent', 'two variants of one'],
  ],
  epilogue:
    'Ends in 0 where nothing is worse, 1 where something is, 3 where some metric cannot be told or is absent.',
  async run({ words: [left, right], options }, terminal) {
    const minimum = minimumOf(options['minimum-effect'])
    const [a, b] = await resultsOf(left!, right, options, terminal)
    const pairs = right === undefined || options.a || options.b ? [named(a, b, options)] : pairsOf(a, b)
    const metrics = metricsOf(a, b, options.metric)
    const compared = compareVariants(pairs, { metrics, minimum, significance: 0.05 })
    if (options.json) terminal.write(canonicalJson({ schema: 'rehearsal/comparison/1', minimum, compared }))
    else terminal.print(renderComparison(compared, { ...terminal, minimum }))
    return exitCode(compared)
  },
})

/** Reads results, and runs scenarios; without a right side, the left one is both. */
async function resultsOf(
  left: string,
  right: string | undefined,
  options: CompareOptions,
  terminal: Terminal,
): Promise<readonly [Result, Result]> {
  const threads = threadsOf(options.jobs)
  const stopAt = stopAtOf(options['time-limit'])
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-compare-'))
  const resultAt = async (path: string): Promise<Result> => {
    if (!/\.ya?ml$/.test(path)) return readResult(path)
    const opened = await openForRuns(path, options)
    validate(opened.opened)
    const records = join(folder, 'runs.ndjson')
    const terms = { options, checked: false, verify: false, quiet: options.json, stopAt, threads, records }
    return runScenario(opened, { ...terms, resume: false }, terminal)
  }
  try {
    const a = await resultAt(left)
    return [a, right === undefined ? a : await resultAt(right)]
  } finally {
    await threads.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function exitCode(compared: readonly ComparedVariant[]): number {
  const metrics = compared.flatMap((variant) => (variant.same ? [] : variant.metrics))
  const worse = metrics.some(
    ({ answer, better, change }) =>
      answer.kind === 'different' && better !== 'neither' && change!.b > change!.a !== (better === 'higher'),
  )
  if (worse) return EXIT.failed
  const untold = metrics.some(({ answer }) => answer.kind === 'untold' || answer.kind === 'absent')
  return untold ? EXIT.inconclusive : EXIT.pass
}

function named(a: Result, b: Result, { a: left, b: right }: CompareOptions): readonly [Variant, Variant] {
  if (left === undefined || right === undefined)
    throw new ScenarioError([
      {
        message: `${left === undefined ? '--a' : '--b'} is missing: two variants are compared by --a and --b`,
        hint: `variants: ${a.variants
          .slice(0, 10)
          .map(({ name }) => quote(name))
          .join(', ')}`,
      },
    ])
  return [variantNamed(a, left), variantNamed(b, right)]
}

function variantNamed({ variants }: Result, name: string): Variant {
  const found = variants.find((variant) => variant.name === name)
  if (found) return found
  throw new ScenarioError([
    unknownName(
      'variant',
      name,
      variants.map((variant) => variant.name),
    ),
  ])
}

function metricsOf(a: Result, b: Result, asked: readonly string[]): readonly string[] {
  if (asked.length === 0) {
    const inB = new Set(metricNames(b))
    return headlineMetrics(a, MOST_METRICS).filter((name) => inB.has(name))
  }
  const known = [...new Set([...metricNames(a), ...metricNames(b)])]
  const mistakes = asked.flatMap((name) => (known.includes(name) ? [] : [unknownName('metric', name, known)]))
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return asked
}

function minimumOf(text: string): number {
  const share = parseQuantity(text, 'ratio')
  if (share !== undefined && share >= 0) return share
  throw new ScenarioError([
    { message: `invalid --minimum-effect: ${quote(text)}; expected a share, such as 1% or 0.5%` },
  ])
}
