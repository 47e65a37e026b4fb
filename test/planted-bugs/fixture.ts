// Small worlds with checkers, run with many seeds: a planted bug must be caught in some of them, and in none once mended.

import { expect } from 'vitest'
import type { CheckSettings } from '../../src/observe/checkers/checking.ts'
import { type RunCheck, RunChecks } from '../../src/run/checking.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import type { Nanos } from '../../src/units.ts'
import { ms } from '../../src/units.ts'
import type { World } from '../../src/world/world.ts'
import { makeWorld } from '../world/fixture.ts'

export interface Plot {
  /** Puts processes into a world with the hosts a to e; they begin after it. */
  build(world: World): void
  readonly checks?: CheckSettings['named']
  /** Left out: until nothing is left to do. */
  readonly until?: Nanos
}

export const SEEDS = 1000

/** What the checkers say of one run. */
export function checksOf({ build, checks = {}, until }: Plot, seed: string): readonly RunCheck[] {
  const latency = { kind: 'exponential', mean: ms(1) }
  const world = makeWorld({ a: {}, b: {}, c: {}, d: {}, e: {} }, { latency }, seed)
  build(world)
  const scenario = { coordinators: {}, checks: { off: [], named: checks } } as unknown as Scenario
  const running = new RunChecks(world, scenario)
  for (const process of world.processes.values()) process.begin()
  const stopped = running.run({ events: 100_000, ...(until === undefined ? {} : { until }) })
  if (world.failure) throw world.failure
  expect(stopped).not.toBe('events')
  return running.finish(undefined, stopped)
}

/** The checks that failed in any of many seeds, each as the first seed shows it, and how many seeds failed it. */
export function violations(plot: Plot, seeds = SEEDS): Record<string, { first: RunCheck; seeds: number }> {
  const found: Record<string, { first: RunCheck; seeds: number }> = {}
  for (let seed = 1; seed <= seeds; seed++)
    for (const check of checksOf(plot, String(seed))) {
      if (check.pass !== false) continue
      const known = found[check.name]
      if (known) known.seeds++
      else found[check.name] = { first: check, seeds: 1 }
    }
  return found
}
