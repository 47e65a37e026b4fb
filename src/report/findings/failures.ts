// What does not hold, and what gets no answer: violations, failed expectations, errors with their kinds.

import type { Result, Variant } from '../../results/result.ts'
import { formatNumber } from '../../units.ts'
import { label } from '../charts/labels.ts'
import { percent } from '../figures.ts'
import { type CheckGroup, checkGroups, countOf } from '../verdicts.ts'
import { missingAnswers } from './answers.ts'
import type { Finder } from './finding.ts'
import { isOne } from './instances.ts'
import { settingOf } from './uses.ts'
import { inBrackets, inVariants, listed, named } from './wording.ts'

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

/** ` by pg, of whose 50 connections none is free`, where one service has refused about as many. */
function refusedBy(result: Result, { metrics }: Variant, requests: number): string {
  for (const [metric, { value }] of Object.entries(metrics)) {
    const name = /^service\.(.+)\.(?:refused|limited)$/.exec(metric)?.[1]
    if (name === undefined || value === null || value < 0.9 * requests || isOne(metrics, metric, name))
      continue
    const most = settingOf(result, 'services', name, 'max-connections')
    const full = typeof most === 'number' && metrics[`service.${name}.backends.max`]?.value === most
    return ` by ${named(name)}${full ? `, where all ${formatNumber(most)} connections are taken` : ''}`
  }
  return ''
}

const unanswered: Finder = (result) => {
  const failing = result.variants.filter((variant) => errorsOf(variant) > 0)
  if (failing.length === 0) return []
  const worst = failing.reduce((most, each) => (errorsOf(each) > errorsOf(most) ? each : most))
  const ratio = errorsOf(worst)
  const kinds = KINDS.flatMap(([metric, words]) => {
    const count = worst.metrics[metric]?.value ?? 0
    const by = words === 'refused' ? refusedBy(result, worst, count) : ''
    return count > 0 ? [`${formatNumber(Number(count.toPrecision(3)))} ${words}${by}`] : []
  })
  const mean = worst.seeds.length > 1 && kinds.length > 0 ? ', on average a seed' : ''
  const several = result.variants.length > 1
  const faulty = result.variants.filter(({ faults }) => faults.length > 0)
  const none =
    faulty.length < result.variants.length && failing.every((variant) => faulty.includes(variant))
      ? ', none without a fault'
      : ''
  const first = KINDS.reduce((sum, [metric]) => sum + (worst.metrics[metric]?.samples[0] ?? 0), 0)
  // A single fault's effect is told by itself.
  const when = worst.faults.length === 1 ? '' : missingAnswers(result, worst, first)
  return [
    {
      name: 'errors',
      weight: 58 + 34 * Math.min(1, ratio * 10) * Math.sqrt(failing.length / result.variants.length),
      text: `${percent(ratio)} of the requests get no answer${inBrackets(result, worst)}${kinds.length === 0 ? '' : `: ${listed(kinds)}${mean}`}.${when}${
        several ? ` Errors are seen in ${inVariants(result, new Set(failing))}${none}.` : ''
      }`,
      where: several ? failing.map(({ name }) => name) : [],
      evidence: [{ variant: worst.name, metric: 'errors', value: ratio, unit: 'ratio' }],
      ...(several ? { chart: 'variants' } : {}),
    },
  ]
}
