import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Topology, topicMatches } from '../../../../src/world/services/rabbitmq/topology.ts'

function made(
  type: 'direct' | 'fanout' | 'topic',
  bindings: readonly (readonly [key: string, queue: string])[],
) {
  const topology = new Topology()
  topology.addExchange('x', { type, durable: true })
  for (const [key, queue] of bindings) {
    topology.addQueue(queue)
    topology.bind({ exchange: 'x', queue, key })
  }
  return topology
}

describe('exchanges', () => {
  test('the default one goes by the name of the queue, and to nobody else', () => {
    const topology = made('direct', [['k', 'q']])
    expect([topology.route('', 'q'), topology.route('', 'k')]).toEqual([['q'], []])
  })

  test('a direct one goes by the very key, to all that are bound with it', () => {
    const topology = made('direct', [
      ['k', 'a'],
      ['k', 'b'],
      ['other', 'c'],
    ])
    expect([topology.route('x', 'k'), topology.route('x', 'none')]).toEqual([['a', 'b'], []])
  })

  test('a fanout one goes to all, each once', () => {
    const topology = made('fanout', [
      ['k', 'a'],
      ['l', 'a'],
      ['', 'b'],
    ])
    expect(topology.route('x', 'whatever')).toEqual(['a', 'b'])
  })

  test('one that is not there, and those that always are', () => {
    const topology = made('direct', [])
    expect(topology.route('y', 'k')).toBe(undefined)
    expect(topology.route('amq.topic', 'k')).toEqual([])
  })

  test('a binding that comes later counts for keys that were routed before', () => {
    const topology = made('topic', [['a.*', 'one']])
    expect(topology.route('x', 'a.b')).toEqual(['one'])
    topology.addQueue('two')
    expect(topology.bind({ exchange: 'x', queue: 'two', key: '#' })).toBe(true)
    expect(topology.bind({ exchange: 'x', queue: 'two', key: '#' })).toBe(false)
    expect(topology.route('x', 'a.b')).toEqual(['one', 'two'])
  })
})

describe('topics', () => {
  const examples: readonly (readonly [pattern: string, key: string, matches: boolean])[] = [
    // The tutorial's: <speed>.<colour>.<species>
    ['*.orange.*', 'quick.orange.rabbit', true],
    ['*.*.rabbit', 'quick.orange.rabbit', true],
    ['lazy.#', 'lazy.orange.elephant', true],
    ['*.orange.*', 'lazy.brown.fox', false],
    ['*.orange.*', 'orange', false],
    ['*.orange.*', 'quick.orange.new.rabbit', false],
    ['lazy.#', 'lazy.orange.new.rabbit', true],
    ['lazy.#', 'lazy', true],
    ['#', '', true],
    ['*', '', false],
    ['#.*', 'a', true],
    ['a.#.b.#.c', 'a.x.b.y.b.c', true],
    ['a.#.b.#.c', 'a.b.x', false],
  ]
  for (const [pattern, key, matches] of examples)
    test(`${pattern} ${matches ? 'fits' : 'does not fit'} "${key}"`, () => {
      expect(made('topic', [[pattern, 'q']]).route('x', key)).toEqual(matches ? ['q'] : [])
    })

  test('fit as the regular expression does that says the same', () => {
    const word = fc.constantFrom('a', 'b')
    const pattern = fc.array(fc.constantFrom('a', 'b', '*', '#'), { maxLength: 6 })
    const asExpression = (words: readonly string[]) => {
      const parts = words.map((each) => (each === '#' ? '(?:[ab];)*' : each === '*' ? '[ab];' : `${each};`))
      return new RegExp(`^${parts.join('')}$`)
    }
    fc.assert(
      fc.property(pattern, fc.array(word, { maxLength: 8 }), (words, key) => {
        const text = key.map((each) => `${each};`).join('')
        expect(topicMatches(words, key)).toBe(asExpression(words).test(text))
      }),
      { numRuns: 2000 },
    )
  })
})
