// Ollama where its cores, its disk or its memory are not what they were: pauses, throttling, slow cores, a shared disk, a limit.

import { describe, expect, test } from 'vitest'
import { ms, seconds } from '../../../src/units.ts'
import { ollama } from '../../../src/world/services/ollama/ollama.ts'
import { Asked, addClient, addService } from './fixture.ts'
import { DEFAULTS, PLAIN, PLAIN_HOST, refusal, Server } from './ollama-fixture.ts'

const ended = (server: Server): number => server.outcomes[0]!.endedAt!

function generating(disturb: (server: Server) => void, values = {}, host = PLAIN_HOST, terms = {}): Server {
  const server = new Server(values, host, terms)
  server.ask(0, { promptTokens: 1, outputTokens: 20 })
  disturb(server)
  return server.run()
}

/** Loaded in 1 s, and twenty tokens of 100 ms. */
const plain = ended(generating(() => {}))

describe('a pause', () => {
  test.each([
    ['within a step', ms(1510), ms(2345)],
    ['in the midst of two steps', ms(1650), ms(1950)],
  ])('%s makes it late by what it lasted', (_where, from, to) => {
    const server = generating((server) => {
      server.at(from, () => {
        const resume = server.process.pause()
        server.at(to, () => resume())
      })
    })
    expect(ended(server)).toBe(plain + to - from)
  })

  test('while the model is loaded does not stop the disk', () => {
    const server = generating((server) => {
      server.at(ms(400), () => {
        const resume = server.process.pause()
        server.at(ms(500), () => resume())
      })
    })
    expect(ended(server)).toBe(plain)
  })

  test('several times, and of the host, makes it late by all of them', () => {
    const server = generating((server) => {
      for (const [from, to, who] of [
        [1100, 1150, server.process],
        [1300, 1433, server.process.host],
        [1301, 1400, server.process],
      ] as const)
        server.at(ms(from), () => {
          const resume = who.pause()
          server.at(ms(to), () => resume())
        })
    })
    expect(ended(server)).toBe(plain + ms(50) + ms(133))
  })

  test('lets whoever comes meanwhile join at the end of the step it stands in', () => {
    const outcome = (pausedFor: number) => {
      const server = new Server({ parallel: 2 })
      server.ask(0, { outputTokens: 20 })
      server.at(ms(1550), () => {
        const resume = server.process.pause()
        server.at(ms(1550) + pausedFor, () => resume())
      })
      const joined = server.ask(ms(1560), { outputTokens: 5 })
      server.run()
      return [ended(server), joined.endedAt!]
    }
    expect(outcome(ms(500))).toEqual(outcome(0).map((end) => end + ms(500)))
  })

  test('forgets nothing, and a kill forgets all', () => {
    const server = generating((server) => {
      server.at(ms(1510), () => {
        server.process.pause()
        server.at(ms(1600), () => server.process.kill())
        server.at(ms(1700), () => server.process.start())
      })
    })
    expect(String(server.outcomes[0]!.error)).toContain('closed the connection')
    expect(server.memoryUsed).toBe(0)
    expect(server.process.host.cpu.busy).toBe(0)
  })
})

test('a limit by periods lets it run for half of each and stand still for the rest', () => {
  // 12 threads on 12 cores use up 6 cores' 600 ms of core time in 50 ms. The limit held at every instant is another matter: twelve threads
  // on six cores wait for one another in each step.
  const server = generating(() => {}, { oversubscription: 0 }, PLAIN_HOST, { quota: 6, period: ms(100) })
  const generating12 = plain - seconds(1)
  expect(Math.abs(ended(server) - seconds(1) - 2 * generating12)).toBeLessThanOrEqual(ms(50))
})

test('cores that are half as fast make it half as fast', () => {
  const server = generating((server) => server.at(seconds(1), () => server.process.host.cpu.slow(2)))
  expect(ended(server)).toBe(seconds(1) + 2 * (plain - seconds(1)))
})

test('two servers that load at once from one disk take twice as long each, and the memory is free of who gave up', () => {
  const server = new Server()
  const { world } = server
  const values = { ...DEFAULTS, models: { plain: PLAIN } }
  const other = addService(world, 'server', 'other', ollama, values)
  const client = addClient(world, 'client', 'other client')
  const load = { kind: 'ollama.generate', model: 'plain', promptTokens: 0, outputTokens: 0 }
  server.ask(0, { promptTokens: 0 })
  const second = new Asked(client, other, load)
  server.run(seconds(10))
  expect([ended(server), second.endedAt]).toEqual([seconds(2), seconds(2)])
})

test('a load that is given up leaves the disk to the other', () => {
  const server = new Server()
  const { world } = server
  const other = addService(world, 'server', 'other', ollama, { ...DEFAULTS, models: { plain: PLAIN } })
  const client = addClient(world, 'client', 'other client')
  const load = { kind: 'ollama.generate', model: 'plain', promptTokens: 0, outputTokens: 0 }
  server.ask(0, { promptTokens: 0 })
  const given = new Asked(client, other, load)
  server.at(ms(500), () => given.cancel())
  server.run(seconds(10))
  // Half of it for 0.5 s, then all: 1.25 s.
  expect(ended(server)).toBe(ms(1250))
})

test('a slow disk loads slowly; a process that ends leaves it at once', () => {
  const server = new Server()
  server.ask(0, { promptTokens: 0 })
  server.at(0, () => server.process.host.disk.slow(3))
  server.run(seconds(10))
  expect(ended(server)).toBe(seconds(3))
  const killed = new Server()
  killed.ask(0, { promptTokens: 0 })
  killed.at(ms(100), () => killed.process.kill())
  killed.run()
  expect(
    killed.world.recorder.finish(ms(200)).metrics['host.server.disk.utilisation.mean']!.value,
  ).toBeCloseTo(0.5, 9)
})

test('what fits the host and not the container is not loaded', () => {
  const server = new Server()
  server.process.memory.limit = 0.5e9
  const asked = server.ask(0)
  server.run()
  expect(refusal(asked)).toContain('500 llama-server reported out-of-memory')
  expect(server.memoryUsed).toBe(0)
})
