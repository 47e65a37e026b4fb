// What a criterion compares a figure with, once the unit of its metric is known.

import { ScenarioError } from '../errors.ts'
import type { Unit } from '../units.ts'
import { readQuantity } from './check/quantity.ts'
import { sentence } from './problem.ts'
import type { Limit, ScenarioFile } from './scenario.ts'

/** The limit in base units of the metric. Throws a ScenarioError with its place if it is no quantity of that unit. */
export function limitOf({ text, path }: Limit, unit: Unit, file: Pick<ScenarioFile, 'mistake'>): number {
  // Counts are whole, their means are not.
  const counted = unit === 'count' || unit === 'tokens'
  const value = readQuantity(text, { unit: counted && typeof text === 'number' ? 'number' : unit })
  if (typeof value === 'number') return value
  throw new ScenarioError([file.mistake(path, sentence(value, path), value.hint)])
}
