// Requests and replies of an MCP server: tools/call as JSON-RPC 2.0, alone or as a batch.

import type { Message, Request } from '../env.ts'

export interface ToolCall {
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
}

export interface ToolCallRequest extends Request<ToolResult>, ToolCall {
  readonly kind: 'mcp.call'
}

/** A JSON-RPC batch: one message, one reply with the results in the calls' order. */
export interface ToolBatchRequest extends Request<ToolBatchResult> {
  readonly kind: 'mcp.batch'
  readonly calls: readonly ToolCall[]
}

/** Opens a connection (TCP, TLS, `initialize`); a client without a pool pays it for each call. */
export interface ConnectRequest extends Request<Message> {
  readonly kind: 'mcp.connect'
}

export interface ToolResult extends Message {
  readonly kind: 'mcp.result'
  readonly tool: string
  readonly content: unknown
  /** In a batch: what JSON-RPC says of a call that could not be made; there is no content then. */
  readonly error?: { readonly code: number; readonly message: string }
}

export interface ToolBatchResult extends Message {
  readonly kind: 'mcp.batch-result'
  readonly results: readonly ToolResult[]
}

export type McpRequest = ToolCallRequest | ToolBatchRequest | ConnectRequest
