// The models a scenario can name without describing them, and how a scenario describes its own or mends ours.
// Weights are the sizes of the files; the KV cache of a token is 2 · layers · KV heads · head dimension · 2 bytes (f16).

import { ScenarioError, unknownName } from '../../../errors.ts'
import { bytes, map, optional, rate, record, type Values } from '../../../parameters.ts'
import { GiB, KiB } from '../../../units.ts'

export interface Model {
  readonly name: string
  /** Size of the file, which is read at each load and once a step, bytes. */
  readonly weights: number
  /** KV cache of one token, bytes. */
  readonly kvPerToken: number
  /** Prompt tokens a second on 12 cores of nominal speed, where the cores are the limit. */
  readonly promptRate: number
}

const model = (name: string, weightsGiB: number, kvKiB: number, promptRate: number): Model => ({
  name,
  weights: Math.round(weightsGiB * GiB),
  kvPerToken: kvKiB * KiB,
  promptRate,
})

/** Weights and KV caches [S] from the files' headers; prompt rates [G], to be calibrated (an Arm of 12 cores does 0.33 to 0.4 of them [P]). */
export const MODELS: readonly Model[] = [
  // Q4_K_M; generates 40.4 tokens/s and reads 194 on a 12-core Arm [P].
  model('tinyllama:1.1b', 0.62, 22, 580),
  // Q4_K_M; 16.5 and 81 tokens/s on a 12-core Arm [P].
  model('llama3.2:3b', 1.87, 112, 200),
  // Q4_K_M.
  model('qwen2.5-coder:7b', 4.36, 56, 85),
  // Q4_K_M; generates 7.6 tokens/s on a 12-core Arm [P].
  model('llama3.1:8b', 4.58, 128, 80),
  // Q4_0, no grouped-query attention; generates 4.17 tokens/s on a 12-core Arm [P].
  model('llama2:13b', 6.86, 800, 50),
]

/** What a scenario may name as a model where it describes none itself. */
export const MODEL_NAMES: readonly string[] = MODELS.map(({ name }) => name)

const fields = {
  weights: optional(bytes({ meaning: 'size of the model’s file', min: 1 })),
  kvPerToken: optional(
    bytes({ meaning: 'KV cache of one token: 2 · layers · KV heads · head dimension · 2 bytes' }),
  ),
  promptRate: optional(
    rate({ meaning: 'prompt tokens a second on 12 cores of nominal speed', min: 0.001, max: 1e9 }),
  ),
} as const

export const modelsParameter = map(
  record(fields, { meaning: 'a model; what is left out is the known model’s' }),
  {
    meaning: `models by name: others than the known ones (${MODEL_NAMES.join(', ')}), or figures of these`,
    default: {},
  },
)

/** The known models with a scenario's own over them. ScenarioError where a new one lacks a figure. */
export function modelsWith(own: Readonly<Record<string, Values<typeof fields>>>): ReadonlyMap<string, Model> {
  const models = new Map(MODELS.map((model) => [model.name, model]))
  const mistakes = []
  for (const [name, given] of Object.entries(own)) {
    const known = models.get(name)
    const weights = given.weights ?? known?.weights
    const kvPerToken = given.kvPerToken ?? known?.kvPerToken
    const promptRate = given.promptRate ?? known?.promptRate
    if (weights === undefined || kvPerToken === undefined || promptRate === undefined)
      mistakes.push({
        ...unknownName('model', name, MODEL_NAMES),
        hint: 'a model of your own needs weights, kv-per-token and prompt-rate',
      })
    else
      models.set(name, { name, weights: Math.round(weights), kvPerToken: Math.round(kvPerToken), promptRate })
  }
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return models
}
