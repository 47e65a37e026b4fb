// Where an axis of the matrix enters the scenario: as `${axis}`, or within an expression, in some section.

import type { Result } from '../../results/result.ts'
import { axesOf, follows } from '../axes.ts'

/** Sections that run nothing. */
const TOLD_ONLY = new Set([
  'name',
  'title',
  'description',
  'matrix',
  'parameters',
  'seeds',
  'speedup',
  'expect',
  'claims',
])

const GIVEN = new Set(['workload', 'faults', 'fault-profile', 'measure'])

/** The paths of what is set by the axis: `['services', 'ollama', 'parallel']`. */
export function placesOf({ scenario }: Result, axis: string): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  const look = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'string') {
      if (mentions(value, axis)) found.push(path)
    } else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value))
        if (path.length > 0 || !TOLD_ONLY.has(key)) look(inner, [...path, key])
  }
  look(scenario.resolved, [])
  return found
}

const mentions = (text: string, axis: string): boolean =>
  (text.match(/\$\{[^}]*\}/g) ?? []).some((expression) =>
    // A hyphen may be a minus or part of a name.
    [/[A-Za-z_][\w-]*/g, /[A-Za-z_]\w*/g].some((word) => expression.match(word)?.includes(axis)),
  )

/** The places of the axis and of those that follow from it: `phase` may be a name for a `from` and a `to`. */
const placesWith = (result: Result, axis: string): readonly (readonly string[])[] => {
  const all = axesOf(result.variants)
  const own = all.find(({ name }) => name === axis)
  const others =
    own === undefined ? [] : all.filter((each) => each !== own && follows(result.variants, each, [own]))
  return [axis, ...others.map(({ name }) => name)].flatMap((name) => placesOf(result, name))
}

const isOnlyIn = (result: Result, axis: string, sections: readonly string[]): boolean => {
  // How long is measured is fitted to what is varied.
  const places = placesWith(result, axis).filter(([section]) => section !== 'measure')
  return places.length > 0 && places.every(([section]) => sections.includes(section!))
}

/** Whether the axis is how much is asked for, and nothing of what answers. */
export const isLoad = (result: Result, axis: string): boolean => isOnlyIn(result, axis, ['workload'])

/** Whether the axis is what happens to a system: what is asked of it, for how long, and what goes wrong. Nobody chooses it. */
export const isGiven = (result: Result, axis: string): boolean => {
  const places = placesWith(result, axis)
  return places.length > 0 && places.every(([section]) => GIVEN.has(section!))
}

/** Whether the axis is what there is of hosts and services: more of it can be had. */
export const isSupply = (result: Result, axis: string): boolean =>
  isOnlyIn(result, axis, ['hosts', 'services'])
