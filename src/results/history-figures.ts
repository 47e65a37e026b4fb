// The figures that a scenario's baseline had after each acceptance, from the history of what was changed. Units and directions are
// those of the baseline as it is: what it has no more is left out.

import type { Baseline, BaselineMetric } from './baseline.ts'
import type { Acceptance } from './baseline-history.ts'

export interface AcceptedFigures {
  readonly when: string
  readonly commit: string | null
  /** By variant and metric. */
  readonly variants: Readonly<
    Record<string, Readonly<Record<string, Pick<BaselineMetric, 'unit' | 'better' | 'value'>>>>
  >
}

/** Of the acceptances of this baseline, oldest first. */
export function acceptedFigures(
  acceptances: readonly Acceptance[],
  { scenario, variants }: Pick<Baseline, 'scenario' | 'variants'>,
): readonly AcceptedFigures[] {
  const values = new Map<string, number | null>()
  const key = (variant: string, metric: string) => JSON.stringify([variant, metric])
  return acceptances
    .filter(({ name }) => name === scenario.name)
    .map(({ when, commit, first, changed }) => {
      if (first) values.clear()
      for (const { variant, metric, to } of changed) values.set(key(variant, metric), to)
      const figures = (variant: string, metrics: Readonly<Record<string, BaselineMetric>>) =>
        Object.fromEntries(
          Object.entries(metrics).map(([metric, { unit, better }]) => [
            metric,
            { unit, better, value: values.get(key(variant, metric)) ?? null },
          ]),
        )
      return {
        when,
        commit,
        variants: Object.fromEntries(
          Object.entries(variants).map(([name, { metrics }]) => [name, figures(name, metrics)]),
        ),
      }
    })
}
