import { expect, test } from 'vitest'
import { requests } from '../../../src/workload/requests/registry.ts'

test('the registry holds every kind under its own name', () => {
  for (const [name, kind] of Object.entries(requests)) expect(kind.name).toBe(name)
  expect(Object.keys(requests)).toEqual(['generate', 'job', 'redis', 'tool'])
})
