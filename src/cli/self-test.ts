// `rehearsal gate --self-test`: how often the gate fails what is no worse, how often it sees what is, and whether the cause it is explained by
// is the one.

import { quote, ScenarioError } from '../errors.ts'
import { createProgress } from '../report/progress.ts'
import { renderSelfTest, type ShownCauses, type ShownSelfTest } from '../report/self-test.ts'
import { whyLines } from '../report/why.ts'
import { canonicalJson } from '../results/canonical.ts'
import type { Result } from '../results/result.ts'
import type { Option, Options, OptionValues } from './command.ts'
import { EXIT } from './exit.ts'
import { unbroken, writeWhole } from './files.ts'
import { BESIDE, Explanations, named } from './self-test-causes.ts'
import {
  GATES,
  heldBy,
  INJECTED,
  type Injection,
  judged,
  SIGNIFICANCE,
  seedsTo,
  setOf,
  sizesOf,
  type Trial,
  trialOf,
} from './self-test-trial.ts'
import type { Terminal } from './terminal.ts'

export const SELF_TEST_OPTIONS = {
  'self-test': {
    type: 'flag',
    meaning:
      'try the gate itself, on a scenario of which it is known what differs: false alarms, slow-downs seen, causes named',
  },
  comparisons: {
    type: 'text',
    value: 'COUNT',
    meaning:
      '--self-test: comparisons of what does not differ, and a fifth of them of each slow-down; 1000 without it',
  },
  out: { type: 'text', value: 'FILE', meaning: '--self-test: where to write what was found, as Markdown' },
  json: { type: 'flag', meaning: '--self-test: print what was found as JSON' },
} as const satisfies Options

type SelfTestOptions = OptionValues<typeof SELF_TEST_OPTIONS>

interface Given {
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
}

/** Whether the self-test is asked for. Throws ScenarioError where that is mixed with what is for scenarios. */
export function isSelfTest(declared: Options, { words, options }: Given): boolean {
  const own = Object.keys(SELF_TEST_OPTIONS)
  const given = Object.keys(declared).filter((name) => isGiven(declared[name]!, options[name]))
  const asked = options['self-test'] === true
  const strays = given.filter((name) => own.includes(name) !== asked).map((name) => `--${name}`)
  if (asked && strays.length + words.length > 0)
    throw new ScenarioError(
      `--self-test brings its own scenario and takes --comparisons, --out and --json alone; leave out ${[...words.map((word) => quote(word, 200)), ...strays].join(', ')}`,
    )
  if (strays.length > 0)
    throw new ScenarioError([
      {
        message: `${strays.join(', ')}: for --self-test alone`,
        hint: 'what a gate finds goes into files by --reporter json:FILE or --reporter markdown:FILE',
      },
    ])
  return asked
}

function isGiven(option: Option, value: unknown): boolean {
  if (option.type === 'texts') return (value as readonly string[]).length > 0
  return value !== (option.default ?? (option.type === 'flag' ? false : undefined))
}

/** The exit code: 0 where the gate is as it should be, 1 where it is not. Throws ScenarioError. */
export async function selfTest(options: SelfTestOptions, terminal: Terminal): Promise<number> {
  const found = await tried(countOf(options.comparisons), options.json, terminal)
  const text = renderSelfTest(found)
  const { out } = options
  if (out !== undefined) await unbroken(() => writeWhole(out, text))
  if (options.json) terminal.write(canonicalJson({ schema: 'rehearsal/self-test/2', ...found }))
  else terminal.write(text)
  return found.holds.every(({ holds }) => holds) ? EXIT.pass : EXIT.failed
}

/** Enough seeds to explain. */
const EXPLAINED = 40

async function tried(comparisons: number, quiet: boolean, terminal: Terminal): Promise<ShownSelfTest> {
  const { pool, changed } = sizesOf(comparisons)
  const explained = Math.min(EXPLAINED, Math.round(comparisons / 10))
  const runs = 2 * pool + changed * INJECTED.length
  const progress = progressOf(quiet, terminal, runs + explained * INJECTED.length)
  try {
    const trial = await trialOf(comparisons, progress.next)
    const causes = await causesOf(explained, progress.next)
    progress.clear()
    const verdicts = await judged(trial)
    const { metrics } = trial
    return {
      runs,
      pool,
      changed,
      significance: SIGNIFICANCE,
      metrics,
      gates: GATES.map(({ seeds, text, exact }) => ({ seeds, text, exact })),
      alike: verdicts.alike,
      slower: INJECTED.map(({ what }, i) => ({
        what,
        effects: effectsOf(trial, trial.changed[i]!, metrics),
        seen: verdicts.seen[i]!,
        causes: causes[i]!,
      })),
      beside: BESIDE,
      holds: [
        ...heldBy(verdicts),
        {
          what: 'of every slow-down the change and the cause are named first, on every seed',
          holds: causes.every(({ seeds, change, cause }) => change === seeds && cause === seeds),
        },
      ],
    }
  } finally {
    progress.clear()
  }
}

function progressOf(quiet: boolean, { rewrite, columns }: Terminal, total: number) {
  const shown =
    rewrite && !quiet
      ? createProgress({ write: rewrite, now: () => performance.now(), columns, label: 'self-test' })
      : undefined
  let done = 0
  return { next: () => shown?.update(++done, total), clear: () => shown?.clear() }
}

/** Of what was observed at all, on the seeds that both have. */
function effectsOf(
  { base }: Trial,
  changed: Result,
  metrics: readonly string[],
): Readonly<Record<string, number>> {
  const seeds = changed.variants[0]!.seeds.length
  const mean = ({ variants }: Result, name: string): number =>
    variants[0]!.metrics[name]!.samples.slice(0, seeds).reduce<number>((sum, value) => sum + (value ?? 0), 0)
  const before = metrics.map((name) => [name, mean(base, name)] as const).filter(([, value]) => value !== 0)
  return Object.fromEntries(before.map(([name, value]) => [name, mean(changed, name) / value - 1]))
}

async function causesOf(seeds: number, ran: () => void): Promise<readonly ShownCauses[]> {
  const explanations = new Explanations(seedsTo(seeds), ran)
  const found: ShownCauses[] = []
  for (const injection of INJECTED) found.push(await namedOf(injection, seeds, explanations))
  return found
}

async function namedOf(
  injection: Injection,
  seeds: number,
  explanations: Explanations,
): Promise<ShownCauses> {
  const { change, cause } = injection
  const counts = { change: 0, cause: 0 }
  let example: readonly string[] | undefined
  for await (const explanation of explanations.of([setOf(injection)])) {
    const first = named(explanation)
    if (first.change === change) counts.change++
    if (first.cause === cause) counts.cause++
    example ??= whyLines(explanation)
  }
  return { seeds, ...counts, expected: { change, cause }, example: example! }
}

function countOf(text = '1000'): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count >= 20 && count <= 100_000) return count
  throw new ScenarioError(`invalid --comparisons: ${quote(text)}; expected a whole number from 20 to 100,000`)
}
