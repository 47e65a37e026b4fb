import { expect, test } from 'vitest'
import { memory } from '../../../src/report/findings/memory.ts'
import { metric } from '../sample-results.ts'
import { resultOf, variantOf } from './made.ts'

test('who is killed for want of memory is told of the part, not of each instance', () => {
  const killed = (whole: number) =>
    memory(
      resultOf([
        variantOf({
          metrics: {
            'host.box.oom-kills': metric(whole, 'count', ''),
            'host.box.1.oom-kills': metric(whole + 1, 'count', ''),
          },
        }),
      ]),
    ).map(({ text }) => text)
  expect(killed(3)).toEqual(['For want of memory 3 processes of box are killed.'])
  expect(killed(1)).toEqual(['For want of memory 1 process of box is killed.'])
  expect(killed(0)).toEqual([])
})

test('whose processes are killed is told', () => {
  const { text } = memory(
    resultOf([
      variantOf({
        metrics: {
          'host.box.oom-kills': metric(29, 'count', ''),
          'container.agent.oom-kills': metric(12, 'count', ''),
          'container.model.oom-kills': metric(17, 'count', ''),
          'container.redis.oom-kills': metric(0, 'count', ''),
        },
      }),
    ]),
  )[0]!
  expect(text).toBe('For want of memory 29 processes of box are killed: 17 of model and 12 of agent.')
})

test('a host that is nearly full is told, where its memory is written as a figure', () => {
  const GiB = 1024 ** 3
  const said = (most: number, written: unknown) =>
    memory(
      resultOf([variantOf({ metrics: { 'host.box.memory.max': metric(most, 'bytes', '') } })], {
        hosts: { box: { memory: written } },
      }),
    ).map(({ text }) => text)
  expect(said(31.4 * GiB, '32GiB')).toEqual([
    'The memory of box is 98 % full at its fullest: 31.4 GiB of 32 GiB.',
  ])
  expect(said(20 * GiB, '32GiB')).toEqual([])
  expect(said(32 * GiB, ['$', '{memory} GiB'].join(''))).toEqual([])
  expect(said(32 * GiB, undefined)).toEqual([])
})
