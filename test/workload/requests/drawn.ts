// What tests draw: many requests of one kind, from the streams of one seed.

import type { Request } from '../../../src/env/env.ts'
import { RandomStreams } from '../../../src/kernel/random.ts'
import type { RequestFactory, RequestStreams } from '../../../src/workload/requests/request-kind.ts'
import type { TraceRow } from '../../../src/workload/traces/trace-reader.ts'

export const streams = (seed: string): RequestStreams => {
  const all = new RandomStreams(seed)
  return (purpose) => all.stream(purpose)
}

export const drawn = <R extends Request<unknown>>(next: RequestFactory, n: number, row?: TraceRow): R[] =>
  Array.from({ length: n }, () => next(row) as R)

/** The share of values for which a condition holds. */
export const share = <T>(values: readonly T[], holds: (value: T) => boolean): number =>
  values.filter(holds).length / values.length
