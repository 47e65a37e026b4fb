// A call of one tool of an MCP server.

import type { ToolCallRequest } from '../../env/clients/mcp.ts'
import { map, text } from '../../parameters.ts'
import { defineRequest } from './request-kind.ts'

export const tool = defineRequest({
  name: 'tool',
  meaning: 'a call of a tool of an MCP server',
  parameters: {
    tool: text({ meaning: 'the name of the tool' }),
    arguments: map(text({ meaning: 'the value of an argument' }), {
      meaning: 'the arguments of the call',
      default: {},
    }),
  },
  create(values) {
    return (): ToolCallRequest => ({ kind: 'mcp.call', tool: values.tool, arguments: values.arguments })
  },
})
