// What the gate's self-test runs and judges: the same build twice, the same build slowed down in ways that are known, under gates as scenarios
// have them.

import { inProcess } from '../experiment/in-process.ts'
import type { Case } from '../gate/scenario-verdict.ts'
import { gateOf, type Judge, onOtherSeeds, onSameSeeds, type Tally, tally } from '../gate/self-test.ts'
import { RandomStreams } from '../kernel/random.ts'
import { keyMetrics } from '../report/key-metrics.ts'
import type { ShownGate, ShownSelfTest } from '../report/self-test.ts'
import type { Result } from '../results/result.ts'
import { formatNumber } from '../units.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { resultFrom } from './experiment.ts'
import { aboutFile } from './gate-plan.ts'
import { selfTestScenario } from './self-test-scenario.ts'

/** Seeds of a comparison that is not exact. */
const SEEDS = 12
export const SIGNIFICANCE = 0.05

interface Gate extends ShownGate {
  /** The section as `--set` says it. */
  readonly sets: readonly string[]
}

const EXACT = {
  text: '{ default: exact, network.messages: exact }',
  sets: ['gate.default=exact', 'gate."network.messages"=exact'],
}
const SILENT = { text: '', sets: [] }
const TIGHT = { text: '{ default: { worse-by: 0.2% } }', sets: ['gate.default.worse-by=0.2%'] }
export const GATES: readonly Gate[] = [
  { ...EXACT, seeds: 1, exact: true },
  { ...SILENT, seeds: 1, exact: true },
  { ...EXACT, seeds: SEEDS, exact: true },
  { ...SILENT, seeds: SEEDS, exact: false },
  { ...TIGHT, seeds: SEEDS, exact: false },
]

export interface Injection {
  readonly what: string
  readonly percent: number
  /** The value of the scenario that does it. */
  readonly change: string
  readonly value: number
  /** As an explanation is to name it. */
  readonly cause: string
}

const slower = (percent: number): Injection => ({
  what: `${percent} % more cost`,
  percent,
  change: 'coordinators.queen.slower',
  value: 1 + percent / 100,
  cause: 'queen, compute: longer',
})
const more = (percent: number): Injection => ({
  what: `${percent} % more messages`,
  percent,
  change: 'coordinators.queen.twice',
  value: 100 / percent,
  cause: 'note, queen to ledger: more',
})
export const INJECTED = [slower(1), slower(2), slower(5), more(1), more(2), more(5)]
export const setOf = ({ change, value }: Injection): string => `${change}=${value}`

export interface Trial {
  readonly comparisons: number
  /** Those that a baseline keeps, or a gate names. */
  readonly metrics: readonly string[]
  /** The same seeds, run twice. */
  readonly base: Result
  readonly again: Result
  /** By injection, on the first of these seeds. */
  readonly changed: readonly Result[]
}

/** How many seeds a trial runs: of what does not differ, and of each injection. */
export const sizesOf = (comparisons: number) => ({
  pool: Math.max(2 * SEEDS, comparisons),
  changed: Math.max(2 * SEEDS, Math.round(comparisons / 5)),
})

export async function trialOf(comparisons: number, ran: () => void): Promise<Trial> {
  const { pool, changed } = sizesOf(comparisons)
  const first = await resultOf([], pool, ran)
  const metrics = [...keyMetrics(first), 'network.messages']
  const base = only(first, metrics)
  const again = only(await resultOf([], pool, ran), metrics)
  const results: Result[] = []
  for (const injection of INJECTED)
    results.push(only(await resultOf([setOf(injection)], changed, ran), metrics))
  return { comparisons, metrics, base, again, changed: results }
}

/** With these metrics alone: thousands of comparisons need not carry hundreds that no baseline keeps. */
const only = (result: Result, metrics: readonly string[]): Result => ({
  ...result,
  variants: result.variants.map((variant) => ({
    ...variant,
    metrics: Object.fromEntries(metrics.map((name) => [name, variant.metrics[name]!])),
  })),
})

export const seedsTo = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => String(i + 1))

async function resultOf(sets: readonly string[], seeds: number, ran: () => void): Promise<Result> {
  const file = await selfTestScenario(sets, seedsTo(seeds))
  const runner = inProcess(file, { openTrace: openTraceFile })
  const began = performance.now()
  return resultFrom(file, runner, {
    checked: false,
    verify: false,
    precision: undefined,
    began,
    progress: ran,
  })
}

export interface Judged {
  readonly alike: ShownSelfTest['alike']
  /** By injection. */
  readonly seen: readonly ShownSelfTest['slower'][number]['seen'][]
}

/** What the gates say of a trial. */
export async function judged(trial: Trial, judgeOf = gateOf): Promise<Judged> {
  const { comparisons, base, again, changed } = trial
  const judges: Judge[] = []
  for (const gate of GATES) judges.push(judgeOf(await caseOf(gate), keyMetrics(base)))
  const few = Math.round(comparisons / 5)
  const same = (b: Result, name: string, count: number, i: number): Tally =>
    tally(onSameSeeds([base, b], drawn(name, GATES[i]!.seeds, count)), judges[i]!)
  const other = (b: Result, name: string, count: number, i: number): Tally =>
    tally(onOtherSeeds([base, b], drawn(name, GATES[i]!.seeds, count)), judges[i]!)
  return {
    alike: GATES.map((_, i) => ({
      same: same(again, 'again', comparisons, i),
      other: other(base, 'others', comparisons, i),
    })),
    seen: changed.map((result) =>
      GATES.map(({ exact }, i) => ({
        same: same(result, 'same', few, i),
        other: exact ? null : other(result, 'other', few, i),
      })),
    ),
  }
}

/** What a gate has of a scenario that says this of its figures. */
async function caseOf({ sets }: Gate): Promise<Case> {
  const file = await selfTestScenario(sets, seedsTo(1))
  return { ...aboutFile(file, file.file), place: () => null }
}

function drawn(name: string, size: number, count: number) {
  const random = new RandomStreams('self-test').stream(name)
  return { size, count, uniform: () => random.uniform() }
}

/** What is asked of the gates; of false alarms no more than there may be, three deviations of chance allowed for. */
export function heldBy({ alike, seen }: Judged): ShownSelfTest['holds'] {
  const told = ({ fail, inconclusive, shown }: Tally): number => fail + inconclusive + shown
  const tolerable = ({ comparisons }: Tally): number =>
    SIGNIFICANCE * comparisons + 3 * Math.sqrt(SIGNIFICANCE * (1 - SIGNIFICANCE) * comparisons)
  const all = alike.reduce((sum, { same }) => sum + same.comparisons, 0)
  const ofGates = (chosen: (gate: Gate) => boolean, asked: (tally: Tally) => boolean): boolean =>
    seen.every((gates) => gates.every(({ same }, i) => !chosen(GATES[i]!) || asked(same)))
  return [
    {
      what: `of ${formatNumber(all)} comparisons of the same build on the same seeds none fails, is in doubt or shows a change`,
      holds: alike.every(({ same }) => told(same) === 0),
    },
    {
      what: 'on other seeds what is sampled fails no more often than the significance allows',
      holds: alike.every(({ other }, i) => GATES[i]!.exact || other.fail <= tolerable(other)),
    },
    {
      what: 'every slow-down, of 1 % too, fails the gate that says exact, on every seed and every set of seeds',
      holds: ofGates(
        ({ text }) => text === EXACT.text,
        ({ fail, comparisons }) => fail === comparisons,
      ),
    },
    {
      what: 'every slow-down fails, or is shown by, the gate of one seed that says nothing',
      holds: ofGates(
        ({ seeds }) => seeds === 1,
        (tally) => told(tally) === tally.comparisons,
      ),
    },
    {
      what: 'a slow-down of 5 % fails every gate, on every seed and every set of seeds',
      holds: seen.every(
        (gates, i) => INJECTED[i]!.percent < 5 || gates.every(({ same }) => same.fail === same.comparisons),
      ),
    },
  ]
}
