// A result held against a baseline, on the baseline's seeds. What is exact (one seed, or a figure that the scenario calls exact) is
// equal or not; what is sampled is compared pair by pair as `compare` does it, and is worse only where interval, flipped signs (after
// Holm, over all figures of the scenario) and the threshold agree. It passes where the interval leaves no room for so much worse; between
// the two nobody can tell. What is absent never passes; what the machine's clock measured is shown and decides nothing.

import type { Place } from '../errors.ts'
import { RandomStreams } from '../kernel/random.ts'
import type { Baseline, BaselineMetric, BaselineVariant } from '../results/baseline.ts'
import type { MetricValue, Result, Variant } from '../results/result.ts'
import { answerOf, type Change, changeOf } from '../statistics/change.ts'
import { holm } from '../statistics/paired.ts'
import type { Unit } from '../units.ts'
import type { Threshold } from './threshold.ts'
import type { Answer, Finding, Verdict } from './verdict.ts'

const SIGNIFICANCE = 0.05

/** What the scenario says of a variant's figures. */
export interface Terms {
  threshold(variant: string, metric: string, unit: Unit): Threshold
  place(variant: string, metric: string): Place | null
  /** Metrics that the scenario's `gate` names. */
  named(variant: string): readonly string[]
}

/** One figure on both sides. */
interface Pair {
  readonly variant: string
  readonly metric: string
  readonly base: BaselineMetric
  readonly now: MetricValue | undefined
  /** On the seeds where both were observed. */
  readonly a: readonly number[]
  readonly b: readonly number[]
  /** The baseline's seeds in which it was observed then and is not now. */
  readonly lost: number
  /** The baseline's seeds in which it was not observed then and is now. */
  readonly gained: number
  readonly threshold: Exclude<Threshold, { kind: 'ignore' }>
  readonly change: Change | null
}

/** Finds of every figure of the baseline what has become of it, in the order of variants and metrics by name. */
export function judge(baseline: Baseline, result: Result, terms: Terms): readonly Finding[] {
  const pairs = Object.entries(baseline.variants).flatMap(([name, base]) =>
    pairsOf(
      name,
      base,
      result.variants.find((variant) => variant.name === name),
      terms,
    ),
  )
  const tested = pairs.flatMap(({ change }) => (change?.p == null ? [] : [change.p]))
  const corrected = holm(tested).values()
  const found = pairs.map((pair) =>
    findingOf(pair, pair.change?.p == null ? null : corrected.next().value!, terms),
  )
  return [...found, ...unknownMetrics(baseline, result, terms)]
}

function pairsOf(
  name: string,
  base: BaselineVariant,
  now: Variant | undefined,
  terms: Terms,
): readonly Pair[] {
  return Object.entries(base.metrics).flatMap(([metric, then]): Pair[] => {
    const threshold = terms.threshold(name, metric, then.unit)
    if (threshold.kind === 'ignore') return []
    const current = now && Object.hasOwn(now.metrics, metric) ? now.metrics[metric] : undefined
    const samples = base.seeds.map((seed) => ({
      a: then.samples[seed] ?? null,
      b: (now && current?.samples[now.seeds.indexOf(seed)]) ?? null,
    }))
    const both = samples.filter(({ a, b }) => a !== null && b !== null) as { a: number; b: number }[]
    const [a, b] = [both.map((each) => each.a), both.map((each) => each.b)]
    const lost = samples.filter((each) => each.a !== null && each.b === null).length
    const gained = samples.filter((each) => each.a === null && each.b !== null).length
    const random = new RandomStreams('gate').stream(`${name}\u0000${metric}`)
    const equal = a.every((value, i) => value === b[i])
    // What is equal, exact or advisory is not put to a test, and so does not weaken those of the others: its means are compared.
    const untested = equal || threshold.kind === 'exact' || then.class === 'wall'
    const [left, right] = untested ? [[mean(a)], [mean(b)]] : [a, b]
    const change = a.length === 0 || lost > 0 ? null : changeOf(left, right, () => random.uniform())
    return [{ variant: name, metric, base: then, now: current, a, b, lost, gained, threshold, change }]
  })
}

const mean = (samples: readonly number[]): number => samples.reduce((x, y) => x + y, 0) / samples.length

function findingOf(pair: Pair, p: number | null, { place }: Terms): Finding {
  const { variant, metric, base, change, threshold } = pair
  const shown = change && base.class === 'sampled' && change.deviation > 0 ? change.interval : null
  return {
    variant,
    metric,
    unit: base.unit,
    better: base.better,
    class: base.class,
    ...answered(pair, p),
    baseline: change?.a ?? base.value,
    now: change?.b ?? pair.now?.value ?? null,
    interval: shown && [shown.low, shown.high],
    seeds: pair.a.length,
    threshold: threshold.text,
    place: place(variant, metric),
  }
}

type Answered = Pick<Finding, 'answer' | 'verdict' | 'note'>

function answered(pair: Pair, p: number | null): Answered {
  const { base, now, change, lost, gained, threshold } = pair
  const wall = base.class === 'wall'
  const say = (answer: Answer, verdict: Verdict, note: string | null = null): Answered => ({
    answer,
    verdict: wall ? 'pass' : verdict,
    note: wall ? 'the machine’s time: advisory' : note,
  })
  if (!now) return say('absent', 'inconclusive', 'it is measured no more')
  if (now.unit !== base.unit || now.better !== base.better)
    return say('absent', 'inconclusive', 'it is of another unit or direction now; nothing can be compared')
  if (lost > 0)
    return say(
      'absent',
      'inconclusive',
      `observed in the baseline, but not now, in ${lost} of ${lost + pair.a.length} seeds`,
    )
  if (!change)
    return gained > 0
      ? say('changed', 'pass', 'observed now, not in the baseline; accept it')
      : say('absent', 'inconclusive', 'observed neither in the baseline nor now')
  if (pair.a.every((value, i) => value === pair.b[i])) return say('equal', 'pass')
  return threshold.kind === 'exact' ? exactly(pair, say) : sampled(pair, change, threshold, p, say)
}

type Say = (answer: Answer, verdict: Verdict, note?: string | null) => Answered

/** An improvement is one only where no seed is worse. */
function exactly({ a, b, base }: Pair, say: Say): Answered {
  const worse = a.some((value, i) => isWorse(value, b[i]!, base.better))
  const changed = a.filter((value, i) => value !== b[i]).length
  const note = a.length > 1 ? `changed in ${changed} of ${a.length} seeds` : null
  if (base.better === 'neither') return say('changed', 'fail', note)
  return worse ? say('worse', 'fail', note) : say('better', 'pass', note)
}

function sampled(
  { base, a }: Pair,
  change: Change,
  { share, least, named }: Extract<Threshold, { kind: 'worse-by' }>,
  p: number | null,
  say: Say,
): Answered {
  const { better } = base
  const terms = { minimum: share, significance: SIGNIFICANCE, ...(least === undefined ? {} : { least }) }
  const answer = answerOf(change, p, terms)
  if (answer.kind === 'alike') return say('within', 'pass')
  if (answer.kind === 'different') {
    // What has no better direction can be held only where the scenario names it.
    if (better === 'neither') return say('changed', named ? 'fail' : 'pass')
    return isWorse(change.a, change.b, better) ? say('worse', 'fail') : say('better', 'pass')
  }
  if (better === 'neither' && !named) return say('untold', 'pass')
  const room = least ?? share * Math.abs(change.a)
  const { low, high } = change.interval!
  if ((better === 'lower' && high < room) || (better === 'higher' && low > -room))
    return say('within', 'pass', 'not worse by so much, whatever chance did')
  const seeds = Number.isFinite(answer.pairs)
    ? `about ${answer.pairs} seeds would tell`
    : 'no number of seeds would tell'
  return say('untold', 'inconclusive', `${a.length} seeds cannot tell it from chance; ${seeds}`)
}

const isWorse = (a: number, b: number, better: MetricValue['better']): boolean =>
  better === 'higher' ? b < a : better === 'lower' ? b > a : b !== a

/** Metrics that the `gate` names and the baseline has not: nobody can say that they are no worse. */
function unknownMetrics(baseline: Baseline, { variants }: Result, terms: Terms): readonly Finding[] {
  return variants.flatMap(({ name, metrics }) => {
    const then = Object.hasOwn(baseline.variants, name) ? baseline.variants[name]!.metrics : {}
    return terms
      .named(name)
      .filter((metric) => !Object.hasOwn(then, metric) && Object.hasOwn(metrics, metric))
      .flatMap((metric): Finding[] => {
        const { unit, better, class: kind, value } = metrics[metric]!
        const threshold = terms.threshold(name, metric, unit)
        if (threshold.kind === 'ignore') return []
        const note = 'the baseline has it not; accept it'
        return [
          {
            variant: name,
            metric,
            unit,
            better,
            class: kind,
            answer: 'absent',
            verdict: 'inconclusive',
            baseline: null,
            now: value,
            interval: null,
            seeds: 0,
            threshold: threshold.text,
            note,
            place: terms.place(name, metric),
          },
        ]
      })
  })
}

/** With fewer seeds than this, no change of one among so many figures could ever be told from chance. */
export function fewestPairs(figures: number): number {
  let pairs = 2
  // Two of 2^n ways to flip the signs are as extreme as all alike.
  while ((figures * 2) / 2 ** pairs > SIGNIFICANCE) pairs++
  return pairs
}
