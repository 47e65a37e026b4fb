// What a new view begins with, as a quorum of view changes tells: everyone works it out alike from the same statements.
// Source: Castro and Liskov, OSDI 1999, §4.4; for the safe fast path the rule of SBFT (Gueta et al., DSN 2019).

import type { Group } from './group.ts'
import type { PbftRequest, PrePrepare, ViewChange } from './pbft-messages.ts'

/** A batch in its place, to be put forward again. */
export interface Place {
  readonly sequence: number
  readonly value: number
  readonly requests: readonly PbftRequest[]
}

interface Start {
  /** The last stable checkpoint that any of them has. */
  readonly stable: ViewChange
  readonly places: readonly Place[]
  /** The last place. */
  readonly last: number
}

export function startOf(viewChanges: readonly ViewChange[], group: Group): Start {
  const stable = viewChanges.reduce((best, each) => (each.stable > best.stable ? each : best))
  const byPlace = new Map<number, PrePrepare>()
  const sequences = viewChanges.flatMap(({ prepared, accepted }) =>
    [...prepared.map(({ prePrepare }) => prePrepare), ...accepted].map(({ sequence }) => sequence),
  )
  for (const sequence of new Set(sequences)) {
    const chosen = choice(sequence, viewChanges, group)
    if (chosen && sequence > stable.stable) byPlace.set(sequence, chosen)
  }
  const last = Math.max(stable.stable, ...byPlace.keys())
  const places = Array.from({ length: last - stable.stable }, (_, i) => {
    const sequence = stable.stable + 1 + i
    // Where nothing can have been committed, nothing happens.
    const { value, requests } = byPlace.get(sequence) ?? { value: 0, requests: [] }
    return { sequence, value, requests }
  })
  return { stable, places, last }
}

/** What may have been committed in this place. */
function choice(sequence: number, viewChanges: readonly ViewChange[], group: Group): PrePrepare | undefined {
  const prepared = viewChanges
    .flatMap((each) => each.prepared)
    .map(({ prePrepare }) => prePrepare)
    .filter((each) => each.sequence === sequence)
    .reduce<PrePrepare | undefined>((best, each) => (best && best.view >= each.view ? best : each), undefined)
  const fast = fastChoice(sequence, viewChanges, group.f + 1)
  return fast && fast.view > (prepared?.view ?? -1) ? fast.prePrepare : prepared
}

/**
 * What all may have answered in a view: then f + 1 of any quorum, the sound ones in it, have accepted it in that view or later. The
 * latest such view decides; two batches of the same view cannot both have been committed so, nor can, then, either.
 */
function fastChoice(
  sequence: number,
  viewChanges: readonly ViewChange[],
  enough: number,
): { readonly view: number; readonly prePrepare: PrePrepare } | undefined {
  const byDigest = new Map<string, PrePrepare[]>()
  for (const { accepted } of viewChanges)
    for (const each of accepted)
      if (each.sequence === sequence) byDigest.set(each.digest, [...(byDigest.get(each.digest) ?? []), each])
  const candidates = [...byDigest.values()]
    .filter((each) => each.length >= enough)
    .map((each) => {
      const latest = each.sort((a, b) => b.view - a.view)
      return { view: latest[enough - 1]!.view, prePrepare: latest[0]! }
    })
    .sort((a, b) => b.view - a.view)
  const [first, second] = candidates
  return first && first.view === second?.view ? undefined : first
}
