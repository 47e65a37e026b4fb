// What does not hold, and what gets no answer: violations, failed expectations, errors with their kinds.

import type { Result, Variant } from '../../results/result.ts'
import { formatNumber } from '../../units.ts'
import { label } from '../charts/labels.ts'
import { percent } from '../figures.ts'
import { type CheckGroup, checkGroups, countOf } from '../verdicts.ts'
import type { Finder } from './finding.ts'
import { inBrackets, listed, ofVariants } from './wording.ts'

export const failures: Finder = (result) => [...failedChecks(result), ...unanswered(result)]

const failedChecks: Finder = (result) => {
  const groups = checkGroups(result).filter(({ outcome }) => outcome === 'failed')
  const [first] = groups
  if (first === undefined) return []
  const violated = groups.find(({ found }) => found.some(({ violation }) => violation !== undefined))
  const told = violated ?? first
  const count = countOf(groups, 'failed')
  const which = count === 1 ? 'One check fails' : `${formatNumber(count)} checks fail`
  const { detail, where } = told.found[0]!
  return [
    {
      name: 'failures',
      weight: 100,
      text: `It does not hold. ${which}${groups.length > 1 ? `, ${violated ? 'among them' : 'the first'}` : ''}: ${label(told.name, 80)}; found ${label(detail, 100)}${where.length === 0 ? '' : ` (${label(where[0]!, 60)})`}.`,
      where: namesFailing(result, told),
      evidence: [],
    },
  ]
}

const namesFailing = ({ variants }: Result, { name }: CheckGroup): readonly string[] =>
  variants.length === 1
    ? []
    : variants
        .filter(({ checks }) => checks.some((check) => check.name === name && check.pass === false))
        .map((variant) => variant.name)

const KINDS: readonly (readonly [metric: string, words: string])[] = [
  ['requests.timed-out', 'timed out'],
  ['requests.refused', 'refused'],
  ['requests.failed', 'failed otherwise'],
]

const errorsOf = ({ metrics }: Variant): number => metrics.errors?.value ?? 0

const unanswered: Finder = (result) => {
  const failing = result.variants.filter((variant) => errorsOf(variant) > 0)
  if (failing.length === 0) return []
  const worst = failing.reduce((most, each) => (errorsOf(each) > errorsOf(most) ? each : most))
  const ratio = errorsOf(worst)
  const kinds = KINDS.flatMap(([metric, words]) => {
    const count = worst.metrics[metric]?.value ?? 0
    return count > 0 ? [`${formatNumber(Number(count.toPrecision(3)))} ${words}`] : []
  })
  const mean = worst.seeds.length > 1 && kinds.length > 0 ? ', on average a seed' : ''
  const several = result.variants.length > 1
  const faulty = result.variants.filter(({ faults }) => faults.length > 0)
  const none =
    faulty.length < result.variants.length && failing.every((variant) => faulty.includes(variant))
      ? ', none without a fault'
      : ''
  return [
    {
      name: 'errors',
      weight: 58 + 34 * Math.min(1, ratio * 10),
      text: `${percent(ratio)} of the requests get no answer${inBrackets(result, worst)}${kinds.length === 0 ? '' : `: ${listed(kinds)}${mean}`}.${
        several ? ` Errors are seen in ${ofVariants(failing.length, result.variants.length)}${none}.` : ''
      }`,
      where: several ? failing.map(({ name }) => name) : [],
      evidence: [{ variant: worst.name, metric: 'errors', value: ratio, unit: 'ratio' }],
      ...(several ? { chart: 'variants' } : {}),
    },
  ]
}

const ENDS: readonly (readonly [pattern: RegExp, why: string, end: string])[] = [
  [/^host\.(.+)\.oom-kills$/, 'For want of memory', 'killed'],
  [/^host\.(.+)\.evictions$/, 'To make room in memory', 'ended'],
]

/** Memory is a limit that shows in what is ended for it, not in a share. */
export const memory: Finder = (result) => {
  const found = ENDS.flatMap(([pattern, why, end]) =>
    result.variants.flatMap((variant) =>
      Object.entries(variant.metrics).flatMap(([metric, { value, unit }]) => {
        const name = pattern.exec(metric)?.[1]
        return name === undefined || isOfMany(variant, metric, name) || value === null || !(value > 0)
          ? []
          : [{ variant, metric, name, value, unit, why, end }]
      }),
    ),
  )
  if (found.length === 0) return []
  const worst = found.reduce((most, each) => (each.value > most.value ? each : most))
  const { variant, metric, name, value, unit, why, end } = worst
  const where = new Set(found.map((each) => each.variant.name))
  const processes = Number(value.toPrecision(3))
  const count = `${formatNumber(processes)} ${processes === 1 ? 'process' : 'processes'} of ${label(name, 40)} ${processes === 1 ? 'is' : 'are'}`
  const seeds = variant.seeds.length > 1 ? ', on average a seed' : ''
  const several = result.variants.length > 1
  return [
    {
      name: 'memory',
      weight: 78,
      text: `${why} ${count} ${end}${seeds}${inBrackets(result, variant)}.${
        several ? ` So in ${ofVariants(where.size, result.variants.length)}.` : ''
      }`,
      where: several ? [...where] : [],
      evidence: [{ variant: variant.name, metric, value, unit }],
    },
  ]
}

/** One instance of a part that has figures of all of them. */
const isOfMany = ({ metrics }: Variant, metric: string, name: string): boolean =>
  /\.\d+$/.test(name) &&
  Object.hasOwn(
    metrics,
    metric.replace(name, () => name.replace(/\.\d+$/, '')),
  )
