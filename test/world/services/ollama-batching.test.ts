import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { QUEUE, SERVICE } from '../../../src/env/index.ts'
import { ms, type Nanos, seconds } from '../../../src/units.ts'
import { StepTime } from '../../../src/world/services/ollama/step-time.ts'
import { DEFAULTS, generationRate, PLAIN, PLAIN_HOST, Server } from './ollama-fixture.ts'

/** Loads the plain model, which then stays, and has all slots free. */
const LOAD = { promptTokens: 0, keepAlive: -1 }
/** By when it is loaded: 1 GB at 1 GB/s. */
const LOADED = seconds(1)

interface Asked {
  readonly at: Nanos
  readonly promptTokens: number
  readonly outputTokens: number
}

/** From when on the runner has so many cores. */
interface Cores {
  readonly from: Nanos
  readonly cores: number
}

/**
 * The reference: one step after the other, in plain numbers, without events. Slots are taken in the order of coming;
 * a step generates one token in each slot whose prompt is read and reads prompts, lowest slot first, up to the batch.
 */
function stepByStep(asked: readonly Asked[], parallel: number, numBatch: number, cores: readonly Cores[]) {
  const machine = {
    ...DEFAULTS,
    coreSpeed: 1,
    memoryBandwidth: PLAIN_HOST.memoryBandwidth!,
    exponent: DEFAULTS.rooflineExponent,
  }
  const stepTime = new StepTime({ name: 'plain', ...PLAIN }, machine, 12)
  const waiting = asked.map((request, i) => ({ ...request, i })).sort((a, b) => a.at - b.at)
  const ends: { first: number; end: number }[] = asked.map(() => ({ first: 0, end: 0 }))
  type Busy = { i: number; promptLeft: number; outputsLeft: number; context: number }
  const slots: { busy: Busy | undefined; usedAt: number }[] = Array.from({ length: parallel }, () => ({
    busy: undefined,
    usedAt: -1,
  }))
  for (let now = 0; ; ) {
    if (slots.every(({ busy }) => !busy)) {
      if (waiting.length === 0) return ends
      now = Math.max(now, waiting[0]!.at)
    }
    while (waiting.length > 0 && waiting[0]!.at <= now) {
      const free = slots.filter(({ busy }) => !busy).sort((a, b) => a.usedAt - b.usedAt)[0]
      if (!free) break
      const { i, promptTokens, outputTokens } = waiting.shift()!
      free.busy = { i, promptLeft: promptTokens, outputsLeft: outputTokens, context: 0 }
    }
    const busy = slots.flatMap((slot) => (slot.busy ? [slot.busy] : []))
    const generating = busy.filter(({ promptLeft }) => promptLeft === 0)
    let room = numBatch - generating.length
    const chunks = busy.map(({ promptLeft }) => {
      const chunk = Math.min(promptLeft, room)
      room -= chunk
      return chunk
    })
    // The step goes on at the pace of the cores there are at each instant.
    for (let left = 1; left > 0; ) {
      const at = cores.findLastIndex(({ from }) => from <= now)
      stepTime.under(cores[at]!.cores, 1)
      let duration = stepTime.step(generating.length + chunks.reduce((a, b) => a + b, 0))
      for (const { context } of generating) duration += stepTime.byContext * context
      for (const [k, { context }] of busy.entries()) duration += stepTime.promptAttention(chunks[k]!, context)
      const until = Math.min(now + left * duration, cores[at + 1]?.from ?? Number.POSITIVE_INFINITY)
      left = until < now + left * duration ? left - (until - now) / duration : 0
      now = until
    }
    busy.forEach((one, k) => {
      const read = chunks[k]!
      one.promptLeft -= read
      one.context += generating.includes(one) ? 1 : read
      if (one.promptLeft === 0) one.outputsLeft--
      if (one.promptLeft === 0 && read > 0) ends[one.i]!.first = now
      if (one.outputsLeft > 0) return
      ends[one.i]!.end = now
      const slot = slots.find((slot) => slot.busy === one)!
      slot.busy = undefined
      slot.usedAt = now
    })
  }
}

const askedArbitrary = fc.record({
  at: fc.integer({ min: 1, max: 20e9 }).map((after) => LOADED + after),
  promptTokens: fc.integer({ min: 1, max: 1500 }),
  outputTokens: fc.integer({ min: 1, max: 150 }),
})

describe('steps as one event are the same as one event a step', () => {
  const simulate = (
    asked: readonly Asked[],
    parallel: number,
    numBatch: number,
    disturb: readonly Nanos[] = [],
  ) => {
    const server = new Server({ parallel, numBatch })
    const cores: Cores[] = [{ from: 0, cores: 12 }]
    const { cpu } = server.world.hosts.get('server')!
    // Someone else's job of six threads and a second of work at each of these times, while the runner may be at work.
    const group = cpu.group({ threads: 6 })
    let jobs = 0
    const changed = (): void => {
      // Twelve threads of eighteen, or of more, on twelve cores; n jobs have six each.
      cores.push({ from: server.now, cores: (12 * 12) / (12 + 6 * jobs) })
    }
    for (const at of disturb)
      server.at(at, () => {
        jobs++
        cpu.run(group, seconds(1), {
          computed: () => {
            jobs--
            changed()
          },
        })
        changed()
      })
    server.ask(0, LOAD)
    const outcomes = asked.map(({ at, ...request }) => server.ask(at, request))
    server.run()
    return { server, outcomes, cores: cores.map(({ from, cores: n }) => ({ from, cores: Math.min(12, n) })) }
  }
  const expectSame = (
    asked: readonly Asked[],
    parallel: number,
    numBatch: number,
    disturb: readonly Nanos[] = [],
  ) => {
    const { outcomes, cores } = simulate(asked, parallel, numBatch, disturb)
    const reference = stepByStep(asked, parallel, numBatch, cores)
    outcomes.forEach(({ headAt, endedAt }, i) => {
      // Half a nanosecond of rounding wherever a plan begins.
      expect(Math.abs(headAt! - reference[i]!.first)).toBeLessThan(1000)
      expect(Math.abs(endedAt! - reference[i]!.end)).toBeLessThan(1000)
    })
  }

  test('for any requests, slots and batch', () => {
    fc.assert(
      fc.property(
        fc.array(askedArbitrary, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 16, max: 600 }),
        (asked, parallel, numBatch) => expectSame(asked, parallel, numBatch),
      ),
      { seed: 1, numRuns: 150 },
    )
  })

  test('while others come and go on the cores', () => {
    fc.assert(
      fc.property(
        fc.array(askedArbitrary, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 1e9, max: 25e9 }), { minLength: 1, maxLength: 6 }),
        (asked, parallel, disturb) => expectSame(asked, parallel, 512, disturb),
      ),
      { seed: 2, numRuns: 100 },
    )
  })

  test('and cost some events a request, not one a token', () => {
    const asked = Array.from({ length: 200 }, (_, i) => ({
      at: LOADED + i * seconds(10),
      promptTokens: 100,
      outputTokens: 1000,
    }))
    const { server } = simulate(asked, 4, 512)
    expect(server.world.simulation.processed).toBeLessThan(200 * 10)
  })
})

describe('continuous batching', () => {
  test('one token a step: 100 ms of reading weights, and the first with the last chunk of the prompt', () => {
    const server = new Server()
    server.ask(0, LOAD)
    const asked = server.ask(LOADED, { promptTokens: 1, outputTokens: 11 })
    server.run()
    // 1 GB at 10 GB/s is 100 ms; cores, computing and attention add less than 0.2 %.
    const { promptEvalDuration, evalDuration } = asked.reply!
    expect(promptEvalDuration / ms(100)).toBeCloseTo(1, 2)
    expect(evalDuration / ms(1000)).toBeCloseTo(1, 2)
  })

  test('a long prompt delays every other slot by the time it is read (llama.cpp#4216)', () => {
    const between = (long: boolean): Nanos => {
      const server = new Server({ parallel: 2, numBatch: 512 })
      server.ask(0, LOAD)
      const asked = server.ask(LOADED, { promptTokens: 1, outputTokens: 100 })
      if (long) server.ask(LOADED + seconds(2), { promptTokens: 4000, outputTokens: 1 })
      server.run()
      return asked.endedAt!
    }
    // 4000 tokens at 1000 a second are 4 s, plus attention: half of 4000 / 4096 · (1 / 0.78 - 1) = 14 %; the eight
    // steps would have taken 0.8 s for the other slot anyway.
    const delay = between(true) - between(false)
    expect(delay).toBeGreaterThan(seconds(3.6))
    expect(delay).toBeLessThan(seconds(4))
  })

  test('who comes joins at the end of the step, who comes at that instant joins too', () => {
    const server = new Server({ parallel: 2 })
    server.ask(0, LOAD)
    const first = server.ask(LOADED, { promptTokens: 1, outputTokens: 50 })
    const together = server.ask(LOADED, { promptTokens: 1, outputTokens: 50 })
    server.run()
    expect(first.headAt).toBe(together.headAt)
    expect(first.endedAt).toBe(together.endedAt)
  })

  test('four slots generate more together than one, each less than alone', () => {
    const rate = (slots: number): number => {
      const server = new Server({ parallel: slots, models: { plain: { ...PLAIN, promptRate: 20 } } })
      server.ask(0, LOAD)
      for (let i = 0; i < slots; i++) server.ask(LOADED, { outputTokens: 20 })
      server.run()
      return generationRate(server.outcomes.at(-1)!.reply!)
    }
    expect(4 * rate(4)).toBeGreaterThan(1.5 * rate(1))
    expect(rate(4)).toBeLessThan(rate(1))
  })

  test('waiting for a slot is in no duration but the total, and is the queue of the account', () => {
    const server = new Server()
    server.ask(0, LOAD)
    const first = server.ask(LOADED, { outputTokens: 20 })
    const second = server.ask(LOADED, { outputTokens: 20 })
    server.run()
    const reply = second.reply!
    const waited = first.endedAt! - LOADED
    expect(reply.loadDuration).toBe(0)
    expect(reply.totalDuration - reply.promptEvalDuration - reply.evalDuration).toBe(waited)
    expect(second.account.parts[QUEUE]).toBe(waited)
    expect(second.account.parts[SERVICE]).toBe(reply.promptEvalDuration + reply.evalDuration)
  })
})

describe('the prefix cache', () => {
  /** Prompt tokens computed for requests one after the other. */
  const computed = (parallel: number, ...requests: Parameters<Server['ask']>[1][]): number[] => {
    const server = new Server({ parallel })
    server.ask(0, LOAD)
    const asked = requests.map((request, i) =>
      server.ask(LOADED + i * seconds(100), { outputTokens: 10, ...request }),
    )
    server.run()
    return asked.map(({ reply }) => reply!.promptEvalCount)
  }
  const SYSTEM = { prefix: 'system', prefixTokens: 400 }

  test('a prefix is computed once: two prompts share the lesser of what they state', () => {
    expect(computed(1, { ...SYSTEM, promptTokens: 1000 }, { ...SYSTEM, promptTokens: 700 })).toEqual([
      1000, 300,
    ])
    const more = { prefix: 'system', prefixTokens: 600, promptTokens: 700 }
    expect(computed(1, { ...SYSTEM, promptTokens: 1000 }, more)).toEqual([1000, 300])
    expect(computed(1, more, { ...SYSTEM, promptTokens: 1000 })).toEqual([700, 600])
  })

  test('what is computed of a prompt takes its time, what is cached takes none', () => {
    const server = new Server()
    server.ask(0, LOAD)
    const [all, part] = [LOADED, LOADED + seconds(50)].map((at) =>
      server.ask(at, { ...SYSTEM, promptTokens: 800 }),
    )
    server.run()
    // 800 tokens at 1000 a second against 400, with a few per cent of attention.
    expect(all!.reply!.promptEvalDuration / part!.reply!.promptEvalDuration).toBeCloseTo(2, 0)
    expect(server.metric('cached-tokens')).toBe(400)
    expect(server.metric('prompt-tokens')).toBe(1200)
  })

  test('a conversation finds its prompt and its answer, and computes at least one token', () => {
    const turn = (tokens: number) => ({ prefix: 'talk', prefixTokens: tokens, promptTokens: tokens })
    // The last token of an answer was never fed back: 100 + 10 - 1 are cached.
    expect(computed(1, turn(100), turn(150), turn(150))).toEqual([100, 41, 1])
  })

  test('without a common name nothing is shared', () => {
    expect(computed(1, { promptTokens: 50 }, { promptTokens: 50 })).toEqual([50, 50])
    expect(computed(1, { ...SYSTEM, promptTokens: 500 }, { promptTokens: 500 })).toEqual([500, 500])
  })

  test('the slot is the one that holds most of the prompt, if that is more than a tenth of it', () => {
    const a = { prefix: 'a', prefixTokens: 300, promptTokens: 310 }
    const b = { prefix: 'b', prefixTokens: 300, promptTokens: 310 }
    // Each comes back to its own slot, though the other was unused for longer.
    expect(computed(2, a, b, b, a, a, b)).toEqual([310, 310, 10, 10, 10, 10])
    // A tenth of the prompt does not suffice: the other slot is free for longer, and holds nothing of it.
    const barely = { prefix: 'a', prefixTokens: 300, promptTokens: 3000 }
    expect(computed(2, a, barely)).toEqual([310, 3000])
    const enough = { prefix: 'a', prefixTokens: 300, promptTokens: 2990 }
    expect(computed(2, a, enough)).toEqual([310, 2690])
  })

  test('in turns between two conversations and one slot, each pushes out the other', () => {
    const a = { prefix: 'a', prefixTokens: 300, promptTokens: 300 }
    const b = { prefix: 'b', prefixTokens: 300, promptTokens: 300 }
    expect(computed(1, a, b, a, b)).toEqual([300, 300, 300, 300])
  })
})

describe('the context', () => {
  const ask = (request: Parameters<Server['ask']>[1], numCtx = 1000) => {
    const server = new Server({ numCtx })
    const asked = server.ask(0, request)
    server.run()
    return asked.reply!
  }

  test('a prompt that leaves no place for an answer is cut to its beginning and the latter half of the rest', () => {
    expect(ask({ promptTokens: 999 }).promptEvalCount).toBe(999)
    // 1000 - (1000 - 4) / 2 = 502.
    expect(ask({ promptTokens: 1000 }).promptEvalCount).toBe(502)
    expect(ask({ promptTokens: 50_000 }).promptEvalCount).toBe(502)
  })

  test('an answer that overruns the context shifts it and goes on, up to ten contexts', () => {
    expect(ask({ promptTokens: 900, outputTokens: 5000 }).evalCount).toBe(5000)
    expect(ask({ promptTokens: 900, outputTokens: 1_000_000 }).evalCount).toBe(10_000)
  })

  test('what overran its context is not found in the cache again', () => {
    const second = (outputTokens: number): number => {
      const server = new Server({ numCtx: 1000 })
      server.ask(0, { prefix: 'talk', prefixTokens: 900, promptTokens: 900, outputTokens })
      const asked = server.ask(seconds(200), { prefix: 'talk', prefixTokens: 950, promptTokens: 950 })
      server.run()
      return asked.reply!.promptEvalCount
    }
    expect(second(100)).toBe(1)
    expect(second(300)).toBe(950)
  })

  test('the context of a long answer stays below its limit: no step takes longer than one at the limit', () => {
    const reply = ask({ promptTokens: 1, outputTokens: 10_000 })
    // Attention at 1000 tokens of context adds 1000 / 4096 · (1 / 0.82 - 1) = 5.4 % to 100 ms, at the half of it half of that.
    expect(generationRate(reply)).toBeGreaterThan(10 / 1.054)
    expect(generationRate(reply)).toBeLessThan(10 / 1.027)
  })
})

describe('who gives up', () => {
  test('while waiting for a slot is not served', () => {
    const server = new Server()
    server.ask(0, LOAD)
    server.ask(LOADED, { outputTokens: 20 })
    const gone = server.ask(LOADED, { outputTokens: 20 }, ms(500))
    const next = server.ask(LOADED + ms(100), { outputTokens: 20 })
    server.run()
    expect(gone.endedAt).toBe(LOADED + ms(500))
    expect(gone.reply).toBeUndefined()
    expect(next.endedAt! - server.outcomes[1]!.endedAt!).toBe(
      next.reply!.promptEvalDuration + next.reply!.evalDuration,
    )
    expect(server.metric('tokens')).toBe(40)
  })

  test('while it is generated for leaves its slot at the end of the step', () => {
    const server = new Server()
    server.ask(0, LOAD)
    server.ask(LOADED, { outputTokens: 100 }, ms(550))
    const next = server.ask(LOADED, { outputTokens: 1 })
    server.run()
    // Steps end every 100 ms (and a little): the sixth is under way at 550.
    const started = next.endedAt! - next.reply!.promptEvalDuration - LOADED
    expect(started / ms(100)).toBeCloseTo(6, 1)
    // Six tokens for the one who left.
    expect(server.metric('tokens')).toBe(6 + 1)
  })
})
