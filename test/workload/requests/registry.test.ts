import { expect, test } from 'vitest'
import { requests } from '../../../src/workload/requests/registry.ts'

test('the registry holds every kind under its own name, in their order', () => {
  for (const [name, kind] of Object.entries(requests)) expect(kind.name).toBe(name)
  expect(Object.keys(requests)).toEqual(Object.keys(requests).toSorted())
})
