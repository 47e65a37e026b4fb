// Who talked to whom since the end of warm-up, as plain data: it is in the size of the processes there are and of the pairs that talked,
// and no more than so many of either.

import type { Nanos } from '../units.ts'
import type { MessageLog } from './message-log.ts'
import type { ProcessLoad } from './process-load.ts'
import type { RecordedTraffic } from './recorded.ts'

/** Beyond so many processes, those are left out that have sent and got fewest messages; beyond so many links, those with fewest. */
const MOST_PROCESSES = 2000
const MOST_LINKS = 2000

export interface TrafficTerms {
  readonly seed: string
  readonly now: Nanos
  readonly measured: Nanos
  /** All hosts, in their order. */
  readonly hosts: RecordedTraffic['hosts']
}

export function trafficOf(log: MessageLog, { seed, now, measured, hosts }: TrafficTerms): RecordedTraffic {
  const all = [...log.links()]
  const loads = mostTalkative(log.loads, all)
  const placeOf = new Map(loads.map(({ place }, i) => [place, i]))
  const shownHosts =
    loads.length === log.loads.length
      ? hosts
      : hosts.filter(({ name }) => loads.some(({ host }) => host === name))
  const hostOf = new Map(shownHosts.map(({ name }, i) => [name, i]))
  const links = all
    .flatMap(([from, to, messages, bytes]) => {
      const [a, b] = [placeOf.get(from), placeOf.get(to)]
      return a === undefined || b === undefined ? [] : [[a, b, messages, bytes] as const]
    })
    .sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1])
    .slice(0, MOST_LINKS)
  const sum = (rows: typeof all, column: 2 | 3): number => rows.reduce((total, row) => total + row[column], 0)
  return {
    seed,
    measured,
    hosts: shownHosts,
    processes: loads.map((load) => ({
      name: load.name,
      part: load.part,
      host: hostOf.get(load.host)!,
      handled: load.handled,
      busy: measured === 0 ? 0 : load.busy(now) / measured,
    })),
    links,
    further: {
      links: all.length - links.length,
      messages: sum(all, 2) - sum(links, 2),
      bytes: sum(all, 3) - sum(links, 3),
    },
  }
}

/** Those with most messages, in the order of their places. */
function mostTalkative(
  loads: readonly ProcessLoad[],
  links: readonly (readonly [number, number, number, number])[],
): readonly ProcessLoad[] {
  if (loads.length <= MOST_PROCESSES) return loads
  const messages = new Float64Array(loads.length)
  for (const [from, to, count] of links) {
    messages[from]! += count
    messages[to]! += count
  }
  return [...loads]
    .sort((a, b) => messages[b.place]! - messages[a.place]! || a.place - b.place)
    .slice(0, MOST_PROCESSES)
    .sort((a, b) => a.place - b.place)
}
