// A prompt to a language model, as Ollama's /api/generate and /api/chat take it: so many tokens in, so many out.
// The default lengths are those of the conversations in Azure's trace of 2023, as far as a lognormal can say them.

import type { GenerateRequest } from '../../env/clients/ollama.ts'
import { ScenarioError } from '../../errors.ts'
import { createDistribution } from '../../kernel/distributions/registry.ts'
import { weighted } from '../../kernel/distributions/weighted.ts'
import type { RandomStream } from '../../kernel/random.ts'
import {
  count,
  type DistributionSpec,
  distribution,
  duration,
  flag,
  list,
  number,
  optional,
  record,
  text,
  tokens,
} from '../../parameters.ts'
import { minutes } from '../../units.ts'
import { defineRequest } from './request-kind.ts'

const AZURE = 'Azure LLM inference trace 2023, conversations: median and p99'

const numCtx = optional(
  count({ meaning: 'context length asked for; another than the loaded one forces a reload', min: 1 }),
)

export const generate = defineRequest({
  name: 'generate',
  meaning: 'a prompt to a model of Ollama; the rows of a trace say the lengths',
  parameters: {
    model: optional(text({ meaning: 'the model; or several, by models' })),
    models: optional(
      list(
        record(
          {
            name: text({ meaning: 'the model' }),
            weight: number({ meaning: 'how often it is asked, relative to the others', default: 1, min: 0 }),
            numCtx,
          },
          { meaning: 'one of the models' },
        ),
        { meaning: 'the models, one of which is drawn for each request', max: 1000 },
      ),
    ),
    promptTokens: distribution('tokens', {
      meaning: 'length of a prompt, its prefix included; at least 1',
      default: { kind: 'lognormal', median: 1020, p99: 4142 },
      source: AZURE,
    }),
    outputTokens: distribution('tokens', {
      meaning: 'length of an answer; at least 1',
      default: { kind: 'lognormal', median: 129, p99: 601 },
      source: AZURE,
    }),
    prefixTokens: tokens({
      meaning: 'how much of its beginning a prompt shares with the others of its conversation',
      default: 0,
    }),
    conversations: count({
      meaning: 'how many different prefixes there are, equally likely, where no trace names them',
      default: 1,
      min: 1,
    }),
    stream: flag({
      meaning: 'whether the answer comes token by token, or at once at its end',
      default: true,
    }),
    numCtx,
    numThread: optional(count({ meaning: 'threads asked for', min: 1 })),
    keepAlive: optional(
      duration({
        meaning: "overrides the server's keep-alive; negative: for ever, 0: unload after the reply",
        min: -minutes(1),
      }),
    ),
  },
  create(values, streams) {
    const draw = modelsOf(values.model, values.models, streams('model'))
    const promptTokens = lengths(values.promptTokens, streams('prompt-tokens'))
    const outputTokens = lengths(values.outputTokens, streams('output-tokens'))
    const conversation = streams('conversation')
    const { prefixTokens, conversations, stream, numThread, keepAlive } = values
    return (row) => {
      const model = draw()
      const numCtx = model.numCtx ?? values.numCtx
      const prompt = row?.promptTokens === undefined ? promptTokens() : Math.max(1, row.promptTokens)
      const request: GenerateRequest = {
        kind: 'ollama.generate',
        model: model.name,
        promptTokens: prompt,
        outputTokens: row?.outputTokens === undefined ? outputTokens() : Math.max(1, row.outputTokens),
        stream,
        ...(numCtx === undefined ? {} : { numCtx }),
        ...(numThread === undefined ? {} : { numThread }),
        ...(keepAlive === undefined ? {} : { keepAlive }),
      }
      if (prefixTokens === 0) return request
      const prefix = row?.prefix ?? `conversation ${conversation.integer(conversations)}`
      return { ...request, prefix, prefixTokens: Math.min(prefixTokens, prompt) }
    }
  },
})

interface Model {
  readonly name: string
  readonly numCtx?: number | undefined
}

function modelsOf(
  model: string | undefined,
  models: readonly (Model & { readonly weight: number })[] | undefined,
  random: RandomStream,
): () => Model {
  if ((model === undefined) === (models === undefined))
    throw new ScenarioError(
      `${model === undefined ? 'missing' : 'both'} model ${model === undefined ? 'or' : 'and'} models; expected one of them`,
    )
  if (!models) return () => ({ name: model! })
  if (models.length === 0)
    throw new ScenarioError('invalid models: none; expected at least one { name, weight }')
  const mix = weighted(models.map(({ weight }) => weight))
  return () => models[mix.draw(random)]!
}

function lengths(spec: DistributionSpec, random: RandomStream): () => number {
  const distribution = createDistribution(spec, 'tokens')
  return () => Math.max(1, Math.round(distribution.sample(random)))
}
