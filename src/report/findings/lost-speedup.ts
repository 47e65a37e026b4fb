// Where the time of workers goes that does no work: of speedups over an axis, at its end, by cause.

import type { Speedup, Variant } from '../../results/result.ts'
import { formatNumber } from '../../units.ts'
import { percent } from '../figures.ts'
import { lossesOf } from '../verdicts.ts'
import type { Finder } from './finding.ts'
import { listed, named, sentence } from './wording.ts'

/** Of the workers' time; less is not worth a sentence. */
const LEAST = 0.2

export const lostSpeedup: Finder = ({ speedups, variants }) => {
  const told = speedups.flatMap((speedup) => lossOf(speedup) ?? [])
  if (told.length === 0) return []
  const groups = new Map<string, Loss[]>()
  for (const loss of told) groups.set(loss.words, [...(groups.get(loss.words) ?? []), loss])
  const [first, ...others] = [...groups.values()].sort((a, b) => b.length - a.length)
  const most = first!.reduce((most, each) => (each.lost > most.lost ? each : most))
  const [axis, at] = [named(most.speedup.axis), formatNumber(most.at)]
  const main = `at ${axis}=${at}, ${percent(most.lost)} of the workers’ time is lost${whereOf(most)}, ${most.share >= 0.995 ? 'all' : percent(most.share)} of it ${most.words}`
  const elsewhere = others.map((group) => {
    const one = group.reduce((most, each) => (each.lost > most.lost ? each : most))
    return `${one.share >= 0.995 ? '' : `for ${percent(one.share)} `}${one.words}${whereOf(one)}`
  })
  return [
    {
      name: 'lost-speedup',
      weight: 70 + 6 * most.lost,
      text: `${sentence(main)}.${elsewhere.length === 0 ? '' : ` Elsewhere it is ${listed(elsewhere)}.`}`,
      where: [],
      evidence: told.flatMap((loss) => {
        const variant = variantOf(variants, loss)
        return variant === undefined
          ? []
          : [
              {
                variant: variant.name,
                metric: `lost over ${named(loss.speedup.axis)}`,
                value: loss.lost,
                unit: 'ratio' as const,
              },
            ]
      }),
      chart: 'attribution',
    },
  ]
}

interface Loss {
  readonly speedup: Speedup
  readonly at: number
  /** Share of the workers' time that is lost, without what is nobody's loss. */
  readonly lost: number
  /** Of what is lost, to the largest cause. */
  readonly share: number
  readonly words: string
}

function lossOf(speedup: Speedup): Loss | undefined {
  const [last, point] = [speedup.attribution?.at(-1), speedup.points.at(-1)]
  if (last === undefined || point === undefined) return undefined
  const losses = lossesOf(last)
  const lost = losses.reduce((sum, { share }) => sum + share, 0)
  const [largest] = losses
  if (!(lost >= LEAST) || largest === undefined) return undefined
  return { speedup, at: point[0], lost, share: largest.share / lost, words: largest.words }
}

const variantOf = (
  variants: readonly Variant[],
  { speedup: { axis, where }, at }: Loss,
): Variant | undefined =>
  variants.find(
    ({ parameters }) =>
      parameters[axis] === at && Object.entries(where).every(([name, value]) => parameters[name] === value),
  )

function whereOf({ speedup }: Loss): string {
  const where = Object.entries(speedup.where).map(([name, value]) => `${named(name)}=${named(String(value))}`)
  return where.length === 0 ? '' : ` (${where.join(', ')})`
}
