// What a figure hangs on: points of a scenario at which its inputs differ, and what the figures found there say of each input.
// One at a time: each input over its range, the others as they are (a tornado). Morris: elementary effects from random points, which
// see interactions as spread. Sobol: shares of the variance where all inputs are uniform over their ranges and independent.
// All points are run with the same seeds (common random numbers), so that what differs is the inputs' doing.

import { RandomStreams } from '../kernel/random.ts'
import { type MorrisEffect, morrisDesign, morrisEffects, type Point } from '../statistics/morris.ts'
import { type SobolIndices, sobolDesign, sobolIndices } from '../statistics/sobol.ts'
import { meanInterval } from '../statistics/student.ts'
import { type Range, valueAt } from './range.ts'

export const METHODS = ['one-at-a-time', 'morris', 'sobol'] as const
export type Method = (typeof METHODS)[number]

/** Values of an input, trajectories, or points of a sample, if nobody says how many. */
export const POINTS: Readonly<Record<Method, number>> = { 'one-at-a-time': 2, morris: 10, sobol: 64 }

/** The value of each input; `null`: as the scenario has it. */
export type Setting = readonly (number | null)[]

/** A metric at one point; `null`: it was not observed. */
export interface Figure {
  readonly value: number | null
  /** One a seed. */
  readonly samples: readonly (number | null)[]
}

/** What an input does to the figure. */
export type Effect =
  | {
      readonly method: 'one-at-a-time'
      /** In the order of the values. */
      readonly points: readonly { readonly value: number; readonly figure: number | null }[]
      /** From the least to the largest of the figures; `null`: some are absent. */
      readonly swing: number | null
      /** Of the swing, 95 %, over the seeds, pair by pair; `null` with one seed. */
      readonly interval: readonly [low: number, high: number] | null
    }
  | ({ readonly method: 'morris' } & MorrisEffect)
  | ({ readonly method: 'sobol' } & SobolIndices)

export interface Screening {
  /** All that are to be run, each once; the first is the scenario as it is. */
  readonly settings: readonly Setting[]
  /**
   * One effect an input, in their order, of the settings' figures; `null`: the figure never changes, which has no shares.
   * Morris and Sobol take a figure at every setting but the first.
   */
  effects(figures: readonly Figure[]): readonly Effect[] | null
}

export function screening(method: Method, ranges: readonly Range[], points: number): Screening {
  switch (method) {
    case 'one-at-a-time':
      return oneAtATime(ranges, points)
    case 'morris':
      return morris(ranges, points)
    case 'sobol':
      return sobol(ranges, points)
  }
}

/** The size by which effects are ranked. */
export function sizeOf(effect: Effect): number {
  switch (effect.method) {
    case 'one-at-a-time':
      return effect.swing ?? -1
    case 'morris':
      return effect.size
    case 'sobol':
      return effect.total
  }
}

/** Settings, each once, by their place. */
class Settings {
  readonly all: Setting[] = []
  readonly #places = new Map<string, number>()

  constructor(ranges: readonly Range[]) {
    this.place(ranges.map(() => null))
  }

  place(setting: Setting): number {
    const key = JSON.stringify(setting)
    const known = this.#places.get(key)
    if (known !== undefined) return known
    this.#places.set(key, this.all.length)
    return this.all.push(setting) - 1
  }
}

function oneAtATime(ranges: readonly Range[], points: number): Screening {
  const settings = new Settings(ranges)
  const places = ranges.map((range, input) => {
    const shares = Array.from({ length: points }, (_, i) => i / (points - 1))
    const values = [...new Set(shares.map((share) => valueAt(range, share)))]
    return values.map((value) => ({
      value,
      place: settings.place(ranges.map((_, other) => (other === input ? value : null))),
    }))
  })
  return {
    settings: settings.all,
    effects: (figures) =>
      places.map((own) => ({
        method: 'one-at-a-time',
        points: own.map(({ value, place }) => ({ value, figure: figures[place]!.value })),
        ...swingOf(own.map(({ place }) => figures[place]!)),
      })),
  }
}

function swingOf(figures: readonly Figure[]) {
  if (figures.some(({ value }) => value === null)) return { swing: null, interval: null }
  const least = figures.reduce((a, b) => (b.value! < a.value! ? b : a))
  const most = figures.reduce((a, b) => (b.value! > a.value! ? b : a))
  const differences = most.samples.flatMap((sample, seed) => {
    const other = least.samples[seed]
    return sample === null || other == null ? [] : [sample - other]
  })
  const { low, high } = differences.length < 2 ? { low: 0, high: 0 } : meanInterval(differences)
  return {
    swing: most.value! - least.value!,
    interval: differences.length < 2 ? null : ([low, high] as const),
  }
}

function morris(ranges: readonly Range[], trajectories: number): Screening {
  const settings = new Settings(ranges)
  const design = morrisDesign(ranges.length, trajectories, chance('morris'))
  const places = design.map((points) => points.map((point) => settings.place(settingAt(ranges, point))))
  // Whole values lie a little beside the grid: a step is as long as it was made.
  const made = places.map((row) =>
    row.map((place) => settings.all[place]!.map((value, i) => shareOf(ranges[i]!, value!))),
  )
  return {
    settings: settings.all,
    effects: (figures) =>
      morrisEffects(
        made,
        places.map((row) => row.map((place) => figures[place]!.value!)),
      ).map((effect) => ({ method: 'morris', ...effect })),
  }
}

function sobol(ranges: readonly Range[], points: number): Screening {
  const settings = new Settings(ranges)
  const uniform = chance('sobol')
  const { a, b, mixed } = sobolDesign(ranges.length, points, uniform)
  const placed = (list: readonly Point[]) => list.map((point) => settings.place(settingAt(ranges, point)))
  const places = { a: placed(a), b: placed(b), mixed: mixed.map(placed) }
  return {
    settings: settings.all,
    effects(figures) {
      const found = (list: readonly number[]) => list.map((place) => figures[place]!.value!)
      const all = { a: found(places.a), b: found(places.b), mixed: places.mixed.map(found) }
      return sobolIndices(all, uniform)?.map((indices) => ({ method: 'sobol', ...indices })) ?? null
    },
  }
}

const settingAt = (ranges: readonly Range[], point: Point): Setting =>
  ranges.map((range, i) => valueAt(range, point[i]!))

const shareOf = ({ low, high }: Range, value: number): number => (value - low) / (high - low)

/** The design is the same every time. */
const chance = (method: Method): (() => number) => {
  const random = new RandomStreams('sensitivity').stream(method)
  return () => random.uniform()
}
