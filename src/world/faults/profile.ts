// Faults drawn from the seed: each entry of a profile is a kind of fault that comes as a Poisson process of its rate, or, where
// the profile says how many there are, that often in proportion to its rate. Each entry has streams of its own, so that an entry
// more or less moves nothing of the others where rates alone decide.
// What is drawn is a plan like one that is written: it can be printed, edited and replayed.

import { createDistribution } from '../../kernel/distributions/registry.ts'
import { weighted } from '../../kernel/distributions/weighted.ts'
import type { RandomStream } from '../../kernel/random.ts'
import type { DistributionSpec, Parameters, Reference } from '../../parameters.ts'
import { ms, type Nanos } from '../../units.ts'
import { instancesNamed } from '../instances.ts'
import type { World } from '../world.ts'
import type { FaultDefinitions, PlannedFault } from './plan.ts'

/** `one` of those named, all hosts of `one`'s rack, or `all` of those named. */
export type Spread = 'one' | 'rack' | 'all'

export interface ProfileEntry {
  readonly kind: string
  /** Faults of this kind per second. */
  readonly rate: number
  /** How long each lasts; undefined: for good. */
  readonly lasts: DistributionSpec | undefined
  readonly spread: Spread
  readonly values: Readonly<Record<string, unknown>>
}

export interface FaultProfile {
  readonly from: Nanos
  readonly until: Nanos
  /** Exactly so many; undefined: as many as the rates bring. */
  readonly count: number | undefined
  readonly entries: readonly ProfileEntry[]
}

/** No plan is longer. */
export const MOST_FAULTS = 100_000

/** Times are whole milliseconds: a plan is to be read. */
const GRAIN = ms(1)
const grained = (time: Nanos): Nanos => Math.round(time / GRAIN) * GRAIN

/** The plan of this world's seed, in the order of time. */
export function draw(profile: FaultProfile, world: World, definitions: FaultDefinitions): PlannedFault[] {
  const stream = (name: string) => world.streams.stream(`fault-profile/${name}`)
  const plan = arrivals(profile, stream).map(({ at, entry }) => {
    const { kind, lasts, spread, values } = profile.entries[entry]!
    const random = stream(`${entry}/values`)
    const drawn = new Draw(world, random, spread).values(definitions[kind]!.parameters, values)
    const time = lasts && Math.max(GRAIN, grained(createDistribution(lasts).sample(stream(`${entry}/lasts`))))
    return { at, kind, values: time === undefined ? drawn : { ...drawn, for: time } }
  })
  return plan.sort((a, b) => a.at - b.at)
}

interface Arrival {
  readonly at: Nanos
  readonly entry: number
}

function arrivals(
  { from, until, count, entries }: FaultProfile,
  stream: (name: string) => RandomStream,
): Arrival[] {
  const at = (time: number): Nanos => Math.min(until, Math.max(from, grained(time)))
  if (count !== undefined) {
    const { draw } = weighted(entries.map(({ rate }) => rate))
    const [times, kinds] = [stream('times'), stream('kinds')]
    return Array.from({ length: count }, () => ({
      at: at(from + times.uniform() * (until - from)),
      entry: draw(kinds),
    }))
  }
  return entries.flatMap(({ rate }, entry) => {
    const found: Arrival[] = []
    if (rate === 0) return found
    const random = stream(`${entry}/times`)
    for (
      let time = from + random.exponential(1e9 / rate);
      time < until && found.length < MOST_FAULTS;
      time += random.exponential(1e9 / rate)
    )
      found.push({ at: at(time), entry })
    return found
  })
}

/** Draws whom a fault befalls. */
class Draw {
  constructor(
    readonly world: World,
    readonly random: RandomStream,
    readonly spread: Spread,
  ) {}

  values(parameters: Parameters, values: ProfileEntry['values']): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const shape = parameters[name]?.shape
        if (value === undefined || shape === undefined) return [name, value]
        if (shape.type === 'reference') return [name, this.#target(value as Reference)]
        if (shape.type === 'list' && shape.of.shape.type === 'reference')
          return [name, this.#sides(value as readonly Reference[])]
        return [name, value]
      }),
    )
  }

  #target(reference: Reference): Reference {
    const all = this.#instances(reference)
    if (this.spread === 'all' || all.length === 0) return all
    const one = all[this.random.integer(all.length)]!
    if (this.spread === 'one') return [one]
    const host = this.world.hosts.get(one.name)
    return host === undefined ? [one] : named(this.world.network.rackOf(host))
  }

  /** Two sides that name the same hosts become two parts of them; others each what they are or have drawn. */
  #sides(sides: readonly Reference[]): readonly Reference[] {
    const [a = [], b = []] = sides
    const group = this.#instances(a)
    if (a.map(({ name }) => name).join() !== b.map(({ name }) => name).join() || group.length < 2)
      return sides.map((side) => this.#target(side))
    const first = this.#target(a)
    const rest = group.filter(({ name }) => first.every((each) => each.name !== name))
    return rest.length > 0 ? [first, rest] : [group.slice(0, 1), group.slice(1)]
  }

  #instances(reference: Reference): Reference {
    const { hosts, processes } = this.world
    return reference.flatMap(({ name }) => {
      const own = instancesNamed<{ readonly name: string }>(hosts, name)
      return named(own.length > 0 ? own : instancesNamed<{ readonly name: string }>(processes, name))
    })
  }
}

const named = (all: readonly { readonly name: string }[]): Reference => all.map(({ name }) => ({ name }))
