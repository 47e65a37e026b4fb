// HTTP, as far as proxies and health checks look at it: a method, a path, a status. An answer with a status of 400 or more
// is a RefusedError with that status (RFC 9110).

import type { Message, Request } from '../env.ts'

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export type Method = (typeof METHODS)[number]

export interface HttpRequest extends Request<HttpReply> {
  readonly kind: 'http'
  readonly method: Method
  /** Such as `/api/agents/7`. */
  readonly path: string
  /** Who asks, as an API key tells. */
  readonly consumer?: string
}

export interface HttpReply extends Message {
  readonly kind: 'http.reply'
  /** Below 400. */
  readonly status: number
}

/** Whether a request may be sent twice and mean no more than once (RFC 9110, 9.2.2). */
export const isIdempotent = (method: Method): boolean => method !== 'POST' && method !== 'PATCH'
