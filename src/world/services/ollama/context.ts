// What fits the context of a slot, as Ollama's llm/llama_server.go and llama.cpp's context shift have it.

/** The first tokens that neither truncation nor shift discards: num_keep's default. */
const NUM_KEEP = 4

/** Ollama bounds generation by so many contexts. */
const OUTPUT_CONTEXTS = 10

const discarded = (tokens: number): number => Math.max(1, Math.floor((tokens - NUM_KEEP) / 2))

/** The least context Ollama takes. */
export const LEAST_CONTEXT = 4

/** What is left of a prompt: all, if a place for the answer is left; else its beginning and its latter half. */
export const fittingPrompt = (promptTokens: number, numCtx: number): number =>
  promptTokens < numCtx ? promptTokens : numCtx - discarded(numCtx)

/** How many tokens are generated at most. */
export const outputLimit = (outputTokens: number, numCtx: number): number =>
  Math.min(Math.max(1, outputTokens), OUTPUT_CONTEXTS * numCtx)

/** A full context after its shift. The shift itself takes no time here. */
export const shifted = (context: number): number => context - discarded(context)

/** num_batch where it is not set, by all slots' context together. */
export const automaticBatch = (totalContext: number): number =>
  totalContext > 32_768 ? 2048 : totalContext > 4096 ? 1024 : 512
