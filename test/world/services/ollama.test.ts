import { describe, expect, test } from 'vitest'
import { ScenarioError } from '../../../src/errors.ts'
import { GiB, ms, seconds } from '../../../src/units.ts'
import { MODEL_NAMES, modelsWith } from '../../../src/world/services/ollama/models.ts'
import { generationRate, PLAIN, PLAIN_HOST, Server } from './ollama-fixture.ts'

/** A model of a scenario's own that leaves everything out. */
const NOTHING = { weights: undefined, kvPerToken: undefined, promptRate: undefined }

describe('the models of a scenario', () => {
  test('are the known ones', () => {
    expect([...modelsWith({}).keys()]).toEqual(MODEL_NAMES)
  })

  test('can mend a known one in part, and add others', () => {
    const models = modelsWith({ 'llama3.2:3b': { ...NOTHING, promptRate: 81 }, mine: PLAIN })
    expect(models.get('llama3.2:3b')).toMatchObject({ weights: Math.round(1.87 * GiB), promptRate: 81 })
    expect(models.get('mine')).toEqual({ name: 'mine', ...PLAIN })
  })

  test('a new one that lacks a figure is a mistake that names it', () => {
    expect(() => modelsWith({ mine: { ...NOTHING, weights: 1 } })).toThrow(ScenarioError)
    expect(() => modelsWith({ mine: { ...NOTHING, weights: 1 } })).toThrow(/mine/)
  })
})

describe('an answer', () => {
  const ask = (stream: boolean | undefined) => {
    const server = new Server()
    const asked = server.ask(0, { outputTokens: 11, ...(stream === undefined ? {} : { stream }) })
    server.run()
    return asked
  }

  test('is streamed unless said otherwise: it begins with its first token', () => {
    const { headAt, reply } = ask(undefined)
    expect(headAt).toBe(reply!.firstTokenAfter)
    expect(ask(false).headAt).toBeUndefined()
    expect(ask(false).endedAt).toBe(ask(true).endedAt)
  })

  test('is larger on the wire when streamed: a line of 110 bytes a token against 4 of text', () => {
    expect(ask(true).reply!.bytes! - ask(false).reply!.bytes!).toBe(11 * (110 - 4))
  })

  test('has all its durations: load, prompt and generation make the total', () => {
    const { reply, endedAt } = ask(true)
    const { totalDuration, loadDuration, promptEvalDuration, evalDuration } = reply!
    expect(loadDuration).toBe(seconds(1))
    expect(loadDuration + promptEvalDuration + evalDuration).toBe(totalDuration)
    expect(totalDuration).toBe(endedAt)
  })
})

describe('the server', () => {
  test('takes a core for each request it handles', () => {
    const server = new Server({ cost: ms(2) })
    const asked = server.ask(0, { promptTokens: 0 })
    server.run()
    expect(asked.endedAt).toBe(ms(2) + seconds(1))
    expect(asked.reply!.totalDuration).toBe(seconds(1))
  })

  test('computes on the cores its process may use, as many threads as they are', () => {
    const rate = (cores: number): number => {
      const affinity = Array.from({ length: cores }, (_, i) => i)
      // The memory is fast enough to leave the cores as the limit: 15 GB/s each.
      const server = new Server({}, { ...PLAIN_HOST, memoryBandwidth: 1e15 }, { affinity })
      const asked = server.ask(0, { outputTokens: 10 })
      server.run()
      return generationRate(asked.reply!)
    }
    expect(rate(1) / 15).toBeCloseTo(1, 2)
    expect(rate(4) / rate(1)).toBeCloseTo(4, 1)
  })

  test('holds its cores while it computes, and only then', () => {
    const server = new Server()
    const asked = server.ask(0, { outputTokens: 90 })
    server.run(seconds(20))
    const busy = asked.endedAt! - seconds(1)
    const utilisation = server.world.recorder.finish(server.now).metrics['host.server.utilisation.mean']!
      .value!
    expect(utilisation).toBeCloseTo(busy / seconds(20), 9)
  })
})
