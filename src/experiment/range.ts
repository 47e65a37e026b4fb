// A quantity that a search or a screening varies: `slots=1..54`, `workload.arrivals.rate=1/s..10/s`.

import { quote, ScenarioError } from '../errors.ts'
import type { Scalar } from '../results/result.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { NUMBER, numberOf } from '../units.ts'

export interface Range {
  /** A parameter of the scenario, an axis of its matrix, or the path of a value in it. */
  readonly name: string
  readonly low: number
  readonly high: number
  /** Only whole values. */
  readonly whole: boolean
  /** As it is written after the number: `/s`, `ms`, or nothing. */
  readonly unit: string
}

const END = `[-+]?${NUMBER}`
const WRITTEN = new RegExp(`^([^=]+)=(${END})([^.\\d]*)\\.\\.(${END})(\\D*)$`)

/** Reads `NAME=LOW..HIGH`; whole where neither end has a unit or a decimal point. Throws ScenarioError. */
export function parseRange(text: string, option: string): Range {
  const refuse = (expected: string): never => {
    throw new ScenarioError([
      {
        message: `invalid ${option}: ${quote(text)}; expected ${expected}`,
        hint: `such as ${option} workers=1..54 or ${option} workload.arrivals.rate=1/s..10/s`,
      },
    ])
  }
  const found = WRITTEN.exec(text)
  if (!found) return refuse('NAME=LOW..HIGH')
  const [, name, first, unit, last, otherUnit] = found
  const [low, high] = [numberOf(first!), numberOf(last!)]
  if (unit!.trim() !== otherUnit!.trim()) return refuse('both ends in one unit')
  if (!(low < high)) return refuse('a low end below the high end')
  const whole = unit!.trim() === '' && [first, last].every((end) => /^[-+]?[\d_]+$/.test(end!))
  return { name: name!.trim(), low, high, whole, unit: unit!.trim() }
}

/** The value at a share of the range, from 0 to 1; of whole values each has an equal part of the shares. */
export function valueAt({ low, high, whole }: Range, share: number): number {
  if (!whole) return low + share * (high - low)
  return Math.min(high, low + Math.floor(share * (high - low + 1) + 1e-9))
}

/** Of several names, what a scenario does not know of: neither a parameter, nor an axis, nor a path. */
export const unknownTo = (file: ScenarioFile, name: string): boolean =>
  !name.includes('.') && !namesOf(file).includes(name) && !Object.hasOwn(file.resolved, name)

/** The parameters and axes of a scenario, which can be varied by their names alone. */
export const namesOf = ({ axes, variants }: ScenarioFile): readonly string[] => [
  ...new Set([...axes.map(({ name }) => name), ...Object.keys(variants[0]!.scenario.parameters)]),
]

/** What `--set` takes to give it a value: an axis of the matrix (which it replaces), a parameter, or a path. */
export function settingOf({ axes, variants }: ScenarioFile, name: string, value: string): string {
  const step = /[.\s]/.test(name) ? `"${name}"` : name
  if (axes.some((axis) => axis.name === name)) return `matrix.${step}=[${value}]`
  return Object.hasOwn(variants[0]!.scenario.parameters, name)
    ? `parameters.${step}=${value}`
    : `${name}=${value}`
}

/** What `--set` takes to leave of the matrix one variant alone. */
export const variantSettings = (
  file: ScenarioFile,
  parameters: Readonly<Record<string, Scalar>>,
): readonly string[] => file.axes.map(({ name }) => settingOf(file, name, JSON.stringify(parameters[name])))
