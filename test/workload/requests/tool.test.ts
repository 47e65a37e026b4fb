import { expect, test } from 'vitest'
import { tool } from '../../../src/workload/requests/tool.ts'
import { streams } from './drawn.ts'

test('a call names its tool and carries its arguments', () => {
  const next = tool.create({ tool: 'agent_spawn', arguments: { type: 'coder' } }, streams('1'))
  expect(next()).toEqual({ kind: 'mcp.call', tool: 'agent_spawn', arguments: { type: 'coder' } })
})
