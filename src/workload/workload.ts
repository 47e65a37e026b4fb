// What the clients of a scenario ask, and when: arrivals of some kind, or a trace of what was once asked, and a kind of request.
// Arrivals and every property of a request have random streams of their own: a change of one leaves the others as they were.

import type { Request } from '../env/env.ts'
import { type Mistake, ScenarioError } from '../errors.ts'
import { createDistribution, type Distribution } from '../kernel/distributions/registry.ts'
import type { RandomStreams } from '../kernel/random.ts'
import {
  choice,
  count,
  duration,
  kind,
  number,
  optional,
  record,
  reference,
  text,
  type Values,
} from '../parameters.ts'
import { minutes, type Nanos } from '../units.ts'
import { LAST } from './arrivals/arrival-clock.ts'
import type { closed } from './arrivals/closed.ts'
import { arrivals } from './arrivals/registry.ts'
import { requests } from './requests/registry.ts'
import type { RequestFactory } from './requests/request-kind.ts'
import type { TraceFile } from './traces/trace-file.ts'
import { type TraceOptions, TraceReader } from './traces/trace-reader.ts'
import { TIME_UNITS } from './traces/trace-time.ts'

const column = (meaning: string) => optional(text({ meaning }))

export const workloadParameters = {
  target: reference('any', { meaning: 'whom the clients ask' }),
  request: kind(requests, { meaning: 'what they ask' }),
  timeout: duration({
    meaning: 'after what time without the whole answer a client gives up',
    default: minutes(10),
    source: '[G] the 600 s of common agent clients (litellm#10180)',
  }),
  arrivals: optional(kind(arrivals, { meaning: 'when they ask; or else a trace says' })),
  trace: optional(text({ meaning: 'path of a CSV file of requests to replay, instead of arrivals' })),
  columns: optional(
    record(
      {
        at: text({ meaning: 'column of the time of a request' }),
        promptTokens: column('column of the length of the prompt'),
        outputTokens: column('column of the length of the answer'),
        prefix: column('column that names the conversation; its requests share prefix-tokens'),
      },
      {
        meaning:
          "of a trace: which column says what; left out, Azure's TIMESTAMP, ContextTokens, GeneratedTokens",
      },
    ),
  ),
  timeUnit: optional(
    choice(TIME_UNITS, {
      meaning: 'of a trace: what its times are in; s if columns are given, else timestamp',
    }),
  ),
  slowDown: number({
    meaning: 'of a trace: its times are multiplied by this; 40: arrivals are 40 times slower',
    default: 1,
    min: 1e-6,
  }),
  skip: count({ meaning: 'of a trace: how many requests at its beginning to leave out', default: 0 }),
  limit: optional(count({ meaning: 'of a trace: how many requests to replay at most', min: 1 })),
}

export type WorkloadValues = Values<typeof workloadParameters>

/** Opens a trace by the path that the scenario gives; messages name it as the file calls itself. */
export type OpenTrace = (path: string) => TraceFile

/** What is asked, one request after the other. */
export interface RequestSource {
  /** The next arrival, not before `now`; `undefined`: no more come, or the clients are a closed loop. */
  next(now: Nanos): { readonly at: Nanos; readonly request: Request<unknown> } | undefined
  /** A closed loop, which the caller drives. */
  readonly closed?: {
    readonly clients: number
    /** Nanoseconds, not rounded. */
    readonly think: Distribution
    request(): Request<unknown>
  }
  /** Lets go of the trace, for a run that ends before it does; does nothing twice, or without a trace. */
  close(): void
}

/** Makes the source of requests that the values (of `workloadParameters`, checked) describe. Throws ScenarioError where they contradict. */
export function createSource(
  given: Readonly<Record<string, unknown>>,
  streams: Pick<RandomStreams, 'stream'>,
  openTrace: OpenTrace,
): RequestSource {
  const values = given as WorkloadValues
  const mistakes = contradictions(values)
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  const request = requests[values.request.kind]!.create(values.request.values, (purpose) =>
    streams.stream(`workload/${purpose}`),
  )
  if (values.trace !== undefined)
    return replay(new TraceReader(openTrace(values.trace), traceOptions(values)), values.slowDown, request)
  const { kind: name, values: terms } = values.arrivals!
  const arrivalKind = arrivals[name]!
  if (arrivalKind.closed) return loop(terms as Values<typeof closed.parameters>, request)
  const process = arrivalKind.create(terms, streams.stream('workload/arrivals'))
  return {
    next(now) {
      const at = process.next(now)
      return at === undefined ? undefined : { at, request: request() }
    },
    close() {},
  }
}

/** How the trace of these values is to be read. */
export const traceOptions = ({ columns, timeUnit, skip, limit }: WorkloadValues): TraceOptions => ({
  columns,
  timeUnit,
  skip,
  limit,
})

function replay(reader: TraceReader, slowDown: number, request: RequestFactory): RequestSource {
  return {
    next(now) {
      const row = reader.next()
      if (!row) return undefined
      const at = Math.round(row.at * slowDown)
      if (at <= LAST) return { at: Math.max(at, now), request: request(row) }
      reader.close()
      return undefined
    },
    close: () => reader.close(),
  }
}

const loop = (
  { clients, think }: Values<typeof closed.parameters>,
  request: RequestFactory,
): RequestSource => ({
  next: () => undefined,
  closed: { clients, think: createDistribution(think), request: () => request() },
  close() {},
})

/** Exactly one of arrivals and trace: neither has precedence, so that what is written is what is run. */
function contradictions(values: WorkloadValues): Mistake[] {
  const { arrivals, trace } = values
  if (arrivals && trace !== undefined)
    return [
      {
        message: 'workload has both arrivals and a trace; expected one of them',
        hint: 'delete one: --set workload.arrivals=null replays the trace, --set workload.trace=null keeps the arrivals',
      },
    ]
  if (!arrivals && trace === undefined)
    return [
      {
        message: 'workload has neither arrivals nor a trace; expected one of them',
        hint: 'such as arrivals: { kind: poisson, rate: 5/s } or trace: ../traces/small.csv',
      },
    ]
  if (trace !== undefined) return []
  const ofTraces = {
    columns: values.columns !== undefined,
    'time-unit': values.timeUnit !== undefined,
    'slow-down': values.slowDown !== 1,
    skip: values.skip !== 0,
    limit: values.limit !== undefined,
  }
  return Object.entries(ofTraces).flatMap(([name, set]) =>
    set
      ? [
          {
            message: `workload has ${name}, which is of a trace, and arrivals; expected ${name} with a trace only`,
            hint: `delete it (--set workload.${name}=null), or name a trace instead of arrivals`,
          },
        ]
      : [],
  )
}
