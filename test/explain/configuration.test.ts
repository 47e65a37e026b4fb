import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  changesBetween,
  type Data,
  decisive,
  filledIn,
  pathText,
  singleVariant,
  valuesText,
  valueText,
  withChanges,
} from '../../src/explain/configuration.ts'

const data = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(1, 2, 'x', true),
      fc.dictionary(fc.constantFrom('kind', 'p', 'q'), tie('value'), { minKeys: 1 }),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  })).value,
) as fc.Arbitrary<Data>

describe('changes', () => {
  test('all put into A make B, and all taken out of B make A, whatever the two are', () => {
    fc.assert(
      fc.property(data, data, (a, b) => {
        const changes = changesBetween(a, b)
        expect(withChanges(a, changes, 'b')).toEqual(b)
        expect(withChanges(b, changes, 'a')).toEqual(a)
      }),
    )
  })

  test('of one scenario with itself there are none', () => {
    fc.assert(
      fc.property(data, (a) => {
        expect(changesBetween(a, structuredClone(a))).toEqual([])
      }),
    )
  })

  const paths = (a: Data, b: Data) => changesBetween(a, b).map(({ path }) => pathText(path))

  test('are as deep as they can be told apart', () => {
    expect(
      paths(
        { services: { redis: { kind: 'redis', threads: 1 } }, faults: [{ at: '1s' }, { at: '2s' }] },
        { services: { redis: { kind: 'redis', threads: 2 } }, faults: [{ at: '1s' }, { at: '3s' }] },
      ),
    ).toEqual(['services.redis.threads', 'faults.1.at'])
  })

  test('another kind, another length, a part more and the cost of an operation are one change each', () => {
    expect(paths({ x: { kind: 'a', p: 1 } }, { x: { kind: 'b', p: 2 } })).toEqual(['x'])
    expect(paths({ x: [1, 2] }, { x: [3] })).toEqual(['x'])
    expect(paths({ x: {} }, { x: { more: { p: 1, q: 2 } } })).toEqual(['x.more'])
    const costs = (ns: number) => ({
      costs: {
        table: {
          entries: {
            'queen/job': {
              growth: '1',
              points: [
                [1, ns],
                [2, ns],
              ],
            },
          },
        },
      },
    })
    expect(paths(costs(1), costs(2))).toEqual(['costs.table.entries.queen/job'])
  })

  test('are none of what no run hangs on', () => {
    expect(decisive({ name: 'x', title: 'y', expect: [], claims: [], matrix: {}, hosts: 1 })).toEqual({
      hosts: 1,
    })
  })
})

test('one variant of a matrix has its values where the axes lead', () => {
  const written = {
    matrix: { slots: [1, 2], 'services.proxy.count': [1, 2] },
    parameters: { slots: 1 },
    services: {},
  }
  expect(singleVariant(written, { slots: 2, 'services.proxy.count': 3 }, ['slots'])).toEqual({
    parameters: { slots: 2 },
    services: { proxy: { count: 3 } },
  })
})

test('what a parameter in a value stands for is told with a change, as each side has it', () => {
  const side = (text: string, n: number) => ({ parameters: { n }, network: { latency: text } })
  const [a, b] = [side(`\${2 * n}ms`, 3), side('9ms', 3)]
  const [change] = filledIn(changesBetween(a, b), a, b)
  expect(valuesText(change!)).toBe('6ms → 9ms')
  expect(withChanges(b, [change!], 'a')).toEqual(a)
  const [unknown] = filledIn(changesBetween(side(`\${m}ms`, 3), b), side(`\${m}ms`, 3), b)
  expect(valuesText(unknown!)).toBe(`\${m}ms → 9ms`)
})

test('values are told in words', () => {
  expect([undefined, '50ms', 3, { kind: 'none' }].map((value) => valueText(value))).toEqual([
    'left out',
    '50ms',
    '3',
    '{"kind":"none"}',
  ])
  expect(
    valueText({ kind: 'queue', on: 'box', servers: 1, service: { kind: 'exponential', mean: '3s' } }),
  ).toBe('a mapping of kind queue')
})
