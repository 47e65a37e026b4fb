// How much a workload will ask, found by asking it: its arrivals are drawn and counted, nothing is simulated.

import type { GenerateRequest } from '../env/clients/ollama.ts'
import { RandomStreams } from '../kernel/random.ts'
import type { Nanos } from '../units.ts'
import { createSource, type OpenTrace } from './workload.ts'

export interface Expected {
  readonly requests: number
  /** Output tokens of a request, on average. */
  readonly tokens: number
}

/** Beyond this many, the rest is taken to be like those drawn. */
const MOST_DRAWN = 100_000

/** Of the first seed; `undefined` where it cannot be told: a closed loop, no end, too many at once. */
export function expectedRequests(
  values: Readonly<Record<string, unknown>>,
  duration: Nanos | undefined,
  openTrace: OpenTrace,
): Expected | undefined {
  const source = createSource(values, new RandomStreams('1'), openTrace)
  if (source.closed) return undefined
  const end = duration ?? Number.POSITIVE_INFINITY
  let requests = 0
  let tokens = 0
  let last = 0
  try {
    for (;;) {
      const next = source.next(last)
      if (!next || next.at > end) break
      last = next.at
      tokens += (next.request as GenerateRequest).outputTokens ?? 0
      if (++requests < MOST_DRAWN) continue
      if (duration === undefined || last === 0) return undefined
      return { requests: Math.round((requests * duration) / last), tokens: tokens / requests }
    }
  } finally {
    source.close()
  }
  return { requests, tokens: requests === 0 ? 0 : tokens / requests }
}
