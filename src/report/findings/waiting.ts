// How much of a latency is waiting, and where: told only where one place, or several together, has as many waiting as the part takes.

import type { Result, Variant } from '../../results/result.ts'
import { meaningOfPart, overall } from '../breakdown.ts'
import { percent } from '../figures.ts'
import { familyOf } from './instances.ts'
import { listed, named, placed, tellingAxes } from './wording.ts'

/** What is no waiting: the work, and the way to it. */
const WORK: readonly string[] = ['compute', 'network', 'service']

/** From here on requests hardly wait. */
const HARDLY = 0.9

const isWork = ([part]: readonly [part: string, time: number]): boolean => WORK.includes(part)

/** Of the time of all requests, the share that is work; 1 where there is no latency. */
export function workingShare(breakdown: Variant['breakdown']): number {
  const all = overall(breakdown)
  return all === undefined
    ? 1
    : Object.entries(all.parts)
        .filter(isWork)
        .reduce((sum, [, time]) => sum + time, 0) / all.latency
}

/** `98 %`, or `nearly all`. */
export const shareInWords = (share: number, before = ''): string =>
  share >= 0.995 ? 'nearly all' : `${before}${percent(share)}`

/** ` Requests hardly wait: 98 % of their time is …`, or what else takes the most of it; empty where there is no latency. */
export function timeInWords(variant: Variant, there = ''): string {
  const all = overall(variant.breakdown)
  if (all === undefined) return ''
  const working = workingShare(variant.breakdown)
  if (working >= HARDLY)
    return ` Requests hardly wait${there}: ${shareInWords(working)} of their time is service, computing and network.`
  return ` Of a request’s time${there} ${mostWaited(variant)}.`
}

/** `53 % is waiting at redis`: the part that takes the most and is no work. */
function mostWaited(variant: Variant): string {
  const { parts, latency } = overall(variant.breakdown)!
  const [part, time] = Object.entries(parts)
    .sort(([, a], [, b]) => b - a)
    .find((entry) => !isWork(entry))!
  return `${percent(time / latency)} is ${partInWords(variant, part)}`
}

/** Of several variants: that of one of them, or, where requests hardly wait there and do elsewhere, where they wait the most. */
export function timeInVariants(result: Result, variant: Variant): string {
  if (result.variants.length === 1) return timeInWords(variant)
  const known = result.variants.filter(({ breakdown }) => overall(breakdown) !== undefined)
  const waiting = known.reduce<Variant | undefined>(
    (most, each) =>
      most === undefined || workingShare(each.breakdown) < workingShare(most.breakdown) ? each : most,
    undefined,
  )
  if (waiting === undefined) return ''
  if (workingShare(waiting.breakdown) >= HARDLY)
    return ` Requests hardly wait anywhere: ${shareInWords(workingShare(waiting.breakdown), 'at least ')} of their time is service, computing and network.`
  return overall(variant.breakdown) !== undefined && workingShare(variant.breakdown) < HARDLY
    ? timeInWords(variant, ' there')
    : ` Most waiting is with ${placed(waiting, tellingAxes(result))}: of a request’s time ${mostWaited(waiting)}.`
}

/** `waiting at redis`, or what the part means where the place is not known. */
export function partInWords(variant: Variant, part: string): string {
  const place = placeOfWaiting(variant, part)
  const meaning = meaningOfPart(part)
  return place !== undefined ? `waiting at ${place}` : meaning === '' ? named(part) : meaning
}

/** Nearer than this to what Little's law asks for, a place is where it is. */
const NEAR = 0.1
/** Of several places, one with less of the waiting is not named. */
const PART = 0.1

/**
 * The place that explains a part of the latency of all requests by Little's law: of those in the system as many stand there as the
 * part takes of the time; or the places that do so together, the most first. `undefined` where none do.
 */
function placeOfWaiting({ metrics, breakdown }: Variant, part: string): string | undefined {
  const all = breakdown.find(({ of }) => of === 'all')
  const inSystem = metrics['in-system.mean']?.value
  if (all === undefined || !(all.latency > 0) || inSystem == null || !(inSystem > 0)) return undefined
  const expected = (all.parts[part] ?? 0) / all.latency
  const pattern =
    part === 'queue'
      ? /^service\.(.+)\.queue\.mean$/
      : part === 'mailbox'
        ? /^process\.(.+)\.mailbox\.mean$/
        : null
  if (pattern === null || expected === 0) return undefined
  const waiting = new Map<string, { whole: number; instances: number | null }>()
  for (const [metric, { value }] of Object.entries(metrics)) {
    const name = pattern.exec(metric)?.[1]
    if (name === undefined || value === null) continue
    const family = familyOf(metrics, metric, name)
    const found = waiting.get(family) ?? { whole: 0, instances: null }
    waiting.set(
      family,
      family === name ? { ...found, whole: value } : { ...found, instances: (found.instances ?? 0) + value },
    )
  }
  const shares = [...waiting].map(
    ([name, { whole, instances }]) => [named(name), (instances ?? whole) / inSystem / expected] as const,
  )
  const explains = (share: number): boolean => Math.abs(share - 1) <= NEAR
  const alone = shares.filter(([, share]) => explains(share))
  if (alone.length === 1) return alone[0]![0]
  const parts = shares.filter(([, share]) => share >= PART).sort(([, a], [, b]) => b - a)
  return alone.length === 0 && parts.length > 1 && explains(shares.reduce((sum, [, share]) => sum + share, 0))
    ? listed(parts.map(([name]) => name))
    : undefined
}
