// Whether an explanation names what was done: both sides are run as `explain` runs them, each seed by itself, with other changes beside
// the one that is injected, which do little to the latency.

import type { Laboratory } from '../explain/attribution.ts'
import { type Data, decisive, pathText } from '../explain/configuration.ts'
import { type Explained, type Explanation, explanationOf } from '../explain/explanation.ts'
import { eventsOf, metricOf, runSide, type SideTerms } from '../explain/side.ts'
import { partName, sentName, tellingCounts } from '../report/counts.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { selfTestData, selfTestScenario } from './self-test-scenario.ts'

/** Nobody waits for the ledger; the worker takes a thousandth longer. */
export const BESIDE = ['coordinators.ledger.handler-cost=10.5us', 'services.worker.service.mean=5.005ms']

const METRIC = 'latency.mean'

/** Explains for one seed after another what values set do; what several explanations need is run once. */
export class Explanations {
  readonly #seeds: readonly string[]
  /** Scenarios by what they say, and the figures of their runs by seed. */
  readonly #opened = new Map<string, Promise<ScenarioFile>>()
  readonly #figures = new Map<string, Promise<number | null>>()
  readonly #left = new Map<string, Promise<Explained>>()
  readonly #ran: () => void

  /** @param ran called after each explanation */
  constructor(seeds: readonly string[], ran: () => void) {
    this.#seeds = seeds
    this.#ran = ran
  }

  async *of(sets: readonly string[]): AsyncGenerator<Explanation> {
    const a = await selfTestScenario([], this.#seeds)
    const b = await selfTestScenario([...sets, ...BESIDE], this.#seeds)
    for (const seed of this.#seeds) {
      const left = once(this.#left, seed, () => explained(a, seed))
      const terms = { seeds: [seed], metric: METRIC, laboratory: this.#laboratory(seed) }
      yield await explanationOf(await left, await explained(b, seed), terms)
      this.#ran()
    }
  }

  #laboratory(seed: string): Laboratory {
    const figure = (data: Data): Promise<number | null> => {
      const key = JSON.stringify(data)
      return once(this.#figures, `${seed} ${key}`, async () => {
        const file = await once(this.#opened, key, () => selfTestData(data, this.#seeds))
        return metricOf(await sideOf(file, seed, false), METRIC)
      })
    }
    // Each of the changes can be made by itself.
    return { valid: () => Promise.resolve(true), figure, late: () => false }
  }
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? make()
  known.set(key, made)
  return made
}

const termsOf = ({ modules }: ScenarioFile): SideTerms => ({
  checked: false,
  openTrace: openTraceFile,
  modules,
})

const sideOf = (file: ScenarioFile, seed: string, watched: boolean) =>
  runSide(file.variants[0]!.scenario, [seed], termsOf(file), watched)

async function explained(file: ScenarioFile, seed: string): Promise<Explained> {
  const { scenario } = file.variants[0]!
  return {
    data: decisive(file.resolved as Data),
    side: await sideOf(file, seed, true),
    events: (from, until) => eventsOf(scenario, seed, termsOf(file), from, until),
  }
}

/** What an explanation names first, in words; `null`: nothing. */
export interface Named {
  /** The value of the scenario that explains most. */
  readonly change: string | null
  /** The kind of message whose number differs most or, where none does, the handler whose time does. */
  readonly cause: string | null
}

export function named({ attribution, counts, differences }: Explanation): Named {
  const [effect] = attribution?.effects ?? []
  return {
    change: effect?.explains ? effect.unit.map(({ path }) => pathText(path)).join(' + ') : null,
    cause: counts && causeOf({ counts, differences }),
  }
}

function causeOf(found: Parameters<typeof tellingCounts>[0]): string | null {
  const { sent, handled } = tellingCounts(found)
  const [message] = sent
  const [work] = handled
  if (message) return `${sentName(message)}: ${message.b > message.a ? 'more' : 'fewer'}`
  if (!work) return null
  const { part, what, each } = work
  return `${partName(part)}, ${what}: ${(each.b ?? 0) > (each.a ?? 0) ? 'longer' : 'more or less often'}`
}
