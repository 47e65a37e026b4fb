// Why what stands here is slower, or faster, than another revision: the same scenario, run there by its own build and here by this one.
// What differs of the scenario, and of the costs that the builds charge, is told from what differs of the code by substitution: data
// of either side is run by either build.

import { join } from 'node:path'
import { coordinators } from '../coordination/registry.ts'
import { StoppedError } from '../experiment/stopped.ts'
import type { Laboratory } from '../explain/attribution.ts'
import { type Data, decisive } from '../explain/configuration.ts'
import { CODE, type Explained, type Explanation, explanationOf } from '../explain/explanation.ts'
import { metricOf } from '../explain/side.ts'
import { nominalTable } from '../world/costs/costs.ts'
import { codeDifference } from './code-difference.ts'
import { openHere, patienceWith } from './explain-run.ts'
import { type CostEntries, type ReadSide, readEvents, readSide, withCosts } from './explain-side.ts'
import { metricAsked, type OpenedSide, openSide } from './explain-sides.ts'
import type { Revision } from './revision.ts'
import type { NoSide, SideOrder } from './revision-side.ts'

export interface AgainstTerms {
  /** A variant of the scenario, by its name; left out: the scenario has one alone. */
  readonly variant?: string | undefined
  /** Whose difference is laid to the code, the costs and the changes; left out: the mean latency, or what the scenario expects something of. */
  readonly metric?: string | undefined
  /** Left out: the scenario's own. */
  readonly seeds?: readonly string[] | undefined
  /** PATH=VALUE, on this side alone. */
  readonly set?: readonly string[] | undefined
  readonly 'allow-modules': boolean
  /** Milliseconds of `performance.now()`. */
  readonly stopAt: number
}

/** Why nothing can be told. */
export interface Untold {
  readonly missing: string
  /** The time limit came first. */
  readonly late: boolean
}

/** Throws a ScenarioError where the scenario that stands here is mistaken. */
export async function explainAgainst(
  path: string,
  revision: Revision,
  { variant, seeds, set = [], ...terms }: AgainstTerms,
): Promise<Explanation | Untold> {
  const options = {
    set,
    seed: undefined,
    seeds: seeds && `${seeds.join(',')},`,
    faults: undefined,
    a: variant,
    'allow-modules': terms['allow-modules'],
  }
  const opened = await openSide(path, variant, options)
  return explainedAgainst({ path, opened, variant }, revision, { ...terms, next() {} })
}

/** The scenario that is to be explained, as it stands here. */
interface Asked {
  readonly path: string
  readonly opened: OpenedSide
  readonly variant: string | undefined
  /** Set on both sides. */
  readonly sets?: readonly string[]
  readonly faults?: string | undefined
}

interface Terms extends Pick<AgainstTerms, 'metric' | 'allow-modules' | 'stopAt'> {
  /** A run is about to begin. */
  readonly next: () => void
}

export async function explainedAgainst(
  { path, opened, variant, sets, faults }: Asked,
  revision: Revision,
  { stopAt, next, ...terms }: Terms,
): Promise<Explanation | Untold> {
  const { seeds } = opened
  const { 'allow-modules': modules } = terms
  const ran = (order: Partial<SideOrder>): Promise<string | NoSide> => {
    next()
    return revision.side({ path, seeds, 'allow-modules': modules, ...order }, stopAt)
  }
  const here = openHere({ ...opened, 'allow-modules': modules, stopAt, next })
  try {
    const [text, b] = await Promise.all([ran({ variant, sets, faults }), here.run(opened.data, true)])
    if (typeof text !== 'string')
      return { missing: `at ${revision.ref}, ${text.missing}`, late: text.why === 'late' }
    const a = readSide(text)
    if (!a)
      return {
        missing: `at ${revision.ref}, its build tells of its runs in another way than this one reads`,
        late: false,
      }
    const data = dataOf(a, b.data, revision)
    const there: Explained = {
      data: data.a,
      side: a.side,
      events: async (from, until) => {
        const found = await ran({ data: bare(opened.name, data.a), events: [from, until] })
        return (typeof found === 'string' ? readEvents(found) : undefined) ?? []
      },
    }
    const metric = metricAsked([opened, { ...opened, metrics: a.opened.metrics }], terms.metric)
    const most = patienceWith([there, b])
    const laboratory = laboratoryOf(
      here.laboratory(metric, most),
      (changed) => ran({ data: bounded(bare(opened.name, changed), most) }),
      metric,
    )
    const code = codeDifference(revision, modulesOf(opened))
    const told = { seeds, metric, beside: opened.expects, laboratory, code }
    return await explanationOf(there, { ...b, data: data.b }, told)
  } catch (error) {
    if (error instanceof StoppedError) return { missing: error.message, late: true }
    throw error
  } finally {
    here.close()
  }
}

const HERE = 'what stands here'

const plain = ({ [CODE]: _, ...data }: Data): Data => data

/** Given up after so many events, unless it says itself after how many. */
const bounded = (data: Data, events: number): Data => ({
  ...data,
  measure: { events, ...(data.measure as Data | undefined) },
})
const bare = (name: string, data: Data): Data => ({ name, ...decisive(plain(data)) })

/** What the sides say, with the code that each is run by; where the builds charge other costs, those are said too. */
function dataOf(a: ReadSide, b: Data, { commit }: Revision): { readonly a: Data; readonly b: Data } {
  const [left, right] = [
    { [CODE]: commit.slice(0, 10), ...a.opened.data },
    { [CODE]: HERE, ...b },
  ]
  const ours = nominalTable.entries
  const theirs = chargedThere(a.costs, ours, kindsOf(a.opened.data, b))
  if (JSON.stringify(theirs) === JSON.stringify(ours)) return { a: left, b: right }
  return { a: withCosts(left, theirs), b: withCosts(right, ours) }
}

/** The entries of the other build that the scenario may be charged; ours where it cannot be. */
function chargedThere(theirs: CostEntries, ours: CostEntries, kinds: ReadonlySet<string>): CostEntries {
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
  return Object.fromEntries(
    names.flatMap((name) => {
      const kind = name.split('/')[0]!
      const entry = Object.hasOwn(coordinators, kind) && !kinds.has(kind) ? ours[name] : theirs[name]
      return entry ? [[name, entry]] : []
    }),
  )
}

function kindsOf(...sides: readonly Data[]): ReadonlySet<string> {
  const parts = sides.flatMap(({ coordinators = {} }) => Object.values(coordinators as Record<string, Data>))
  return new Set(parts.map((part) => String(part?.kind)))
}

function modulesOf({ file, data }: OpenedSide): readonly string[] {
  const parts = Object.values((data.coordinators ?? {}) as Record<string, Data>)
  return parts.flatMap((part) => (typeof part?.module === 'string' ? [join(file, '..', part.module)] : []))
}

/** Runs by this build what this code stands in, and by the other what the other does. */
function laboratoryOf(
  here: Laboratory,
  there: (data: Data) => Promise<string | NoSide>,
  metric: string,
): Laboratory {
  const known = new Map<string, Promise<Figure | NoSide>>()
  const ran = (data: Data): Promise<Figure | NoSide> => {
    const key = JSON.stringify(data)
    const found = known.get(key) ?? there(data).then((side) => figureOf(side, metric))
    known.set(key, found)
    return found
  }
  const isHere = (data: Data): boolean => data[CODE] === HERE
  return {
    late: here.late,
    async valid(data) {
      if (isHere(data)) return here.valid(plain(data))
      const found = await ran(data)
      return 'figure' in found || found.why !== 'refused'
    },
    async figure(data) {
      if (isHere(data)) return here.figure(plain(data))
      const found = await ran(data)
      return 'figure' in found ? found.figure : null
    },
  }
}

interface Figure {
  readonly figure: number | null
}

/** All that is kept of a side whose figure alone is wanted. */
function figureOf(side: string | NoSide, metric: string): Figure | NoSide {
  if (typeof side !== 'string') return side
  const read = readSide(side)
  return { figure: read ? metricOf(read.side, metric) : null }
}
