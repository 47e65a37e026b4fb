// The figures that a scenario's baseline had after each acceptance, from the history of what was changed. Units and directions are
// those of the baseline as it is: what it has no more is left out.

import type { Baseline, BaselineMetric } from './baseline.ts'
import type { Acceptance, ChangedFigure } from './baseline-history.ts'

export interface AcceptedFigures {
  readonly when: string
  readonly commit: string | null
  /** By variant and metric. */
  readonly variants: Readonly<
    Record<string, Readonly<Record<string, Pick<BaselineMetric, 'unit' | 'better' | 'value'>>>>
  >
}

/**
 * Of the acceptances of this baseline, oldest first. A figure is what it was changed to last; before its first change, what it was changed
 * from; one that never changed is that of the baseline. Of what was before the baseline was begun anew, only changes tell.
 */
export function acceptedFigures(
  acceptances: readonly Acceptance[],
  { scenario, variants }: Pick<Baseline, 'scenario' | 'variants'>,
): readonly AcceptedFigures[] {
  const own = acceptances.filter(({ name }) => name === scenario.name)
  const changes = own.map(
    ({ changed }) => new Map(changed.map((each) => [keyOf(each.variant, each.metric), each])),
  )
  const figures = Object.entries(variants).map(([variant, { metrics }]) => {
    const courses = Object.entries(metrics).map(([metric, { unit, better, value }]) => {
      const key = keyOf(variant, metric)
      const values = valuesOf(
        own.map(({ first }, i) => ({ first, change: changes[i]!.get(key) })),
        value,
      )
      return { metric, unit, better, values }
    })
    return { variant, courses }
  })
  return own.map(({ when, commit }, i) => ({
    when,
    commit,
    variants: Object.fromEntries(
      figures.map(({ variant, courses }) => [
        variant,
        Object.fromEntries(
          courses.map(({ metric, unit, better, values }) => [metric, { unit, better, value: values[i]! }]),
        ),
      ]),
    ),
  }))
}

const keyOf = (variant: string, metric: string): string => JSON.stringify([variant, metric])

interface Accepted {
  readonly first: boolean
  readonly change: ChangedFigure | undefined
}

/** Of one figure, after each acceptance; `last` is that of the baseline as it is. */
function valuesOf(accepted: readonly Accepted[], last: number | null): readonly (number | null)[] {
  let since: number | null | undefined
  const values = accepted.map(({ first, change }) => {
    since = change ? change.to : first ? undefined : since
    return since
  })
  let before = last
  for (const [i, { first, change }] of [...accepted.entries()].reverse()) {
    if (values[i] === undefined) values[i] = before
    before = first ? null : change ? change.from : before
  }
  return values as (number | null)[]
}
