// Variants against each other: a key metric, with its interval, over the numeric axis of the matrix that has most values;
// without a numeric axis a row a variant.

import type { Result, Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import { type Axis, axesOf, independent, labelOf, longest, numberOn, positionOn, ranked } from '../axes.ts'
import { safeFileName } from '../file-name.ts'
import { headlineFamilies } from '../key-metrics.ts'
import type { Chart, DataTable, Drawing } from './chart.ts'
import { column } from './columns.ts'
import { label, labels } from './labels.ts'
import { variantLines } from './variant-lines.ts'
import { variantRows } from './variant-rows.ts'

const MOST_METRICS = 3

export const variants: Chart = {
  name: 'variants',
  meaning: 'How do the variants differ in what matters most?',
  draw(result) {
    if (result.variants.length < 2) return []
    return headlineFamilies(result, MOST_METRICS).flatMap((metric, i) => {
      const having = result.variants.filter((variant) =>
        Number.isFinite(variant.metrics[metric]?.value ?? Number.NaN),
      )
      // A flat line tells less than the table does; the first metric is shown all the same.
      const flat = new Set(having.map((variant) => variant.metrics[metric]!.value)).size < 2
      return having.length < 2 || (flat && i > 0) ? [] : [drawing(result, having, metric, i)]
    })
  },
}

function drawing(result: Result, having: readonly Variant[], metric: string, i: number): Drawing {
  const all = axesOf(result.variants)
  const x = longest(all.filter((axis) => axis.numeric))
  const own = independent(result.variants)
  // Where a name stands for the numbers, it would be a line for each of them.
  const axes = x === undefined || own.some(({ name }) => name === x.name) ? own : all
  const { spec, left } =
    x === undefined ? variantRows(having, metric, axes) : variantLines(having, metric, x, axes)
  const meaning = label(having[0]!.metrics[metric]!.meaning, 160)
  const intervals = having.some((variant) => variant.metrics[metric]!.interval !== null)
  return {
    name: i === 0 ? 'variants' : `variants-${i + 1}-${safeFileName(metric.slice(0, 40))}`,
    title: `${label(metric)}: ${fromBestToWorst(having, metric, (variant) => label(labelOf(variant, axes), 80))}`,
    caption: [
      `${meaning}.`,
      ...(intervals ? ['The thin bars through the points are 95 % intervals over the seeds.'] : []),
      ...(left > 0 ? [`${left} of ${having.length} variants are left out.`] : []),
    ].join(' '),
    spec,
    table: tableOfVariants(having, metric, axes),
  }
}

/** All of them, those that a drawing leaves out too. */
function tableOfVariants(having: readonly Variant[], metric: string, axes: readonly Axis[]): DataTable {
  const { unit } = having[0]!.metrics[metric]!
  const intervals = having.some((variant) => variant.metrics[metric]!.interval !== null)
  return {
    columns: [
      ...(axes.length === 0 ? ['variant'] : labels(axes.map(({ name }) => name))),
      column(label(metric), unit),
      ...(intervals ? [column('95 % from', unit), column('95 % to', unit)] : []),
    ],
    rows: having.map((variant) => {
      const { value, interval } = variant.metrics[metric]!
      const places = axes.map((axis) =>
        axis.numeric ? numberOn(variant, axis) : label(positionOn(variant, axis), 160),
      )
      return [
        ...(axes.length === 0 ? [label(variant.name, 160)] : places),
        value,
        ...(intervals ? (interval ?? [null, null]) : []),
      ]
    }),
  }
}

function fromBestToWorst(
  having: readonly Variant[],
  metric: string,
  name: (variant: Variant) => string,
): string {
  const order = ranked(having, metric)
  const [best, worst] = [order[0]!, order.at(-1)!]
  const [low, high] = [best, worst].map((variant) => {
    const { value, unit } = variant.metrics[metric]!
    return format(value!, unit)
  })
  return low === high ? `${low} in all variants` : `${low} (${name(best)}) to ${high} (${name(worst)})`
}
