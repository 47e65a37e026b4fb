// The command that runs one seed of one variant again.

import type { Scalar } from '../results/result.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { foreignModules } from './determinism.ts'

/**
 * `rehearsal run x.yaml --seed 3 --set matrix.agents=[54]`, as a shell takes it. An axis to whose other values something is
 * relative stays whole, and so do those that are zipped with it: the other variants then run too.
 */
export function replayOf(
  file: ScenarioFile,
  parameters: Readonly<Record<string, Scalar>>,
  seed: string,
): string {
  const { sets = [], faults } = file.given ?? {}
  const whole = wholeAxes(file)
  const axes = Object.entries(parameters).filter(([axis]) => file.axes.length > 0 && !whole.has(axis))
  const words = [
    'rehearsal',
    'run',
    file.file,
    '--seed',
    seed,
    ...[...sets, ...axes.map(([axis, value]) => `matrix.${step(axis)}=[${written(value)}]`)].flatMap(
      (set) => ['--set', set],
    ),
    ...(faults === undefined ? [] : ['--faults', faults]),
    ...(foreignModules(file).length > 0 ? ['--allow-modules'] : []),
  ]
  return words.map(quoted).join(' ')
}

function wholeAxes({ variants, resolved, axes }: ScenarioFile): ReadonlySet<string> {
  const { expect, claims } = variants[0]!.scenario
  const criteria = [
    ...expect,
    ...claims.flatMap(({ settledBy }) => ('criterion' in settledBy ? [settledBy.criterion] : [])),
  ]
  // What stands in quotes cannot hold any, nor an equals sign.
  const unspeakable = axes.flatMap(({ name }) => (/["=]/.test(name) ? [name] : []))
  const named = new Set([
    ...unspeakable,
    ...criteria.flatMap(({ relativeTo }) => Object.keys(relativeTo ?? {})),
  ])
  const zips = (resolved.matrix as { zip?: readonly (readonly string[])[] } | undefined)?.zip ?? []
  const together = zips.filter((group) => group.some((axis) => named.has(axis))).flat()
  return new Set([...named, ...together])
}

/** An axis that is itself a path is one step of this one. */
const step = (axis: string): string => (/[.\s]/.test(axis) ? `"${axis}"` : axis)

/** A value as YAML has it; a text that could be something else stands in quotes. */
const written = (value: Scalar): string => JSON.stringify(value)

/** A word of a POSIX shell. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
