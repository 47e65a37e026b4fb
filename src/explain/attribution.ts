// Which change of the configuration is responsible: each is put into A alone, and taken out of B alone, with the same seeds; what a
// figure moves by, on the mean of both, is what the change explains. (With two changes that is their Shapley value; with more, the
// mean of its first and its last term.) Where the two differ, the change acts together with others.
// A change that makes no scenario by itself (a target without its service) goes together with those that it needs. Many
// changes are first taken by the part of the scenario they belong to, and only parts that matter are taken apart further.

import { type Change, type Data, withChanges } from './configuration.ts'

/** Changes that are made together. */
export type Unit = readonly Change[]

export interface Laboratory {
  /** Whether this is a scenario at all. */
  valid(data: Data): Promise<boolean>
  /** The figure in question; `null`: it is absent. */
  figure(data: Data): Promise<number | null>
  /** Whether there is no time left: figures of runs that were under way then are none. */
  late(): boolean
}

export interface Effect {
  readonly unit: Unit
  /** By how much A's figure moves with these values of B; `null`: it is absent then. */
  readonly intoA: number | null
  /** By how much B's figure moves by them, against B with those values of A. */
  readonly outOfB: number | null
  /** The mean of both. */
  readonly explains: number | null
}

export interface Attribution {
  readonly a: number
  readonly b: number
  /** The most responsible first. */
  readonly effects: readonly Effect[]
  /** Different scenarios that were run. */
  readonly scenarios: number
  /** Changes for which there was no time. */
  readonly untried: number
}

/** So many changes are taken one by one. */
const MOST_UNITS = 12
/** A group of changes that explains less than this share of the difference is not taken apart. */
const WORTH = 0.05

/** A side: what its scenario says, and its figure. */
interface Known {
  readonly data: Data
  readonly figure: number
}

export async function attribute(
  { data: a, figure: left }: Known,
  { data: b, figure: right }: Known,
  changes: readonly Change[],
  laboratory: Laboratory,
): Promise<Attribution> {
  const figures = new Map<string, Promise<number | null>>([
    [keyOf(a), Promise.resolve(left)],
    [keyOf(b), Promise.resolve(right)],
  ])
  const figure = (data: Data): Promise<number | null> => {
    const key = keyOf(data)
    const known = figures.get(key) ?? laboratory.figure(data)
    figures.set(key, known)
    return known
  }
  const measure = async (unit: Unit): Promise<Effect> => {
    const [into, without] = await Promise.all([
      figure(withChanges(a, unit, 'b')),
      figure(withChanges(b, unit, 'a')),
    ])
    const intoA = into === null ? null : into - left
    const outOfB = without === null ? null : right - without
    const known = [intoA, outOfB].filter((each) => each !== null)
    const explains = known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0) / known.length
    return { unit, intoA, outOfB, explains }
  }
  const isScenario = (data: Data) => figures.has(keyOf(data)) || laboratory.valid(data)
  const possible = async (unit: Unit) =>
    (await isScenario(withChanges(a, unit, 'b'))) && (await isScenario(withChanges(b, unit, 'a')))
  let units = await viable(
    changes.length > MOST_UNITS ? grouped(changes) : changes.map((one) => [one]),
    possible,
  )
  const effects: Effect[] = []
  let untried = 0
  while (units.length > 0) {
    const again: Unit[] = []
    for (const unit of units) {
      const effect = await measure(unit)
      if (laboratory.late() && (effect.intoA === null || effect.outOfB === null)) {
        untried += unit.length
        continue
      }
      const parts = changes.length > MOST_UNITS && unit.length > 1 ? await partsOf(unit, possible) : []
      const matters = Math.abs(effect.explains ?? Number.POSITIVE_INFINITY) > WORTH * Math.abs(right - left)
      if (parts.length > 1 && matters) again.push(...parts)
      else effects.push(effect)
    }
    units = again
  }
  return { a: left, b: right, effects: effects.sort(byEffect), scenarios: figures.size, untried }
}

/** Objects with the same keys in another order are the same scenario. */
const keyOf = (data: unknown): string =>
  JSON.stringify(data, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)))
      : value,
  )

const sizeOf = ({ explains }: Effect): number => (explains === null ? -1 : Math.abs(explains))
const byEffect = (x: Effect, y: Effect): number => sizeOf(y) - sizeOf(x)

/** The changes by the part of the scenario that they belong to: `services.redis`, `workload`. */
function grouped(changes: readonly Change[]): readonly Unit[] {
  const groups = new Map<string, Change[]>()
  for (const change of changes) {
    const [section, part] = change.path
    const key = ['hosts', 'services', 'coordinators', 'costs'].includes(section!)
      ? `${section} ${part}`
      : section!
    groups.set(key, [...(groups.get(key) ?? []), change])
  }
  return [...groups.values()]
}

/** A unit in few parts that are possible. */
function partsOf(unit: Unit, possible: (unit: Unit) => Promise<boolean>): Promise<readonly Unit[]> {
  if (unit.length <= MOST_UNITS)
    return viable(
      unit.map((one) => [one]),
      possible,
    )
  const half = Math.ceil(unit.length / 2)
  return viable([unit.slice(0, half), unit.slice(half)], possible)
}

/** Units that are possible: those that are not go together with another, or, where no other one will do, all together. */
async function viable(
  units: readonly Unit[],
  possible: (unit: Unit) => Promise<boolean>,
): Promise<readonly Unit[]> {
  const sound: Unit[] = []
  let rest: Unit[] = []
  for (const unit of units) ((await possible(unit)) ? sound : rest).push(unit)
  for (const unit of rest) {
    if (!rest.includes(unit)) continue
    const partner = await partnerOf(unit, [...rest, ...sound], possible)
    if (!partner) continue
    rest = rest.filter((each) => each !== unit && each !== partner)
    if (sound.includes(partner)) sound.splice(sound.indexOf(partner), 1)
    sound.push([...unit, ...partner])
  }
  if (rest.length === 0) return sound
  const all = rest.flat()
  return (await possible(all)) ? [...sound, all] : [[...sound, ...rest].flat()]
}

async function partnerOf(
  unit: Unit,
  others: readonly Unit[],
  possible: (unit: Unit) => Promise<boolean>,
): Promise<Unit | undefined> {
  for (const other of others) if (other !== unit && (await possible([...unit, ...other]))) return other
  return undefined
}
