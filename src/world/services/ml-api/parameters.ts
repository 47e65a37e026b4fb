// What can be set on a machine learning service outside, and what it observes.

import {
  count,
  distribution,
  duration,
  number,
  optional,
  ratio,
  tokens,
  type Values,
} from '../../../parameters.ts'
import { ms, seconds } from '../../../units.ts'

export const parameters = {
  latency: distribution('ns', {
    meaning: 'time to an answer, besides that for its tokens',
    default: { kind: 'lognormal', mean: ms(2745), cv: 0.7 },
    source: 'MB-08: 2745 ms on average; [G] the tail: p95 6.4 s, p99 9.8 s',
  }),
  promptTime: duration({
    meaning: 'time for each token of the prompt',
    default: 0,
    source: '[G] in latency, as MB-08 tells no tokens',
  }),
  outputTime: duration({
    meaning: 'time for each token of the answer',
    default: 0,
    source: '[G] in latency; 10 to 30 ms where models are large',
  }),
  requestsPerMinute: count({
    meaning: 'requests taken a minute; more get 429 with Retry-After. 0: no limit',
    default: 0,
    source: '[G] MB-08 tells of none; [P] 500 for GPT-4o in tier 1',
  }),
  requestBurst: optional(
    count({
      meaning: 'requests taken at once; left out: those of a minute',
      min: 1,
      source: '[P] OpenAI; Anthropic may enforce 60 a minute as 1 a second',
    }),
  ),
  tokensPerMinute: tokens({
    meaning: 'tokens taken a minute, of the prompt and the answer (or max-tokens). 0: no limit',
    default: 0,
    source: '[G] MB-08 tells of none; [P] 30,000 for GPT-4o in tier 1',
  }),
  tokenBurst: optional(
    tokens({
      meaning:
        'tokens taken at once; left out: those of a minute. More in one request get 429 without Retry-After',
      min: 1,
    }),
  ),
  retryAfterUnit: duration({
    meaning: 'Retry-After is rounded up to whole ones of these',
    default: seconds(1),
    min: 1,
    source: 'RFC 9110: Retry-After is in whole seconds',
  }),
  concurrency: count({
    meaning: 'requests in hand at once; more get 429. 0: no limit',
    default: 0,
    source: '[G]',
  }),
  errorRate: ratio({
    meaning: 'share of the requests taken that end in 500',
    default: 0,
    source: '[G] a few in a thousand',
  }),
  errorTime: distribution('ns', {
    meaning: 'time to such an end',
    default: { kind: 'constant', value: ms(500) },
    source: '[G]',
  }),
  slowFactor: number({
    meaning: 'how many times longer an answer takes under the fault slow',
    default: 10,
    min: 1,
    source: '[G]',
  }),
  promptPrice: number({
    meaning: 'price of a million tokens of prompts',
    default: 2.5,
    min: 0,
    source: '[G] dollars; a large model of 2025',
  }),
  outputPrice: number({
    meaning: 'price of a million tokens of answers',
    default: 10,
    min: 0,
    source: '[G] dollars; a large model of 2025',
  }),
} as const

export type MlApiValues = Values<typeof parameters>

export const metrics = {
  latency: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time from the arrival of a request to its answer',
  },
  admitted: { observed: 'count', unit: 'count', better: 'neither', meaning: 'requests taken' },
  tokens: {
    observed: 'count',
    unit: 'tokens',
    better: 'neither',
    meaning: 'tokens that the limit has counted, of requests taken',
  },
  limited: { observed: 'count', unit: 'count', better: 'lower', meaning: 'requests refused with 429' },
  failed: { observed: 'count', unit: 'count', better: 'lower', meaning: 'requests that ended in 5xx' },
  'retry-after': { observed: 'value', unit: 'ns', better: 'lower', meaning: 'what Retry-After said' },
  spend: {
    observed: 'count',
    unit: 'number',
    better: 'lower',
    meaning: 'price of the tokens: of the prompts of requests taken, and of their answers',
  },
} as const
