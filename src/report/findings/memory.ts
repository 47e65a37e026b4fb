// Memory is a limit that shows in what is ended for it, and in how little of it is left.

import type { Result, Variant } from '../../results/result.ts'
import { format, formatNumber, parseQuantity } from '../../units.ts'
import { percent } from '../figures.ts'
import type { Finder, Finding } from './finding.ts'
import { isOne, partOf } from './instances.ts'
import { settingOf } from './uses.ts'
import { inBrackets, inVariants, listed, named } from './wording.ts'

const ENDS: readonly (readonly [pattern: RegExp, why: string, end: string])[] = [
  [/^host\.(.+)\.oom-kills$/, 'For want of memory', 'killed'],
  [/^host\.(.+)\.evictions$/, 'To make room in memory', 'ended'],
]
/** With less of it free, a little more would be too much. */
const FULL = 0.95

export const memory: Finder = (result) => {
  const ended = endedFor(result)
  return ended.length > 0 ? ended : nearlyFull(result)
}

const endedFor: Finder = (result) => {
  const found = ENDS.flatMap(([pattern, why, end]) =>
    result.variants.flatMap((variant) =>
      Object.entries(variant.metrics).flatMap(([metric, { value, unit }]) => {
        const name = pattern.exec(metric)?.[1]
        return name === undefined || isOne(variant.metrics, metric, name) || value === null || !(value > 0)
          ? []
          : [{ variant, metric, name, value, unit, why, end }]
      }),
    ),
  )
  if (found.length === 0) return []
  const worst = found.reduce((most, each) => (each.value > most.value ? each : most))
  const { variant, metric, name, value, unit, why, end } = worst
  const where = new Set(found.map((each) => each.variant))
  const seeds = variant.seeds.length > 1 ? ', on average a seed' : ''
  const count = `${rounded(value)} ${isSingle(value) ? 'process' : 'processes'} of ${named(name)} ${isSingle(value) ? 'is' : 'are'}`
  const several = result.variants.length > 1
  return [
    {
      name: 'memory',
      weight: 78,
      text: `${why} ${count} ${end}${seeds}${inBrackets(result, variant)}${end === 'killed' ? whose(variant) : ''}.${several ? ` So in ${inVariants(result, where)}.` : ''}`,
      where: several ? [...where].map((each) => each.name) : [],
      evidence: [{ variant: variant.name, metric, value, unit }],
    },
  ]
}

const rounded = (value: number): string => formatNumber(Number(value.toPrecision(3)))
const isSingle = (value: number): boolean => Number(value.toPrecision(3)) === 1

/** `: 22 of agent and 17 of model-server`, the most first. */
function whose({ metrics }: Variant): string {
  const parts = Object.entries(metrics).flatMap(([metric, { value }]) => {
    const part = /^container\.(.+)\.oom-kills$/.exec(metric)?.[1]
    return part === undefined || value === null || !(value > 0) ? [] : [{ part, value }]
  })
  return parts.length === 0
    ? ''
    : `: ${listed(parts.sort((a, b) => b.value - a.value).map(({ part, value }) => `${rounded(value)} of ${named(part)}`))}`
}

/** The fullest host of those whose memory the scenario writes as a figure. */
const nearlyFull: Finder = (result) => {
  const found = result.variants.flatMap((variant) =>
    Object.entries(variant.metrics).flatMap(([metric, { value }]) => {
      const name = /^host\.(.+)\.memory\.max$/.exec(metric)?.[1]
      const limit = name === undefined ? undefined : limitOf(result, name)
      return limit === undefined || value === null ? [] : [{ variant, metric, name: name!, value, limit }]
    }),
  )
  const full = found.filter(({ value, limit }) => value >= FULL * limit)
  if (full.length === 0) return []
  const { variant, metric, name, value, limit } = full.reduce((most, each) =>
    each.value / each.limit > most.value / most.limit ? each : most,
  )
  const where = new Set(full.map((each) => each.variant))
  const several = result.variants.length > 1
  const finding: Finding = {
    name: 'memory',
    weight: 68,
    text: `The memory of ${named(name)} is ${percent(value / limit)} full at its fullest: ${format(value, 'bytes')} of ${format(limit, 'bytes')}${inBrackets(result, variant)}.${several ? ` So in ${inVariants(result, where)}.` : ''}`,
    where: several ? [...where].map((each) => each.name) : [],
    evidence: [{ variant: variant.name, metric, value, unit: 'bytes' }],
  }
  return [finding]
}

function limitOf(result: Result, host: string): number | undefined {
  const written = settingOf(result, 'hosts', partOf(host), 'memory')
  const limit =
    typeof written === 'string' || typeof written === 'number' ? parseQuantity(written, 'bytes') : undefined
  return limit !== undefined && limit > 0 ? limit : undefined
}
