// What these runs cannot tell: checks without figures, and intervals too wide to decide by.

import type { MetricValue, Result } from '../../results/result.ts'
import { label } from '../charts/labels.ts'
import { counted, figure } from '../figures.ts'
import { headlineMetrics } from '../key-metrics.ts'
import { checkGroups, countOf } from '../verdicts.ts'
import type { Finder } from './finding.ts'
import { inBrackets, named } from './wording.ts'

/** Half an interval of more than this share of its value decides little. */
const WIDE = 0.25

export const certainty: Finder = (result) => [...untold(result), ...wide(result), ...oneSeed(result)]

const untold: Finder = (result) => {
  const groups = checkGroups(result).filter(({ outcome }) => outcome === 'untold')
  const [first] = groups
  if (first === undefined) return []
  const count = countOf(groups, 'untold')
  return [
    {
      name: 'certainty',
      // A law that nobody broke yet is less than an expectation without a figure.
      weight: first.kind === 'law' ? 41 : 64,
      text: `${counted(count, 'check')} cannot be told${groups.length > 1 ? ', the first' : ''}: ${label(first.name, 80)}; ${label(first.found[0]!.detail, 120)}.`,
      where: [],
      evidence: [],
    },
  ]
}

const relative = ({ value, interval }: MetricValue): number =>
  value === null || interval === null || value === 0 ? 0 : Math.abs((interval[1] - interval[0]) / 2 / value)

/** Of the metric that tells most of those that are known so badly. */
const wide: Finder = (result: Result) => {
  for (const name of headlineMetrics(result, 3)) {
    const known = result.variants.flatMap((variant) => {
      const metric = variant.metrics[name]
      return metric?.interval == null || metric.better === 'neither' ? [] : [{ variant, metric }]
    })
    if (known.length === 0) continue
    const worst = known.reduce((most, each) => (relative(each.metric) > relative(most.metric) ? each : most))
    if (!(relative(worst.metric) > WIDE) || !Number.isFinite(relative(worst.metric))) continue
    const { variant, metric } = worst
    const by = variant.seeds.length > 1 ? counted(variant.seeds.length, 'seed') : 'one run'
    return [
      {
        name: 'certainty',
        weight: 46,
        text: `Known badly: ${named(name)}, ${figure(metric)} from ${by}${inBrackets(result, variant)}. More seeds narrow it.`,
        where: result.variants.length > 1 ? [variant.name] : [],
        evidence: [{ variant: variant.name, metric: name, value: metric.value!, unit: metric.unit }],
      },
    ]
  }
  return []
}

/** Variants of one seed each see the same chance: what differs is theirs, but by how much may hang on that chance. */
const oneSeed: Finder = ({ variants }) =>
  variants.length < 2 || variants.some(({ seeds }) => seeds.length > 1)
    ? []
    : [
        {
          name: 'certainty',
          weight: 40,
          text: 'One seed a variant: by how much they differ may hang on its random numbers. More seeds tell.',
          where: [],
          evidence: [],
        },
      ]
