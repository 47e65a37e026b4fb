// How much of a latency is waiting, and where: told only where one place has as many waiting as the part takes.

import type { Variant } from '../../results/result.ts'
import { meaningOfPart, overall } from '../breakdown.ts'
import { percent } from '../figures.ts'
import { named } from './wording.ts'

/** What is no waiting: the work, and the way to it. */
const WORK: readonly string[] = ['compute', 'network', 'service']

/** ` 98 % of a request’s time is the work itself …`, or what else takes the most of it; empty where there is no latency. */
export function timeInWords(variant: Variant): string {
  const all = overall(variant.breakdown)
  if (all === undefined) return ''
  const parts = Object.entries(all.parts).sort(([, a], [, b]) => b - a)
  const working = parts.reduce((sum, [part, time]) => sum + (WORK.includes(part) ? time : 0), 0) / all.latency
  if (working >= 0.9)
    return ` Requests hardly wait: ${percent(working)} of their time is service, computing and network.`
  const [part, time] = parts.find(([part]) => !WORK.includes(part))!
  return ` Of a request’s time ${percent(time / all.latency)} is ${partInWords(variant, part)}.`
}

/** `waiting at redis`, or what the part means where the place is not known. */
export function partInWords(variant: Variant, part: string): string {
  const place = placeOfWaiting(variant, part)
  const meaning = meaningOfPart(part)
  return place !== undefined ? `waiting at ${place}` : meaning === '' ? named(part) : meaning
}

/** Nearer than this to what Little's law asks for, a place is where it is. */
const NEAR = 0.1

/**
 * The place that explains a part of the latency of all requests by Little's law: of those in the system as many stand there as the
 * part takes of the time. `undefined` where no single place does.
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
    const instance = /^(.+)\.\d+$/.exec(name)
    const family = instance && metrics[metric.replace(name, () => instance[1]!)] ? instance[1]! : name
    const found = waiting.get(family) ?? { whole: 0, instances: null }
    waiting.set(
      family,
      family === name ? { ...found, whole: value } : { ...found, instances: (found.instances ?? 0) + value },
    )
  }
  const explaining = [...waiting].filter(([, { whole, instances }]) => {
    const share = (instances ?? whole) / inSystem / expected
    return Math.abs(share - 1) <= NEAR
  })
  return explaining.length === 1 ? named(explaining[0]![0]) : undefined
}
