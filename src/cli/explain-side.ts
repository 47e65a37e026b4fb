// One side of an explanation as a file: what a build finds of a scenario, for another build to hold against its own.

import { ScenarioError } from '../errors.ts'
import type { Data } from '../explain/configuration.ts'
import type { SeenEvent } from '../explain/event-log.ts'
import { type KeptSide, keptSide, type Side, sideOf } from '../explain/side.ts'
import type { CostEntry } from '../world/costs/cost-table.ts'
import { nominalTable } from '../world/costs/costs.ts'
import { openHere } from './explain-run.ts'
import { type OpenedSide, openSide, type SideOptions } from './explain-sides.ts'
import { writeWhole } from './files.ts'

const SIDE_SCHEMA = 'rehearsal/side/1'

/** The cost of an operation or handler by its name. */
export type CostEntries = Readonly<Record<string, CostEntry>>

interface SideFile {
  readonly schema: typeof SIDE_SCHEMA
  /** What the scenario says, of one variant; none where events were asked for. */
  readonly opened?: Pick<OpenedSide, 'name' | 'title' | 'data' | 'seeds' | 'metrics'>
  readonly side?: KeptSide
  /** What the build's own cost table says. */
  readonly costs?: CostEntries
  readonly events?: readonly SeenEvent[]
}

export interface ReadSide {
  readonly opened: NonNullable<SideFile['opened']>
  readonly side: Side
  readonly costs: CostEntries
}

interface Asked extends SideOptions {
  readonly events: string | undefined
}

/** Runs a side and writes the file. Throws what runs throw. */
export async function writeSide(path: string, out: string, options: Asked, stopAt: number): Promise<void> {
  const range = rangeOf(options.events)
  const opened = await openSide(path, options.a, options)
  const { name, title, data, seeds, metrics } = opened
  const here = openHere({ ...opened, 'allow-modules': options['allow-modules'], stopAt, next() {} })
  try {
    const found: Omit<SideFile, 'schema'> = range
      ? { events: await here.events(data, ...range) }
      : {
          opened: { name, title, data, seeds, metrics },
          side: keptSide((await here.run(data, true)).side),
          costs: nominalTable.entries,
        }
    writeWhole(out, JSON.stringify({ schema: SIDE_SCHEMA, ...found }))
  } finally {
    here.close()
  }
}

/** `1024:2048`. */
function rangeOf(text: string | undefined): readonly [number, number] | undefined {
  if (text === undefined) return undefined
  const [, from, until] = /^(\d{1,15}):(\d{1,15})$/.exec(text) ?? []
  if (until !== undefined && Number(from) < Number(until)) return [Number(from), Number(until)]
  throw new ScenarioError('invalid --events: expected FROM:UNTIL, two numbers of events, such as 1024:2048')
}

/** What `writeSide` wrote; `undefined`: it is of another version. */
export function readSide(text: string): ReadSide | undefined {
  const file = JSON.parse(text) as SideFile
  if (file.schema !== SIDE_SCHEMA || !file.opened || !file.side || !file.costs) return undefined
  return { opened: file.opened, side: sideOf(file.side), costs: file.costs }
}

/** The events that `writeSide` wrote. */
export function readEvents(text: string): readonly SeenEvent[] | undefined {
  const file = JSON.parse(text) as SideFile
  return file.schema === SIDE_SCHEMA ? file.events : undefined
}

/** A scenario's data with a cost table of its own that charges what it is charged by a build whose table says this. */
export function withCosts(data: Data, entries: CostEntries): Data {
  const costs = (data.costs ?? {}) as { table?: { name?: string; entries?: CostEntries } }
  const own = costs.table?.entries ?? {}
  // What a scenario says of a coordinator goes before what a build says of one of its messages.
  const under = Object.entries(entries).filter(
    ([name]) => !(name.includes('/') && Object.hasOwn(own, name.split('/')[0]!)),
  )
  const table = { name: costs.table?.name ?? 'nominal', entries: { ...Object.fromEntries(under), ...own } }
  return { ...data, costs: { ...costs, table } }
}
