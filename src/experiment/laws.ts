// The laws that every run must obey, over all seeds of a variant.

import type { Check, Scalar } from '../results/result.ts'
import type { RunCheck } from '../run/checking.ts'
import type { RunRecord } from '../run/replication.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { replayOf } from './replay.ts'

/** What is checked in some seeds and not in others, for want of anything to judge, counts where it is. */
export function lawChecks(
  file: ScenarioFile,
  parameters: Readonly<Record<string, Scalar>>,
  records: readonly RunRecord[],
): Check[] {
  const found = records.flatMap(({ seed, checks }) => checks.map((check) => ({ seed, check })))
  const names = new Set(found.map(({ check }) => check.name))
  return [...names].map((name) => {
    const each = found.filter(({ check }) => check.name === name)
    const violations = each.filter(({ check }) => check.violation)
    const first = violations[0]
    return first
      ? violated(file, parameters, first, violations.length, records.length)
      : tellingOf(each.map(({ check }) => check))
  })
}

/** The check of the first seed with a violation, in the name of all. */
function violated(
  file: ScenarioFile,
  parameters: Readonly<Record<string, Scalar>>,
  { seed, check }: { readonly seed: string; readonly check: RunCheck },
  seeds: number,
  all: number,
): Check {
  const { violation, ...rest } = check
  const where = all === 1 ? `seed ${seed}` : `seed ${seed}, the first of ${seeds} among ${all} seeds`
  return {
    ...rest,
    detail: `${rest.detail} (${where})`,
    violation: { ...violation!, seed, seeds, replay: replayOf(file, parameters, seed) },
  }
}

/** It holds if it holds in each; the detail is the first failure's, or else the first doubt's, or else the first seed's. */
const tellingOf = (each: readonly RunCheck[]): Check => {
  const { violation: _, ...telling } =
    each.find(({ pass }) => pass === false) ?? each.find(({ pass }) => pass === null) ?? each[0]!
  return telling
}
