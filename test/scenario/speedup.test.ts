import { expect, test } from 'vitest'
import { load, printed, VALID } from './fakes.ts'

const SCALED = VALID.replace('agents: [1, 4]', 'agents: [1, 4, 54]')
const withSpeedup = (written: string): string => `${SCALED}speedup: ${written}\n`
const lines = (written: string): readonly string[] => printed(withSpeedup(written)).split('\n')
const first = (written: string): string => lines(written)[0]!

test('a scenario may say what its speedup is, and who the workers are', () => {
  const of = (written: string) => load(withSpeedup(written)).variants.map(({ scenario }) => scenario.speedup)
  expect(of('{ over: agents, of: setup.time.mean }')[0]).toEqual({
    over: 'agents',
    of: 'setup.time.mean',
    workers: undefined,
  })
  expect(of('{ over: agents, of: throughput, workers: king }')[5]).toEqual({
    over: 'agents',
    of: 'throughput',
    workers: 'king',
  })
  expect(load(SCALED).variants[0]!.scenario).not.toHaveProperty('speedup')
})

test('what is wrong with it is told where it stands', () => {
  expect(first('{ over: agent, of: throughput }')).toBe(
    'a.yaml:43:18: unknown axis: agent; known: agents, mode',
  )
  expect(lines('{ over: agent, of: throughput }').at(-1)).toBe('  did you mean "agents"?')
  expect(first('{ over: mode, of: throughput }')).toMatch(
    /mode is no scale: it takes sequential, concurrent; expected whole numbers, 1 and two more at least/,
  )
  expect(first('{ over: agents }')).toMatch(/missing of/)
  expect(first('{ of: throughput }')).toMatch(/missing over \(an axis\)/)
  expect(first('{ over: agents, of: throughput, workers: quen }')).toMatch(
    /unknown service or coordinator: quen; known: proxy, ollama, queen, king/,
  )
  expect(first('{ over: agents, of: throughput, workers: ollama.5 }')).toMatch(
    /invalid workers: ollama\.5; expected one service or coordinator with all its instances/,
  )
  expect(first('{ over: agents, of: throughput, workers: [queen, king] }')).toMatch(
    /invalid workers: queen, king; expected one service or coordinator/,
  )
  expect(first('{ over: agents, of: throughput, worker: queen }')).toMatch(/unknown key: worker/)
})
