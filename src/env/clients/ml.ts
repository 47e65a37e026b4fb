// Requests and replies of a machine learning service outside, paid and limited by the token.

import type { Message, Request } from '../env.ts'

export interface InferRequest extends Request<InferReply> {
  readonly kind: 'ml.infer'
  readonly promptTokens: number
  /** How many tokens the model will answer. */
  readonly outputTokens: number
  /** What the limit counts in place of the answer, as its length is not known before. */
  readonly maxTokens?: number
}

export interface InferReply extends Message {
  readonly kind: 'ml.inferred'
  readonly promptTokens: number
  readonly outputTokens: number
}
