// What computing costs in one world: the nominal table, what a scenario lays over it, and its scale.

import { quote, ScenarioError, unknownName } from '../../errors.ts'
import type { Nanos } from '../../units.ts'
import { type CostEntry, type CostTable, costOf } from './cost-table.ts'
import { nominal } from './nominal.ts'
import { unmeasured } from './unmeasured.ts'

/** What every world charges where its scenario says nothing else. */
export const nominalTable: CostTable = { ...nominal, entries: { ...unmeasured, ...nominal.entries } }

/** What a scenario says of costs. */
export interface CostSettings {
  /** Laid over the nominal table, entry by entry. */
  readonly table?: CostTable | undefined
  /** How many times what a table says: 2 for a core half as fast as that of the table. */
  readonly scale: number
  /** What an operation costs here, whatever its size; the scale does not apply. */
  readonly operations: Readonly<Record<string, Nanos>>
}

const AS_MEASURED: CostSettings = { scale: 1, operations: {} }

export class Costs {
  readonly scale: number
  readonly #settings: CostSettings
  /** What is charged: the nominal table with the scenario's own over it, under the own one's name. */
  readonly table: CostTable
  readonly #entries: ReadonlyMap<string, CostEntry>

  constructor(settings: CostSettings = AS_MEASURED) {
    const { table, scale } = settings
    this.scale = scale
    this.#settings = settings
    this.table = table
      ? { name: table.name, entries: { ...nominalTable.entries, ...table.entries } }
      : nominalTable
    this.#entries = new Map(Object.entries(this.table.entries))
  }

  /** Throws a ScenarioError if nothing is known of the operation, or its size is none. */
  of(operation: string, size = 1): Nanos {
    const cost = this.#find(operation, size)
    if (cost !== undefined) return cost
    const operations = [...this.#entries.keys()].filter((name) => !name.includes('/'))
    const { message, hint } = unknownName('operation', operation, operations)
    const mend = `give it in the scenario, such as costs: { operations: { ${quote(operation)}: 3ms } }, or in a table of its own`
    throw new ScenarioError([{ message, hint: hint === undefined ? mend : `${hint} Else ${mend}` }])
  }

  /**
   * What it costs a coordinator to handle this kind of message; `undefined` if nothing is known of either. What the scenario
   * says of the coordinator goes before what the nominal table says of the kind.
   */
  handling(coordinator: string, kind: string, size: number): Nanos | undefined {
    const { operations, table } = this.#settings
    const names = [`${coordinator}/${kind}`, coordinator]
    for (const layer of [operations, table?.entries ?? {}, nominalTable.entries]) {
      const known = names.find((name) => Object.hasOwn(layer, name))
      if (known !== undefined) return this.#find(known, size)
    }
    return undefined
  }

  #find(operation: string, size: number): Nanos | undefined {
    const { operations, scale } = this.#settings
    if (Object.hasOwn(operations, operation)) return operations[operation]
    const entry = this.#entries.get(operation)
    if (entry === undefined) return undefined
    if (!(size >= 0 && Number.isFinite(size)))
      throw new ScenarioError(`invalid size of ${quote(operation)}: ${size}; expected a number from 0`)
    const cost = Math.round(costOf(entry, size) * scale)
    if (!(cost <= Number.MAX_SAFE_INTEGER))
      throw new ScenarioError(
        `${quote(operation)} of size ${size} would take more than 104 days; ${entry.growth} from ${entry.points.at(-1)!.slice(0, 2).join(': ')} ns on`,
      )
    return cost
  }
}
