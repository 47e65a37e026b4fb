// What a campaign is, as plain data: a scenario with all that was read for it, and how its jobs are run. Two with the same identity
// have the same records.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { RunTerms } from '../experiment/job.ts'
import { hash } from '../results/hash.ts'
import { modulesOf } from '../scenario/modules.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import type { WorkloadValues } from '../workload/workload.ts'
import { buildOf } from './build.ts'
import type { Source } from './source.ts'

export interface Campaign {
  readonly source: Source
  readonly terms: RunTerms
  readonly build: string
  /** Path → SHA-256 of what is read while it is run: traces and modules. */
  readonly inputs: Readonly<Record<string, string>>
}

export function campaignOf(file: ScenarioFile, source: Source, terms: RunTerms): Campaign {
  const paths = file.variants.flatMap(({ scenario }) => {
    const trace = (scenario.workload as WorkloadValues | undefined)?.trace
    return [...(trace === undefined ? [] : [trace]), ...modulesOf(scenario).map((module) => module.file)]
  })
  const inputs = Object.fromEntries([...new Set(paths)].sort().map((path) => [path, hashOfFile(path)]))
  return { source, terms, build: buildOf(), inputs }
}

/** What its records are known by: not by how many seeds are asked for. */
export function identityOf({ source, terms, build, inputs }: Campaign): string {
  const { seeds: _, ...rest } = source
  return hash({ source: rest, terms, build, inputs })
}

const hashOfFile = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
