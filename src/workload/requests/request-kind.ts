// What is asked: how a kind of request declares itself. When it is asked, arrivals or a trace say.

import type { Request } from '../../env/env.ts'
import type { RandomStream } from '../../kernel/random.ts'
import type { Parameters, Values } from '../../parameters.ts'
import type { TraceRow } from '../traces/trace-reader.ts'

/** The stream for one purpose, such as `prompt-tokens`: a change of one leaves what is drawn for the others. */
export type RequestStreams = (purpose: string) => RandomStream

/** Makes the next request; what the row of a trace tells is taken from there and not drawn. */
export type RequestFactory = (row?: TraceRow) => Request<unknown>

export interface RequestKind<P extends Parameters = Parameters> {
  readonly name: string
  /** One line: what is asked, of whom. */
  readonly meaning: string
  readonly parameters: P
  /** Throws ScenarioError for values that do not go together. */
  create(values: Values<P>, streams: RequestStreams): RequestFactory
}

/** Declares a kind of request; the identity, for its types. */
export const defineRequest = <const P extends Parameters>(kind: RequestKind<P>): RequestKind<P> => kind
