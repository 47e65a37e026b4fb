// `rehearsal/testing`, as a user's test calls it; and every example that ships.

import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { defineAsyncCoordinator, defineCoordinator } from '../../src/env/index.ts'
import { simulate } from '../../src/testing/index.ts'
import { ms } from '../../src/units.ts'

const EXAMPLES = new URL('../../examples/', import.meta.url)

describe('examples', () => {
  const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.yaml'),
  )

  test('there is one of each shape', () => {
    expect(files.map((file) => file.split('/')[0]).sort()).toEqual([
      'async',
      'flow',
      'javascript',
      'protocol',
    ])
  })

  test.each(files)('%s meets what it expects', async (file) => {
    const { variants } = await simulate(new URL(file, EXAMPLES))
    for (const { name, failures, checks } of variants) {
      expect(failures, name).toEqual([])
      expect(
        checks.some(({ kind }) => kind === 'expect'),
        name,
      ).toBe(true)
    }
  })
})

const counting = defineCoordinator({
  name: 'counting',
  meaning: 'counts to three',
  parameters: {},
  metrics: { counted: { observed: 'count', unit: 'count', better: 'neither', meaning: 'how far' } },
  create: (env) => ({
    *start() {
      for (let i = 0; i < 3; i++) {
        yield* env.sleep(ms(1))
        env.observe({ kind: 'count', metric: 'counted' })
      }
    },
  }),
})

const small = (module: unknown) => ({
  name: 'small',
  hosts: { front: {} },
  coordinators: { it: { module, on: 'front' } },
  expect: [{ metric: 'counted', equals: 4 }],
})

describe('simulate', () => {
  test('takes a coordinator by itself, and hands back figures and what failed', async () => {
    const run = await simulate(small(counting), { seeds: ['7'] })
    expect(run.metric('counted')).toBe(3)
    expect(run.failures).toEqual([expect.stringMatching(/^expect: counted equals 4: 3/)])
    expect(Object.keys(run.fingerprints)).toEqual(['7'])
    expect(() => run.metric('conuted')).toThrow('did you mean "counted"?')
  })

  test('takes a text, and values instead of its own', async () => {
    const run = await simulate('name: x\nhosts: { box: { count: 2 } }\nmeasure: { duration: 1s }\n', {
      set: ['hosts.box.count=3'],
    })
    expect(run.metric('host.box.3.utilisation.mean')).toBe(0)
  })

  test('refuses what is no coordinator', async () => {
    await expect(simulate(small({ ...counting, name: 'Two Words' }))).rejects.toThrow(
      'coordinators.it.module: invalid name of a coordinator: Two Words',
    )
  })
})

describe('a coordinator written with async', () => {
  const failing = (start: (sleep: (ns: number) => Promise<void>) => Promise<void>) =>
    small(
      defineAsyncCoordinator({
        ...counting,
        name: 'failing',
        create: (env) => ({ start: () => start((time) => env.sleep(time)) }),
      }),
    )

  test('that throws ends the run with its place in it', async () => {
    const run = simulate(
      failing(async (sleep) => {
        await sleep(ms(2))
        throw new Error('enough')
      }),
    )
    await expect(run).rejects.toThrow(/it: start threw at 2(\.\d+)? ms with seed 1: Error: enough/)
  })
})
