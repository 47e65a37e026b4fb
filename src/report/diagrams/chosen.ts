// Which of a result's variants the diagrams are of.

import type { Result, Variant } from '../../results/result.ts'
import { format } from '../../units.ts'
import { label } from '../charts/labels.ts'
import { headlineMetrics } from '../key-metrics.ts'
import type { Chosen } from './draft.ts'

const hasMessages = ({ traffic, excerpt }: Variant): boolean => traffic !== undefined || excerpt !== undefined

/** Of several variants, the one in which what matters most is worst. */
export function chosenOf(result: Result): Chosen | undefined {
  const variants = result.variants.filter(hasMessages)
  const [first] = variants
  if (!first || variants.length === 1) return first && { variant: first, why: oneOf(result, first, '') }
  for (const name of headlineMetrics(result, 4)) {
    const known = variants.flatMap((variant) => {
      const { value, better, unit } = variant.metrics[name] ?? {}
      return value == null || better === 'neither' ? [] : [{ variant, value, better, unit: unit! }]
    })
    const [some] = known
    if (!some) continue
    const sign = some.better === 'lower' ? 1 : -1
    const worst = known.reduce((worst, each) => (sign * (each.value - worst.value) > 0 ? each : worst))
    return {
      variant: worst.variant,
      why: oneOf(
        result,
        worst.variant,
        `, with the worst ${label(name)}: ${format(worst.value, worst.unit)}`,
      ),
    }
  }
  return { variant: first, why: oneOf(result, first, '') }
}

const oneOf = ({ variants }: Result, { name }: Variant, why: string): string =>
  variants.length > 1 ? `Variant ${label(name, 80)} of ${variants.length}${why}.` : ''
