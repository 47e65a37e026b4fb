// A request to a machine learning service outside: so many tokens in, so many out.

import type { InferRequest } from '../../env/clients/ml.ts'
import { createDistribution } from '../../kernel/distributions/registry.ts'
import type { RandomStream } from '../../kernel/random.ts'
import { type DistributionSpec, distribution, optional, tokens } from '../../parameters.ts'
import { defineRequest } from './request-kind.ts'

const AZURE = 'Azure LLM inference trace 2023, conversations: median and p99'

/** Bytes of a token, and of what is around them. */
const TOKEN_BYTES = 4
const HTTP_BYTES = 500

export const infer = defineRequest({
  name: 'infer',
  meaning: 'a prompt to a machine learning service outside; the rows of a trace say the lengths',
  parameters: {
    promptTokens: distribution('tokens', {
      meaning: 'length of a prompt; at least 1',
      default: { kind: 'lognormal', median: 1020, p99: 4142 },
      source: AZURE,
    }),
    outputTokens: distribution('tokens', {
      meaning: 'length of an answer; at least 1',
      default: { kind: 'lognormal', median: 129, p99: 601 },
      source: AZURE,
    }),
    maxTokens: optional(
      tokens({
        meaning: 'longest answer asked for: limits count it, and no answer is longer. Left out: none',
        min: 1,
      }),
    ),
  },
  create({ promptTokens, outputTokens, maxTokens }, streams) {
    const prompt = lengths(promptTokens, streams('prompt-tokens'))
    const output = lengths(outputTokens, streams('output-tokens'))
    return (row): InferRequest => {
      const promptTokens = row?.promptTokens === undefined ? prompt() : Math.max(1, row.promptTokens)
      const wanted = row?.outputTokens === undefined ? output() : Math.max(1, row.outputTokens)
      return {
        kind: 'ml.infer',
        promptTokens,
        outputTokens: Math.min(wanted, maxTokens ?? wanted),
        bytes: HTTP_BYTES + TOKEN_BYTES * promptTokens,
        ...(maxTokens === undefined ? {} : { maxTokens }),
      }
    }
  },
})

function lengths(spec: DistributionSpec, random: RandomStream): () => number {
  const distribution = createDistribution(spec, 'tokens')
  return () => Math.max(1, Math.round(distribution.sample(random)))
}
