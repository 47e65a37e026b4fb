// Two runs of one seed must be one and the same, whatever code the scenario brings.

import { DeterminismError, type RunRecord } from '../run/replication.ts'
import { modulesOf } from '../scenario/modules.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'

/** The files of the modules that the scenario brings, each once. */
export const foreignModules = ({ variants }: ScenarioFile): readonly string[] => [
  ...new Set(variants.flatMap(({ scenario }) => modulesOf(scenario).map(({ file }) => file))),
]

/** Throws DeterminismError where the runs differ in their events, or in what was observed. */
export function verify(first: RunRecord, second: RunRecord, modules: readonly string[]): void {
  const differing = difference(first, second)
  if (differing !== undefined)
    throw new DeterminismError(`two runs of seed ${first.seed} differ: ${differing}${causes(modules)}`)
}

function difference(first: RunRecord, second: RunRecord): string | undefined {
  if (first.fingerprint !== second.fingerprint)
    return `fingerprints ${first.fingerprint} and ${second.fingerprint}`
  const [a, b] = [first.recorded?.metrics ?? {}, second.recorded?.metrics ?? {}]
  const metric = Object.keys(a).find((name) => !Object.is(a[name]!.value, b[name]?.value))
  return metric && `the same events, but ${metric} is ${a[metric]!.value} and ${b[metric]?.value}`
}

const causes = (modules: readonly string[]): string =>
  modules.length === 0
    ? ''
    : `\n  usual causes in ${modules.join(', ')}: Date or performance (use env.now()), Math.random (env.random('name')),\n  variables outside create(…) that one run leaves to the next, or real files, timers and sockets`
