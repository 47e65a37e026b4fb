import { expect, test } from 'vitest'
import type { UpsertRequest } from '../../../src/env/clients/vector.ts'
import { upsert } from '../../../src/workload/requests/upsert.ts'
import { drawn, streams } from './drawn.ts'

test('documents come one after the other, and after the last the first again', () => {
  const values = { batch: 2, from: 3, corpus: 6, dimension: 100 }
  const found = drawn<UpsertRequest>(upsert.create(values, streams('1')), 3)
  expect(found.map(({ ids }) => ids)).toEqual([
    [3, 4],
    [5, 0],
    [1, 2],
  ])
  expect(found[0]).toMatchObject({ kind: 'vector.upsert', bytes: 2000 })
})

test('a first document beyond the corpus is refused', () => {
  const values = { batch: 2, from: 6, corpus: 6, dimension: 100 }
  expect(() => upsert.create(values, streams('1'))).toThrow(
    /invalid from: 6; expected less than corpus, which is 6/,
  )
})
