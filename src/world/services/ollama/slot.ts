// A slot of a runner: one sequence at a time, and the KV cache that the last one left. What two prompts share is known by
// name: requests of one `prefix` share the lesser of their `prefixTokens`. Where these are the whole prompt (a conversation's),
// the answer belongs to it too, and the next turn finds prompt and answer in the cache.
// Left out: sharing between slots, llama-server's cache of idle slots in memory, and prefixes of truncated or shifted contexts.

import type { Nanos } from '../../../units.ts'
import { fittingPrompt, outputLimit, shifted } from './context.ts'
import type { Generation } from './generation.ts'

/** A slot is chosen for its cache if this share of the prompt is found there [S]. */
const LEAST_SIMILARITY = 0.1

export class Slot {
  generation: Generation | undefined
  /** Tokens in the cache. */
  context = 0
  /** Prompt tokens that are still to be computed, and those of them in the step under way. */
  promptLeft = 0
  chunk = 0
  outputsLeft = 0
  usedAt: Nanos = -1
  #prefix: string | undefined
  /** Tokens at the beginning of the cache that are known by the prefix's name; Infinity: all there are. */
  #named = 0

  constructor(readonly numCtx: number) {}

  get generating(): boolean {
    return this.generation !== undefined && this.promptLeft === 0
  }

  /** Tokens of the prompt that are in the cache. */
  shared({ request: { prefix, prefixTokens = 0, promptTokens } }: Generation): number {
    const same = prefix !== undefined && prefix === this.#prefix && promptTokens < this.numCtx
    return same ? Math.min(prefixTokens, promptTokens, this.#named, this.context) : 0
  }

  /** Begins with a request. The last token of a prompt is computed in any case, for the first of the answer. */
  take(generation: Generation): void {
    const { prefix, prefixTokens = 0, promptTokens, outputTokens } = generation.request
    const fitting = fittingPrompt(promptTokens, this.numCtx)
    const cached = Math.min(this.shared(generation), fitting - 1)
    this.generation = generation
    this.context = cached
    this.promptLeft = fitting - cached
    this.outputsLeft = outputLimit(outputTokens, this.numCtx)
    this.#prefix = fitting === promptTokens ? prefix : undefined
    this.#named = prefixTokens < promptTokens ? prefixTokens : Number.POSITIVE_INFINITY
    generation.computed = fitting - cached
  }

  /** Computes its chunk of the prompt; true if that was the last and gave the first token. */
  read(): boolean {
    this.context += this.chunk
    this.promptLeft -= this.chunk
    this.chunk = 0
    if (this.promptLeft > 0) return false
    this.outputsLeft--
    this.generation!.generated = 1
    return true
  }

  generate(steps: number): void {
    this.context += steps
    this.outputsLeft -= steps
    this.generation!.generated += steps
  }

  /** How many steps it generates before something happens to it; shifts a full context. */
  stepsAhead(): number {
    if (this.context >= this.numCtx) {
      this.context = shifted(this.context)
      this.#prefix = undefined
    }
    return Math.min(this.outputsLeft, this.numCtx - this.context)
  }

  /** Ends; what it computed stays in the cache. */
  free(now: Nanos): void {
    this.generation = undefined
    this.promptLeft = 0
    this.chunk = 0
    this.usedAt = now
  }
}

/** The free slot whose cache holds most of the prompt, if that is enough of it; else the one unused for longest. */
export function chooseSlot(slots: readonly Slot[], generation: Generation): Slot | undefined {
  let best: Slot | undefined
  let most = LEAST_SIMILARITY * generation.request.promptTokens
  let oldest: Slot | undefined
  for (const slot of slots) {
    if (slot.generation) continue
    const shared = slot.shared(generation)
    if (shared > most) {
      best = slot
      most = shared
    }
    if (!oldest || slot.usedAt < oldest.usedAt) oldest = slot
  }
  return best ?? oldest
}
