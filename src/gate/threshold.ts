// By how much a figure may be worse, as a scenario's `gate` has it.

import { quote, ScenarioError } from '../errors.ts'
import { limitOf } from '../scenario/limit.ts'
import type { Allowance, Limit, Path, Scenario, ScenarioFile } from '../scenario/scenario.ts'
import { format, parseQuantity, type Unit } from '../units.ts'

export type Threshold =
  | { readonly kind: 'ignore' }
  | { readonly kind: 'exact'; readonly text: string; readonly named: boolean }
  | {
      readonly kind: 'worse-by'
      /** Of the baseline; 0 where `least` is given. */
      readonly share: number
      /** In the metric's unit. */
      readonly least?: number
      readonly text: string
      /** The scenario names this metric, not only a default. */
      readonly named: boolean
    }

/** Where a scenario says nothing: as `compare` has it. */
const USUAL = 0.01

/** Of every figure, where no scenario is asked. */
export const USUAL_THRESHOLD: Exclude<Threshold, { kind: 'ignore' }> = {
  kind: 'worse-by',
  share: USUAL,
  text: `worse by ${format(USUAL, 'ratio')}`,
  named: false,
}

/** What a metric of this unit is held to. Throws ScenarioError with the place of a threshold that is none of its unit. */
export function thresholdOf(
  metric: string,
  unit: Unit,
  { gate = {} }: Pick<Scenario, 'gate'>,
  file: Pick<ScenarioFile, 'mistake'>,
): Threshold {
  const named = Object.hasOwn(gate, metric)
  const allowance = named ? gate[metric]! : gate.default
  if (!allowance) return { ...USUAL_THRESHOLD, named }
  if (allowance.kind === 'worse-by') return { kind: 'worse-by', ...amountOf(allowance, unit, file), named }
  return allowance.kind === 'ignore' ? { kind: 'ignore' } : { kind: 'exact', text: 'exact', named }
}

const worseBy = (amount: string): string => `worse by ${amount}`

/** With % it is a share of the baseline, whatever the unit; 0.02 of a ratio is two points. */
function amountOf(
  { limit }: Extract<Allowance, { kind: 'worse-by' }>,
  unit: Unit,
  file: Pick<ScenarioFile, 'mistake'>,
): { share: number; least?: number; text: string } {
  const share = String(limit.text).includes('%') ? parseQuantity(limit.text, 'ratio') : undefined
  const least = share ?? amountIn(limit, unit, file)
  if (least < 0)
    throw new ScenarioError([
      file.mistake(
        limit.path,
        `invalid worse-by: ${quote(limit.text)}; expected how much worse a figure may be, 0 or more`,
        `did you mean ${String(limit.text).replace('-', '')}? It is for the worse, whichever way that is`,
      ),
    ])
  if (share !== undefined) return { share, text: worseBy(format(share, 'ratio')) }
  return { share: 0, least, text: worseBy(unit === 'ratio' ? String(least) : format(least, unit)) }
}

function amountIn(limit: Limit, unit: Unit, file: Pick<ScenarioFile, 'mistake'>): number {
  try {
    return limitOf(limit, unit, file)
  } catch (error) {
    if (!(error instanceof ScenarioError) || unit === 'ratio') throw error
    throw new ScenarioError(
      error.mistakes.map((each) => ({
        ...each,
        message: `${each.message}, or a share of the baseline, such as 2%`,
      })),
    )
  }
}

/** Where a metric's threshold, or what else names it, stands in the scenario. */
export function pathOf(metric: string, { gate = {}, expect, claims }: Scenario): Path {
  if (Object.hasOwn(gate, metric)) return gate[metric]!.path
  const criterion = [
    ...expect,
    ...claims.flatMap(({ settledBy }) => ('criterion' in settledBy ? [settledBy.criterion] : [])),
  ].find((each) => each.metric === metric)
  if (criterion) return [...criterion.path, 'metric']
  return gate.default?.path ?? ['name']
}
