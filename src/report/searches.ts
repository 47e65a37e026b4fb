// What a search for a capacity or a screening found, from its file to what charts take, and in sentences with figures.

import { type CapacityFile, type SensitivityFile, written } from '../results/searches.ts'
import { percent } from './figures.ts'
import { type CapacityTitles, type ShownCapacity, shortfallOf, trialOf } from './terminal/capacity.ts'
import type { SensitivityTitles, ShownSensitivity } from './terminal/sensitivity.ts'

type Found = CapacityFile['found'][number]
type Trial = Found['trials'][number]

export const shownCapacity = ({ scenario, of, seek, by, found }: CapacityFile) => {
  const titles: CapacityTitles & { readonly unit: string } = {
    title: scenario.title,
    name: scenario.name,
    of: of.name,
    seek,
    by,
    written: (value) => written(of, value),
    range: [of.low, of.high],
    unit: of.unit,
  }
  return { found: found as readonly ShownCapacity[], titles }
}

export const shownSensitivity = ({ scenario, metric, unit, method, base, inputs }: SensitivityFile) => {
  const titles: SensitivityTitles = { title: scenario.title, name: scenario.name, metric, unit, method }
  return { found: { base, inputs } as ShownSensitivity, titles }
}

/** `At 4 slots, 10 workers are enough; 9 are not: latency.p95 31.4 s, 4.7 % off.` */
export function capacityInWords(file: CapacityFile, each: Found): string {
  const { of, seek, by } = file
  const { passing, failing, at } = each
  const [is, are] = seek === 'lowest' ? ['is enough', 'are enough'] : ['holds', 'hold']
  const [isNot, areNot] = seek === 'lowest' ? ['is not', 'are not'] : ['does not', 'do not']
  const passes = (value: number): string =>
    isCounted(file, value)
      ? `${written(of, value)} ${of.name} ${are}`
      : `${of.name} ${written(of, value)} ${is}`
  const where = at === null ? '' : `${atInWords(by!, at)}, `
  const [easy, hard] = seek === 'highest' ? [of.low, of.high] : [of.high, of.low]
  const fails = failing === null ? undefined : trialOf(each as ShownCapacity, failing)
  const why = fails ? `: ${shortfallOf(fails, true)}` : ''
  const said =
    passing === null
      ? `nothing from ${written(of, easy)} to ${written(of, hard)} ${is}${why}`
      : failing === null
        ? `even ${passes(passing)}, the end of the range`
        : `${passes(passing)}; ${written(of, failing)} ${isCounted(file, failing) ? areNot : isNot}${why}`
  return capital(`${where}${said}.`)
}

/** `workers`, and more than one of them. */
const isCounted = ({ of }: CapacityFile, value: number): boolean =>
  of.unit === '' && of.whole && value !== 1 && isNoun(of.name)

const isNoun = (name: string): boolean => /^[a-z]+(?:[- ][a-z]+)*s$/.test(name)

const atInWords = (by: string, at: string): string =>
  isNoun(by) && /^\d+$/.test(at) && at !== '1' ? `at ${at} ${by}` : `with ${by}=${at}`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What decided on a trial: what failed first, or what was nearest to failing. */
export function decidedInWords(trial: Trial): string {
  if (trial.shortfall) return shortfallOf(trial as Parameters<typeof shortfallOf>[0])
  const { nearest } = trial
  if (!nearest) return ''
  const { expected, found, by, variant } = nearest
  return `${expected}: ${found}${by === null ? '' : `, ${percent(by)} to spare`}${variant === null ? '' : `, with ${variant}`}`
}
