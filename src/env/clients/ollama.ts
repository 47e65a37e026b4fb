// Requests and replies of Ollama's HTTP API, as far as coordinators use it (docs/api.md of ollama/ollama).

import type { Nanos } from '../../units.ts'
import type { Message, Request } from '../env.ts'

/** `/api/generate` and `/api/chat`. */
export interface GenerateRequest extends Request<GenerateReply> {
  readonly kind: 'ollama.generate'
  readonly model: string
  readonly promptTokens: number
  /** How many tokens the model will answer, unless the context ends it. */
  readonly outputTokens: number
  /** A streamed answer begins with its first token; an unstreamed one is silent until its end. Default true. */
  readonly stream?: boolean
  /** Requests of one conversation, or with one system prompt, share a prefix of `prefixTokens`. */
  readonly prefix?: string
  readonly prefixTokens?: number
  /** Runner options; any difference to the loaded runner forces a reload. */
  readonly numCtx?: number
  readonly numThread?: number
  /** Overrides the server's keep-alive; negative: for ever; 0: unload after the reply. */
  readonly keepAlive?: Nanos
}

/** The last line of the answer. */
export interface GenerateReply extends Message {
  readonly kind: 'ollama.generated'
  readonly model: string
  readonly totalDuration: Nanos
  /** Includes the pending queue; the wait for a slot appears only in the total. */
  readonly loadDuration: Nanos
  /** Prompt tokens computed (a cached prefix is not computed again). */
  readonly promptEvalCount: number
  readonly promptEvalDuration: Nanos
  readonly evalCount: number
  readonly evalDuration: Nanos
  /** From the request's arrival to its first token. */
  readonly firstTokenAfter: Nanos
}

/** `/api/ps`. */
export interface ListRunningRequest extends Request<ListRunningReply> {
  readonly kind: 'ollama.ps'
}

export interface ListRunningReply extends Message {
  readonly kind: 'ollama.running'
  readonly models: readonly {
    readonly name: string
    readonly sizeBytes: number
    readonly contextLength: number
    /** Nanoseconds since the run began; Infinity: never. */
    readonly expiresAt: Nanos
  }[]
}

export type OllamaRequest = GenerateRequest | ListRunningRequest
