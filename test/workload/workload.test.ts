import { expect, test } from 'vitest'
import type { GenerateRequest } from '../../src/env/clients/ollama.ts'
import { RandomStreams } from '../../src/kernel/random.ts'
import { minutes, seconds } from '../../src/units.ts'
import {
  createSource,
  type RequestSource,
  type WorkloadValues,
  workloadParameters,
} from '../../src/workload/workload.ts'
import { inMemory, mistakesOf } from './traces/in-memory.ts'

const TRACE = `TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 18:00:00.0000000,100,1
2023-11-16 18:00:00.1000000,200,2
2023-11-16 18:00:00.3000000,300,3
`
const job = { kind: 'job', values: { service: { kind: 'exponential', mean: 1e6 } } }
const lengths = {
  promptTokens: { kind: 'constant', value: 10 },
  outputTokens: { kind: 'exponential', mean: 100 },
}
const generate = {
  kind: 'generate',
  values: { model: 'm', stream: true, prefixTokens: 0, conversations: 1, ...lengths },
}
const poisson = { kind: 'poisson', values: { rate: 5 } }
const plain: WorkloadValues = {
  target: [{ name: 'proxy' }],
  request: generate,
  timeout: minutes(10),
  arrivals: undefined,
  trace: undefined,
  columns: undefined,
  timeUnit: undefined,
  slowDown: 1,
  skip: 0,
  limit: undefined,
}

const source = (values: Partial<WorkloadValues>, file = inMemory(TRACE)) =>
  createSource({ ...plain, ...values }, new RandomStreams('1'), () => file)

function all(from: RequestSource, n = 1000) {
  const found: { at: number; request: unknown }[] = []
  for (let now = 0; found.length < n; ) {
    const next = from.next(now)
    if (!next) break
    found.push(next)
    now = next.at
  }
  return found
}

test('a trace is replayed with its times and lengths', () => {
  const found = all(source({ trace: 'a.csv' }))
  expect(found.map(({ at }) => at)).toEqual([0, 100_000_000, 300_000_000])
  expect(found.map(({ request }) => (request as GenerateRequest).promptTokens)).toEqual([100, 200, 300])
})

test('slow-down multiplies the times, skip and limit cut a piece out', () => {
  expect(all(source({ trace: 'a.csv', slowDown: 40 })).map(({ at }) => at)).toEqual([0, 4e9, 12e9])
  expect(all(source({ trace: 'a.csv', skip: 1, limit: 1 })).map(({ at }) => at)).toEqual([0])
})

test('what a slow-down moves beyond the last exact time never comes', () => {
  // 0.1 s · 50,000,000 are 58 days; 0.3 s are 174, beyond the 104 of the clock.
  expect(all(source({ trace: 'a.csv', slowDown: 5e7 }))).toHaveLength(2)
})

test('a trace that is late is asked at once, and none of it is dropped', () => {
  const late = source({ trace: 'a.csv' })
  expect([1e9, 1e9, 1e9, 1e9].map((now) => late.next(now)?.at)).toEqual([1e9, 1e9, 1e9, undefined])
})

test('the trace is opened by the path that the scenario gives, read by its columns, and closed', () => {
  const file = inMemory('when,in\n1,7\n3,8\n')
  const paths: string[] = []
  const values = {
    ...plain,
    trace: '../t.csv',
    columns: { at: 'when', promptTokens: 'in', outputTokens: undefined, prefix: undefined },
  }
  const replayed = createSource({ ...values, timeUnit: 'ms' }, new RandomStreams('1'), (path) => {
    paths.push(path)
    return file
  })
  expect(paths).toEqual(['../t.csv'])
  expect(replayed.next(0)).toMatchObject({ at: 0, request: { promptTokens: 7 } })
  replayed.close()
  expect(file.closed).toBe(true)
})

test('a mistake in a trace comes with its place when its row does', () => {
  const broken = source({ trace: 'a.csv' }, inMemory(TRACE.replace('200', '-200')))
  broken.next(0)
  expect(() => broken.next(0)).toThrow(/test.csv:3:29: invalid ContextTokens: -200/)
})

test('a closed loop gives its clients, their think time and their requests, and no arrivals', () => {
  const values = { clients: 54, think: { kind: 'exponential', mean: seconds(2) } }
  const loop = source({ arrivals: { kind: 'closed', values }, request: job })
  expect(loop.next(0)).toBeUndefined()
  expect(loop.closed!.clients).toBe(54)
  expect(loop.closed!.think.mean).toBe(2e9)
  expect(loop.closed!.request()).toMatchObject({ kind: 'job' })
  expect(source({ arrivals: poisson }).closed).toBeUndefined()
})

test('common random numbers: requests stay when arrivals change, and arrivals when requests do', () => {
  const outputs = (values: Partial<WorkloadValues>) =>
    all(source(values), 100).map(({ request }) => (request as GenerateRequest).outputTokens)
  const times = (values: Partial<WorkloadValues>) => all(source(values), 100).map(({ at }) => at)
  const bursty = { kind: 'bursty', values: { rate: 5, cv: 4 } }
  expect(outputs({ arrivals: bursty })).toEqual(outputs({ arrivals: poisson }))
  expect(times({ arrivals: bursty })).not.toEqual(times({ arrivals: poisson }))
  expect(times({ arrivals: poisson, request: job })).toEqual(times({ arrivals: poisson }))
})

test('both arrivals and a trace, or neither, are refused with the mend', () => {
  const [both] = mistakesOf(() => source({ arrivals: poisson, trace: 'a.csv' }))
  expect(both!.message).toBe('workload has both arrivals and a trace; expected one of them')
  expect(both!.hint).toMatch(/--set workload.arrivals=null replays the trace/)
  expect(mistakesOf(() => source({}))[0]!.message).toBe(
    'workload has neither arrivals nor a trace; expected one of them',
  )
})

test('settings of a trace without one are refused, all at once', () => {
  const mistakes = mistakesOf(() => source({ arrivals: poisson, slowDown: 40, limit: 10, timeUnit: 'ms' }))
  expect(mistakes.map(({ message }) => message.split(',')[0])).toEqual([
    'workload has time-unit',
    'workload has slow-down',
    'workload has limit',
  ])
})

test('a client gives up after ten minutes, unless the scenario says otherwise', () => {
  // The 600 s of litellm#10180.
  expect(workloadParameters.timeout.default).toBe(600e9)
})
