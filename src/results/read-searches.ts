// Reads what `capacity` and `sensitivity` have left beside a result, if it is of the same scenario.

import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ScenarioError } from '../errors.ts'
import { MiB } from '../units.ts'
import type { Result } from './result.ts'
import { hashWithoutSeeds, parseSearch, SEARCHES, type Searches } from './searches.ts'

const LARGEST = 64 * MiB

export interface SearchesBeside extends Searches {
  /** What lies there and is left out, and why, in sentences. */
  readonly leftOut: readonly string[]
}

/** What cannot be read, or is of another version of the scenario, is told and left out. Links are not followed. */
export function searchesBeside(folder: string, { scenario }: Pick<Result, 'scenario'>): SearchesBeside {
  const found: { -readonly [K in keyof Searches]: Searches[K] } = {}
  const leftOut: string[] = []
  const own = hashWithoutSeeds(scenario.resolved)
  for (const name of SEARCHES) {
    const file = join(folder, `${name}.json`)
    const stat = lstatSync(file, { throwIfNoEntry: false })
    if (!stat?.isFile()) continue
    try {
      if (stat.size > LARGEST) throw new ScenarioError('too large')
      const search = parseSearch(name, readFileSync(file, 'utf8'), `${name}.json`)
      const { hash, hashWithoutSeeds: its } = search.scenario
      if (its === own || hash === scenario.hash) Object.assign(found, { [name]: search })
      else
        leftOut.push(
          `${name}.json beside this result is of another version of the scenario (hash ${hash}), and is left out`,
        )
    } catch (error) {
      leftOut.push(
        `${name}.json beside this result cannot be read (${(error as Error).message}), and is left out`,
      )
    }
  }
  return { ...found, leftOut }
}
