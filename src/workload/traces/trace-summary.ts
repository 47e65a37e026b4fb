// A first pass over a trace, in flat memory: is all of it right, and what is it like? For `check` and `plan`.

import { type Mistake, ScenarioError } from '../../errors.ts'
import type { Nanos } from '../../units.ts'
import { TokenHistogram } from './token-histogram.ts'
import type { TraceReader, TraceRow } from './trace-reader.ts'

/** Lengths in tokens, to 0.2 %. */
export interface Lengths {
  readonly p50: number
  readonly p99: number
}

/** Times are the trace's own, before any slow-down. */
export interface TraceSummary {
  readonly requests: number
  /** From the first request to the last. */
  readonly duration: Nanos
  /** Requests per second: gaps by duration; NaN where all came at once. */
  readonly meanRate: number
  /** Standard deviation of the gaps by their mean: 1 for Poisson, more for bursts; NaN where all came at once. */
  readonly cv: number
  /** Absent where the trace does not tell. */
  readonly promptTokens?: Lengths
  readonly outputTokens?: Lengths
}

/** So many mistakes are named at once. */
const MAX_MISTAKES = 20

/** Reads the trace to its end. Throws ScenarioError with the first 20 mistakes, if there are any. */
export function summariseTrace(reader: TraceReader): TraceSummary {
  const promptTokens = new TokenHistogram()
  const outputTokens = new TokenHistogram()
  const mistakes: Mistake[] = []
  let last: Nanos | undefined
  let gaps = 0
  let mean = 0
  let squares = 0
  while (mistakes.length < MAX_MISTAKES) {
    const row = nextRow(reader, mistakes)
    if (row === undefined) break
    if (row === MISTAKEN) continue
    if (row.promptTokens !== undefined) promptTokens.add(row.promptTokens)
    if (row.outputTokens !== undefined) outputTokens.add(row.outputTokens)
    if (last !== undefined) {
      // Welford: exact enough whatever the ratio of the longest gap to the shortest.
      const gap = row.at - last
      const off = gap - mean
      mean += off / ++gaps
      squares += off * (gap - mean)
    }
    last = row.at
  }
  reader.close()
  if (mistakes.length > 0) throw new ScenarioError(mistakes.slice(0, MAX_MISTAKES))
  const duration = last ?? 0
  return {
    requests: gaps + 1,
    duration,
    meanRate: duration > 0 ? (gaps / duration) * 1e9 : Number.NaN,
    cv: duration > 0 ? Math.sqrt(squares / gaps) / mean : Number.NaN,
    ...(promptTokens.count === 0 ? {} : { promptTokens: lengthsOf(promptTokens) }),
    ...(outputTokens.count === 0 ? {} : { outputTokens: lengthsOf(outputTokens) }),
  }
}

const MISTAKEN = Symbol('a row with mistakes')

/** Notes the mistakes of a row that is wrong, so that those of the next ones are found too. */
function nextRow(reader: TraceReader, mistakes: Mistake[]): TraceRow | undefined | typeof MISTAKEN {
  try {
    return reader.next()
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    mistakes.push(...error.mistakes)
    return MISTAKEN
  }
}

const lengthsOf = (tokens: TokenHistogram): Lengths => ({
  p50: tokens.quantile(0.5),
  p99: tokens.quantile(0.99),
})
