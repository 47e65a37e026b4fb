// Regressions planted in our own coordinators, from the patch to the annotation, as a pull request would bring them: what the gate says of
// them against the commit before, or against the baseline that was accepted there, and the whole of what `explain` says.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Explanation } from '../../src/explain/explanation.ts'
import { whyLines } from '../../src/report/why.ts'
import { copiedRepository } from './repository.ts'

const MINUTES = 300_000

/** One variant of one of our scenarios, and its threshold; line 4 is what the annotation is to point at. */
const scenario = (name: string, parent: string, matrix: string): string =>
  `extends: ollamamax/${parent}.yaml
name: ${name}
matrix: ${matrix}
gate: { latency.mean: { worse-by: 2% } }
claims: []
`
const BULK = 'scenarios/planted-bulk.yaml'
const LOCK = 'scenarios/planted-lock.yaml'
const STATE = 'src/coordination/state/sharded-state.ts'

const repository = copiedRepository({
  [BULK]: scenario('planted-bulk', 'shard-bulk', '{ masters: [1], operations: [10] }'),
  [LOCK]: scenario('planted-lock', 'hybrid', '{ topology: [hierarchical], agents: [8] }'),
})
const read = (file: string): string => readFileSync(join(repository.folder, file), 'utf8')

/** What a report says, on one line. */
const flat = (text: string): string => text.replace(/\s+/g, ' ')

/** The gate against the commit before: it fails, by how much, and in each of its reports with the cause, the code and the threshold's line. */
function failing(file: string, cause: RegExp, code: string): void {
  const reporters = ['terminal', 'github:gate.txt', 'markdown:gate.md']
  const { code: status, out } = repository.run(
    ...['gate', file, '--base', 'HEAD~1'],
    ...reporters.flatMap((each) => ['--reporter', each]),
  )
  expect({ status, out }).toEqual({ status: 1, out: expect.stringMatching(/^fail /) })
  expect(out).toMatch(/latency\.mean +\S+ [mµ]s → \S+ [mµ]s +\+\S+ % +worse/)
  const annotation = read('gate.txt')
    .split('\n')
    .find((line) => line.includes('latency.mean worse'))!
  expect(annotation).toMatch(new RegExp(`^::error file=${file},line=4,`))
  for (const text of [flat(out), annotation, read('gate.md')]) {
    expect(text).toMatch(cause)
    expect(text).toContain(code)
  }
}

/** Explains it, and puts what sums to the difference beside it. */
function explained(file: string) {
  const { code, out, err } = repository.run('explain', file, '--base', 'HEAD~1', '--json')
  expect([code, err]).toEqual([0, ''])
  const found = JSON.parse(out) as Explanation
  for (const { a, b, causes } of found.differences)
    expect(causes.reduce((sum, each) => sum + each.b - each.a, 0)).toBe(b - a)
  const [mean] = found.differences
  const causes = mean!.causes.map(({ part, place, a, b }) => ({
    cause: `${part} ${place}`,
    share: (b - a) / (mean!.b - mean!.a),
  }))
  const sent = found.counts!.sent.map(({ kind, to, a, b }) => ({ kind, to, more: Math.round(b - a) }))
  return { found, causes, sent }
}

beforeAll(() => {
  repository.build()
  const accepted = repository.run('baseline', 'accept', BULK, '--reason', 'one message a master')
  expect(accepted).toMatchObject({ code: 0 })
  repository.keep('results')
}, MINUTES)

describe('an extra round trip', () => {
  let it: ReturnType<typeof explained>
  beforeAll(() => {
    repository.plant('extra-round-trip.patch')
    it = explained(BULK)
  }, MINUTES)

  test(
    'fails the gate, which says by how much and why, and annotates the line of its threshold',
    () => {
      failing(BULK, /command EXISTS, state to redis: 1 instead of 0 a request/, STATE)
    },
    MINUTES,
  )

  test('is named by the command and by the message, once more a request', () => {
    expect(it.sent).toContainEqual({ kind: 'EXISTS', to: 'redis', more: 1 })
    expect(it.sent).toContainEqual({ kind: 'redis', to: 'redis', more: 1 })
  })

  test('costs what waits for the one thread and what goes there and back', () => {
    expect(it.causes.slice(0, 3).map(({ cause }) => cause)).toEqual([
      'mailbox redis',
      'network redis',
      'network state',
    ])
  })

  test('is laid to the code alone, and to the files that were changed', () => {
    const { attribution, code, changes } = it.found
    expect(changes.map(({ path }) => path)).toEqual([['code']])
    expect(attribution!.effects[0]!.explains).toBe(it.found.b! - it.found.a!)
    expect(code!.files).toEqual(['src/coordination/state/group.ts', STATE])
  })

  test('is told in four sentences, the first of which names what is sent', () => {
    expect(whyLines(it.found)).toEqual([
      expect.stringMatching(
        /^latency\.mean \+\d+ µs \(\+\d+ %\) comes of the code \(command EXISTS, state to redis: 1 instead of 0 a request; redis, state to redis: [\d.]+ instead of 1 a request\)\.$/,
      ),
      expect.stringMatching(
        /^Where the time goes: waiting for redis \(mailbox\) \+\d+ µs, on the network to redis \+[\d.]+ µs\.$/,
      ),
      expect.stringMatching(
        /^No parameter differs, the code does: src\/coordination\/state\/group\.ts, \S+\.ts\.$/,
      ),
      expect.stringMatching(/^The first event that differs/),
    ])
  })

  test(
    'against a committed baseline: --explain builds the commit that brought it, and without it the command is named',
    () => {
      const plain = repository.run('gate', BULK)
      const commit = repository.git('log', '-1', '--format=%h', 'HEAD~1').trim()
      expect(plain).toMatchObject({ code: 1 })
      expect(flat(plain.out)).toContain(`rehearsal explain ${BULK} --base ${commit}`)
      const { code, out } = repository.run('gate', BULK, '--explain')
      expect({ code, out: flat(out) }).toEqual({
        code: 1,
        out: expect.stringContaining('command EXISTS, state to redis: 1 instead of 0 a request'),
      })
    },
    MINUTES,
  )
})

test(
  'a lock held longer fails the gate, named by who holds it and by who waits for it',
  () => {
    repository.plant('lock-held-longer.patch')
    failing(
      LOCK,
      /asleep at agent \+5 ms, in the queue of agent \+/,
      'src/coordination/topology/work-line.ts',
    )
    const { causes, found } = explained(LOCK)
    expect(causes.slice(0, 2).map(({ cause }) => cause)).toEqual(['idle agent', 'queue agent'])
    expect(causes[0]!.share + causes[1]!.share).toBeCloseTo(1, 2)
    expect(found.code!.files).toEqual(['src/coordination/topology/work-line.ts'])
  },
  MINUTES,
)

test(
  'a lost batch fails the gate, named by its messages, one an item',
  () => {
    repository.plant('lost-batch.patch')
    failing(BULK, /redis, state to redis: 10 instead of 1 a request/, STATE)
    const { causes, sent } = explained(BULK)
    expect(causes[0]).toMatchObject({ cause: 'mailbox redis' })
    expect(causes[0]!.share).toBeGreaterThan(0.95)
    // Ten instead of one; in the short run not all of them are sent.
    expect(sent).toContainEqual({ kind: 'redis', to: 'redis', more: 9 })
  },
  MINUTES,
)
