// When requests come: what an arrival process is, and how a kind of one declares itself.
// A process runs on virtual time from 0 and knows nothing of what is asked or of how long it takes.

import type { Random } from '../../env/env.ts'
import type { Parameters, Values } from '../../parameters.ts'
import type { Nanos } from '../../units.ts'

/** An open process: clients come whether or not earlier ones have been served. */
export interface ArrivalProcess {
  /** Arrivals per second in the long run; NaN where there is no long run. */
  readonly meanRate: number
  /** When the next request comes, in whole nanoseconds since the run began, never before `now`; `undefined`: no more come. */
  next(now: Nanos): Nanos | undefined
}

export interface OpenArrivals<P extends Parameters = Parameters> {
  readonly name: string
  /** One line: who comes when. */
  readonly meaning: string
  readonly parameters: P
  readonly closed?: false
  /** Throws ScenarioError for values that do not go together. */
  create(values: Values<P>, random: Random): ArrivalProcess
}

/** A fixed number of clients, each of whom asks again only after the answer and a think time: not a process of gaps. */
export interface ClosedArrivals<P extends Parameters = Parameters> {
  readonly name: string
  readonly meaning: string
  readonly parameters: P
  readonly closed: true
}

export type ArrivalKind = OpenArrivals | ClosedArrivals

/** Declares an open kind; the identity, for its types. */
export const defineArrivals = <const P extends Parameters>(kind: OpenArrivals<P>): OpenArrivals<P> => kind
