// `rehearsal self-test`: how often comparisons call something worse that is not, and how often they see what is.

import { quote, ScenarioError } from '../errors.ts'
import { runExperiment } from '../experiment/experiment.ts'
import { onOtherSeeds, onSameSeeds, type Tally, tally, withSeeds } from '../experiment/self-test.ts'
import { RandomStreams } from '../kernel/random.ts'
import { createProgress } from '../report/progress.ts'
import { renderSelfTest, type ShownSelfTest } from '../report/self-test.ts'
import { canonicalJson } from '../results/canonical.ts'
import type { Variant } from '../results/result.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { unbroken, writeWhole } from './files.ts'
import { type Change, selfTestScenario } from './self-test-scenario.ts'
import type { Terminal } from './terminal.ts'

const SEEDS = 12
const SIGNIFICANCE = 0.05
const METRICS = [
  'latency.mean',
  'latency.p95',
  'throughput',
  'process.queen.mailbox.mean',
  'host.head.utilisation.mean',
  'network.messages',
]
/** 1 % is what `compare` and the gate take where nothing is said. */
const LOOKS = [
  { metrics: METRICS, minimum: 0.01 },
  { metrics: ['latency.mean'], minimum: 0.01 },
  { metrics: ['latency.mean'], minimum: 0.002 },
]
const ANYTHING = { metrics: METRICS, minimum: 0 }
const INJECTED: readonly (readonly [what: string, change: Change])[] = [
  ['1 % more cost', { slower: 1.01 }],
  ['2 % more cost', { slower: 1.02 }],
  ['5 % more cost', { slower: 1.05 }],
  ['1 % more messages', { twice: 100 }],
  ['2 % more messages', { twice: 50 }],
  ['5 % more messages', { twice: 20 }],
]

export const selfTest = defineCommand({
  words: [],
  options: {
    comparisons: {
      type: 'text',
      value: 'COUNT',
      meaning: 'comparisons of what does not differ; a fifth of them of each slow-down',
      default: '1000',
    },
    out: { type: 'text', value: 'FILE', meaning: 'where to write what was found, as Markdown' },
    json: { type: 'flag', meaning: 'print what was found as JSON' },
  },
  examples: [['self-test --out results/self-test.md', 'as it is committed; about a minute']],
  epilogue:
    'Ends in 0, or in 1 where more is called worse by chance than the significance says, or 5 % more cost is not seen on every seed.',
  async run({ options }, terminal) {
    const found = await tried(countOf(options.comparisons), options.json, terminal)
    const text = renderSelfTest(found)
    const { out } = options
    if (out !== undefined) await unbroken(() => writeWhole(out, text))
    if (options.json) terminal.write(canonicalJson({ schema: 'rehearsal/self-test/1', ...found }))
    else terminal.write(text)
    return holds(found) ? EXIT.pass : EXIT.failed
  },
})

async function tried(comparisons: number, quiet: boolean, terminal: Terminal): Promise<ShownSelfTest> {
  // Enough for fifty comparisons of different seeds that share no run, where there are a thousand.
  const pool = Math.max(2 * SEEDS, Math.round(1.2 * comparisons))
  const changed = Math.max(2 * SEEDS, Math.round(comparisons / 5))
  const total = pool + changed * (INJECTED.length + 1)
  const progress =
    terminal.rewrite && !quiet
      ? createProgress({
          write: terminal.rewrite,
          now: () => performance.now(),
          columns: terminal.columns,
          label: 'self-test',
        })
      : undefined
  let runs = 0
  const run = async (change: Change, seeds: number): Promise<Variant> => {
    const found = await runOf(change, seeds, () => progress?.update(++runs, total))
    return found
  }
  try {
    const base = await run({}, pool)
    const again = await run({}, changed)
    const slower: Variant[] = []
    for (const [, change] of INJECTED) slower.push(await run(change, changed))
    progress?.clear()
    return {
      seeds: SEEDS,
      runs: total,
      pool,
      changed,
      significance: SIGNIFICANCE,
      metrics: METRICS,
      alike: alikeOf([base, again], comparisons),
      slower: slower.map((variant, i) => ({
        what: INJECTED[i]![0],
        effects: effectsOf(again, variant),
        ...detectionsOf([again, variant], Math.max(1, Math.round(comparisons / 5))),
      })),
    }
  } finally {
    progress?.clear()
  }
}

async function runOf(change: Change, seeds: number, done: () => void): Promise<Variant> {
  const file = await selfTestScenario(
    change,
    Array.from({ length: seeds }, (_, i) => String(i + 1)),
  )
  const { variants } = await runExperiment(file, {
    checked: false,
    verify: false,
    openTrace: openTraceFile,
    claimTexts: {},
    progress: done,
  })
  return variants[0]!
}

const uniformOf = (name: string) => {
  const random = new RandomStreams('self-test').stream(name)
  return () => random.uniform()
}

const count = (
  pairs: Iterable<readonly [Variant, Variant]>,
  looked: { readonly metrics: readonly string[]; readonly minimum: number },
): Tally => tally(pairs, { ...looked, significance: SIGNIFICANCE })

function alikeOf([base, again]: readonly [Variant, Variant], comparisons: number): ShownSelfTest['alike'] {
  const draw = (name: string) => ({ size: SEEDS, count: comparisons, uniform: uniformOf(name) })
  return [
    { what: 'one seed, run again', looked: ANYTHING, tally: count(singly([base, again]), ANYTHING) },
    {
      what: `${SEEDS} seeds, run again`,
      looked: ANYTHING,
      tally: count(onSameSeeds([base, again], draw('again')), ANYTHING),
    },
    ...LOOKS.map((looked) => ({
      what: `${SEEDS} other seeds`,
      looked,
      tally: count(onOtherSeeds([base, base], draw('others')), looked),
    })),
  ]
}

/** Each seed that both have by itself. */
function* singly([a, b]: readonly [Variant, Variant]): Generator<readonly [Variant, Variant]> {
  for (let i = 0; i < Math.min(a.seeds.length, b.seeds.length); i++)
    yield [withSeeds(a, [i]), withSeeds(b, [i])]
}

function detectionsOf(pair: readonly [Variant, Variant], comparisons: number) {
  const draw = (name: string) => ({ size: SEEDS, count: comparisons, uniform: uniformOf(name) })
  return {
    exact: count(singly(pair), ANYTHING),
    sampled: LOOKS.map((looked) => ({
      looked,
      same: count(onSameSeeds(pair, draw('same')), looked),
      other: count(onOtherSeeds(pair, draw('other')), looked),
    })),
  }
}

const effectsOf = (a: Variant, b: Variant): Readonly<Record<string, number>> =>
  Object.fromEntries(METRICS.map((name) => [name, b.metrics[name]!.value! / a.metrics[name]!.value! - 1]))

/** No more false alarms than there may be, three deviations of chance allowed for. */
function holds({ alike, slower }: ShownSelfTest): boolean {
  const tolerable = ({ comparisons }: Tally): number =>
    SIGNIFICANCE * comparisons + 3 * Math.sqrt(SIGNIFICANCE * (1 - SIGNIFICANCE) * comparisons)
  const wolf = alike.some(({ what, tally }) =>
    what.endsWith('again') ? tally.worse + tally.better > 0 : tally.worse > tolerable(tally),
  )
  const missed = slower.some(({ what, exact }) => what === '5 % more cost' && exact.worse < exact.comparisons)
  return !wolf && !missed
}

function countOf(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count >= 20 && count <= 100_000) return count
  throw new ScenarioError(`invalid --comparisons: ${quote(text)}; expected a whole number from 20 to 100,000`)
}
