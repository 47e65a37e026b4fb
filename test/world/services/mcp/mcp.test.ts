import { describe, expect, test } from 'vitest'
import {
  COMPUTE,
  CORE,
  MAILBOX,
  QUEUE,
  SERVICE,
  type ToolBatchRequest,
  type ToolBatchResult,
  type ToolCallRequest,
} from '../../../../src/env/index.ts'
import { ms, seconds, us } from '../../../../src/units.ts'
import { mcp } from '../../../../src/world/services/mcp/mcp.ts'
import { makeWorld } from '../../fixture.ts'
import { Asked, addClient, addService, at, batchMeans, metric } from '../fixture.ts'
import { erlangC, expectMean, exponential } from '../queue/laws.ts'

const call = (tool: string): ToolCallRequest => ({ kind: 'mcp.call', tool, arguments: {} })
const batch = (...tools: string[]): ToolBatchRequest => ({
  kind: 'mcp.batch',
  calls: tools.map((tool) => ({ tool, arguments: {} })),
})

function makeServer(values: Readonly<Record<string, unknown>> = {}, host = {}) {
  const world = makeWorld({ a: {}, b: host }, {}, 'mcp')
  const server = addService(world, 'b', 'mcp', mcp, { cost: 0, ...values })
  const client = addClient(world, 'a')
  const ask = (message: ToolCallRequest | ToolBatchRequest, terms = {}) =>
    new Asked(client, server, message, terms)
  return { world, server, client, ask }
}

const tool = (time: number, cpu = 0) => ({ time: { kind: 'constant', value: ms(time) }, cpu: ms(cpu) })

test('one call after the other: swarm_init, an agent_spawn each, task_orchestrate: 500 + 150 n ms', () => {
  const { world, ask } = makeServer()
  const steps = ['swarm_init', ...Array.from({ length: 54 }, () => 'agent_spawn'), 'task_orchestrate']
  const next = (i: number): void => {
    if (i < steps.length) ask(call(steps[i]!)).ended = () => next(i + 1)
  }
  next(0)
  world.simulation.run()
  // 500 + 150 · 54
  expect(world.simulation.now).toBe(ms(8600))
})

describe('calls issued together', () => {
  for (const [slots, duration] of [
    // ceil(54 / slots) · 150 ms
    [1, 8100],
    [4, 2100],
    [16, 600],
    [54, 150],
    [100, 150],
  ] as const)
    test(`54 agent_spawn on ${slots} slots take ${duration} ms, one by one or as a batch`, () => {
      const spawns = Array.from({ length: 54 }, () => 'agent_spawn')
      const single = makeServer({ slots })
      for (const spawn of spawns) single.ask(call(spawn))
      single.world.simulation.run()
      expect(single.world.simulation.now).toBe(ms(duration))
      const together = makeServer({ slots })
      const asked = together.ask(batch(...spawns))
      together.world.simulation.run()
      expect(asked.latency).toBe(ms(duration))
      expect((asked.reply as ToolBatchResult).results.length).toBe(54)
      expect(metric(together.world, 'service.mcp.calls')).toBe(54)
      // All slots are busy but in the last round, which 54 mod slots fill.
      expect(metric(together.world, 'service.mcp.utilisation.max')).toBe(Math.min(1, 54 / slots))
      expect(metric(together.world, 'service.mcp.queue.max') ?? 0).toBe(Math.max(0, 54 - slots))
    })
})

test('waiting for a slot is queueing, holding one is service', () => {
  const { world, ask } = makeServer({ slots: 1 })
  const [first, second] = [ask(call('agent_spawn')), ask(call('agent_spawn'))]
  world.simulation.run()
  expect([first.latency, second.latency]).toEqual([ms(150), ms(300)])
  expect([second.account.parts[QUEUE], second.account.parts[SERVICE]]).toEqual([ms(150), ms(150)])
  expect(metric(world, 'service.mcp.wait.max')).toBe(ms(150))
})

test('with exponential tools, c slots are M/M/c', () => {
  const { world, ask } = makeServer({ slots: 3, tools: { think: { time: exponential(1), cpu: 0 } } })
  const arrivals = world.streams.stream('arrivals')
  const waits: number[] = []
  const arrive = (i: number): void => {
    ask(call('think')).ended = ({ account, latency }) => {
      expect(account.total).toBe(latency)
      waits[i] = account.parts[QUEUE]! / 1e6
    }
    if (i < 40_000)
      at(world, world.simulation.now + Math.round(arrivals.exponential(1e6 / 2.1)), () => arrive(i + 1))
  }
  arrive(0)
  world.simulation.run()
  // Erlang C of 3 servers offered 2.1, over 3 - 2.1.
  expectMean(waits.slice(4000), erlangC(3, 2.1) / 0.9, 0.1)
})

test('the account of a batch is that of the call it waited for last', () => {
  const tools = { short: tool(10), long: tool(100), slow: tool(20, 50) }
  const { world, ask } = makeServer({ slots: 2, tools })
  const asked = ask(batch('long', 'short', 'slow'))
  world.simulation.run()
  // slow waits 10 ms for short, then 50 ms on the core and 20 ms: 80 ms; long ends last, at 100 ms.
  expect(asked.latency).toBe(ms(100))
  expect(asked.account.parts[SERVICE]).toBe(ms(100))
  const results = (asked.reply as ToolBatchResult).results
  expect(results.map(({ tool }) => tool)).toEqual(['long', 'short', 'slow'])
  expect(metric(world, 'service.mcp.wait.max')).toBe(ms(10))
})

test('the core time of tools is shared with all that runs on the host', () => {
  const { world, ask } = makeServer({ slots: 2, tools: { hash: tool(10, 100) } }, { cores: 1, speed: 2 })
  const asked = [ask(call('hash')), ask(call('hash'))]
  world.simulation.run()
  for (const { latency, account } of asked) {
    // Two times 100 ms on one core of double speed: 100 ms for both, of which each computes 50.
    expect(latency).toBe(ms(110))
    expect([account.parts[COMPUTE], account.parts[CORE], account.parts[SERVICE]]).toEqual([
      ms(50),
      ms(50),
      ms(10),
    ])
  }
})

test('messages take the thread one after the other, whatever the slots', () => {
  const { world, ask } = makeServer({ slots: 100, cost: ms(10) })
  const asked = Array.from({ length: 3 }, () => ask(call('coordination_sync')))
  world.simulation.run()
  expect(asked.map(({ latency }) => latency)).toEqual([ms(60), ms(70), ms(80)])
  expect(asked[2]!.account.parts[MAILBOX]).toBe(ms(20))
})

test('the cost of a message follows transport and runtime, unless it is given', () => {
  const cases = [
    [{ transport: 'stdio' }, us(63)],
    [{ runtime: 'go' }, us(172)],
    [{}, us(1664)],
    [{ runtime: 'python' }, us(3390)],
    [{ runtime: 'python', cost: 5 }, 5],
  ] as const
  for (const [values, cost] of cases) {
    const { world, ask } = makeServer({ cost: undefined, ...values })
    const asked = ask(call('coordination_sync'))
    world.simulation.run()
    expect(asked.latency).toBe(ms(50) + cost)
  }
})

describe('the benchmark with 50 users and one core', () => {
  // Users think as long as makes 50 users ask at the published rate with the published latency: 50 / rate - latency.
  for (const { runtime, rate, latency } of [
    { runtime: 'go', rate: 1624, latency: 0.855 },
    { runtime: 'node', rate: 559, latency: 10.66 },
    { runtime: 'python', rate: 292, latency: 26.45 },
  ])
    test(`${runtime}: ${rate}/s`, () => {
      const { world, ask } = makeServer({ runtime, cost: undefined, slots: 50, tools: { noop: tool(0) } })
      const thinking = world.streams.stream('thinking')
      const latencies: number[] = []
      const think = (): void =>
        at(
          world,
          world.simulation.now + Math.round(thinking.exponential((50 / rate) * 1e9 - ms(latency))),
          () => {
            ask(call('noop')).ended = (asked) => {
              latencies.push(asked.latency / 1e6)
              if (world.simulation.now < seconds(20)) think()
            }
          },
        )
      for (let user = 0; user < 50; user++) think()
      world.simulation.run({ until: seconds(20) })
      expect(latencies.length / 20 / rate).toBeCloseTo(1, 1)
      // What is missing for Go is what its tools and the network took, which one thread does not explain.
      const { mean } = batchMeans(latencies)
      expect(mean).toBeLessThan(latency)
      if (runtime !== 'go') expect(mean / latency).toBeGreaterThan(0.75)
    })
})

test('connecting costs the thread more than a message', () => {
  const { world, server, client } = makeServer({ cost: ms(1), connect: { kind: 'constant', value: ms(4) } })
  const asked = new Asked(client, server, { kind: 'mcp.connect' })
  world.simulation.run()
  expect(asked.latency).toBe(ms(5))
  expect(asked.account.parts[COMPUTE]).toBe(ms(5))
})

test('an unknown tool is refused; in a batch its place says so and the others run', () => {
  const { world, ask, server, client } = makeServer()
  const single = ask(call('nope'))
  const several = ask(batch('nope', 'swarm_init'))
  const none = ask(batch('nope'))
  const other = new Asked(client, server, { kind: 'job' })
  world.simulation.run()
  expect([single.error?.status, single.error?.message]).toEqual([404, 'Unknown tool: nope'])
  const error = { code: -32602, message: 'Unknown tool: nope' }
  expect((several.reply as ToolBatchResult).results).toEqual([
    { kind: 'mcp.result', tool: 'nope', content: null, error },
    { kind: 'mcp.result', tool: 'swarm_init', content: null },
  ])
  expect(several.latency).toBe(ms(200))
  expect((none.reply as ToolBatchResult).results.length).toBe(1)
  expect(other.error?.status).toBe(404)
  expect(metric(world, 'service.mcp.unknown')).toBe(3)
})

test('who gives up leaves slots and places to others', () => {
  const tools = { compute: tool(50, 100), sleep: tool(100) }
  const { world, ask } = makeServer({ slots: 2, tools })
  const gone = ask(batch('compute', 'sleep', 'sleep', 'sleep'), { timeout: ms(30) })
  const waiting = [ask(call('sleep')), ask(call('compute')), ask(call('sleep'))]
  world.simulation.run()
  expect(gone.error?.name).toBe('TimeoutError')
  // From 30 ms: sleep and compute at once, the last from 130 ms.
  expect(waiting.map(({ endedAt }) => endedAt)).toEqual([ms(130), ms(180), ms(230)])
  expect(metric(world, 'service.mcp.queue.max')).toBe(5)
  expect(metric(world, 'service.mcp.calls')).toBe(5)
  for (const { account, latency } of waiting) expect(account.total).toBe(latency)
})

test('after a crash nothing is in hand, and it serves again after the restart', () => {
  const { world, server, ask } = makeServer({ slots: 1, tools: { compute: tool(0, 100), sleep: tool(100) } })
  const lost = [ask(call('compute'), { timeout: seconds(1) }), ask(call('sleep'), { timeout: seconds(1) })]
  at(world, ms(50), () => server.host.crash())
  at(world, ms(60), () => server.host.restart())
  world.simulation.run()
  expect(lost.map(({ error }) => error?.name)).toEqual(['TimeoutError', 'TimeoutError'])
  const later = ask(call('sleep'))
  world.simulation.run()
  expect(later.latency).toBe(ms(100))
  expect(metric(world, 'service.mcp.utilisation.max')).toBe(1)
})

describe('a server that has gone wrong', () => {
  test('answers nonsense for as long as it lasts, at the price of an answer', () => {
    const { world, server, ask } = makeServer()
    const end = server.behaviour.fault!('nonsense')
    const during = ask(call('agent_spawn'))
    at(world, ms(150) + 1, () => end())
    let after: Asked | undefined
    at(world, ms(200), () => {
      after = ask(call('agent_spawn'))
    })
    world.simulation.run()
    expect(during.reply).toMatchObject({ kind: 'nonsense' })
    expect(during.latency).toBe(ms(150))
    expect(after!.reply).toMatchObject({ kind: 'mcp.result' })
  })

  test('that hangs ends its calls when the hang is over, and those who waited for a slot come after', () => {
    const { world, server, ask } = makeServer({ slots: 1 })
    const end = server.behaviour.fault!('hang')
    const [first, second] = [ask(call('agent_spawn')), ask(call('agent_spawn'))]
    at(world, ms(1000), () => end())
    world.simulation.run()
    expect(first.endedAt).toBe(ms(1000))
    expect(second.endedAt).toBe(ms(1150))
  })

  test('whose host crashes while it hangs answers nothing of its earlier life', () => {
    const { world, server, ask } = makeServer()
    const end = server.behaviour.fault!('hang')
    const asked = ask(call('agent_spawn'), { timeout: ms(5000) })
    at(world, ms(500), () => server.host.crash())
    at(world, ms(600), () => server.host.restart())
    at(world, ms(1000), () => end())
    world.simulation.run()
    expect(String(asked.error)).toContain('no reply within')
  })
})
