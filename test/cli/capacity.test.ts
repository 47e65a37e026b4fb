// `rehearsal capacity` against Erlang C, and what it refuses.

import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { mmc } from '../../src/statistics/laws/m-m-c.ts'
import { inEmptyFolder, rehearsal, SMALL, smallCalled } from './session.ts'

const ERLANG = join(import.meta.dirname, '../../scenarios/theory/erlang-limit.yaml')

inEmptyFolder()

beforeAll(() => {
  writeFileSync('small.yaml', SMALL)
  const expected = 'expect:\n  - { metric: latency.mean, below: 100ms }\n'
  writeFileSync(
    'quick.yaml',
    smallCalled('quick', `seeds: 4\nparameters: { servers: 1 }\n${expected}`).replace(
      'kind: queue,',
      `kind: queue, servers: "\${servers}",`,
    ),
  )
})

/** Mean latency of M/M/c in seconds, with service of a second; ∞ where it has no steady state. */
const latency = (arrivalRate: number, servers: number): number =>
  arrivalRate >= servers
    ? Number.POSITIVE_INFINITY
    : mmc.evaluate({ arrivalRate, serviceRate: 1, servers }).sojourn! / 1e9

describe('against Erlang C', () => {
  test('the highest rate is that at which the closed form meets the limit', async () => {
    let [low, high] = [0, 4]
    for (let i = 0; i < 50; i++) {
      const middle = (low + high) / 2
      if (latency(middle, 4) < 1.5) low = middle
      else high = middle
    }
    const { code, out } = await rehearsal('capacity', ERLANG, '--highest', 'arrivals=1.0..4.0', '--json')
    expect(code).toBe(0)
    const { passing, failing, trials } = JSON.parse(out).found[0]
    // The tolerance of the search, 5 %, and 3 % for eight seeds of 2,800 s.
    expect(failing - passing).toBeLessThanOrEqual(0.05 * passing)
    expect(passing).toBeLessThan(1.03 * low)
    expect(failing).toBeGreaterThan(0.97 * low)
    expect(trials.filter(({ seeds }: { seeds: number }) => seeds === 8).length).toBeGreaterThanOrEqual(2)
  })

  test('the fewest servers are those of the closed form, at each of several rates', async () => {
    const args = [
      '--smallest',
      'servers=2..16',
      '--by',
      'arrivals=1,6',
      '--seeds',
      '4',
      '--set',
      'measure.duration=1500s',
      '--json',
    ] as const
    const { code, out } = await rehearsal('capacity', ERLANG, ...args)
    expect(code).toBe(0)
    for (const { at, passing } of JSON.parse(out).found) {
      const enough = Array.from({ length: 15 }, (_, i) => i + 2).find((c) => latency(Number(at), c) < 1.5)
      expect([at, passing]).toEqual([at, enough])
    }
  })
})

describe('what is left and said', () => {
  test('the value that passes beside the one that fails, with the seeds and what fails', async () => {
    const { code, out, err } = await rehearsal(
      'capacity',
      'quick.yaml',
      '--highest',
      'workload.arrivals.rate=2/s..40/s',
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^A small one\nquick · highest workload\.arrivals\.rate from 2\/s to 40\/s\n/)
    expect(out).toMatch(/\n {2}[\d.]+\/s passes, alone with [1-4] of 4 seeds\n/)
    expect(out).toMatch(
      /\n {2}[\d.]+\/s fails, alone with [0-3] of 4 seeds\n {6}latency\.mean below 100 ms: /,
    )
    expect(out).toMatch(
      /\n {2}\d+ values tried, \d+ runs\nwrote reports\/quick\/capacity\.json\nwrote reports\/quick\/capacity\.html\nwrote reports\/quick\/capacity\.svg\n$/,
    )
    expect(readFileSync('reports/quick/capacity.svg', 'utf8')).toMatch(
      /^<svg [^>]*>.*workload\.arrivals\.rate/,
    )
    expect(existsSync('reports/quick/capacity.ndjson')).toBe(false)
  })

  test('twice gives the same bytes, and --json prints the file', async () => {
    const search = (out: string) =>
      rehearsal(
        'capacity',
        'quick.yaml',
        '--smallest',
        'servers=1..4',
        '--set',
        'workload.arrivals.rate=30/s',
        '--json',
        '--out',
        out,
      )
    const first = await search('first')
    expect(first.err).toBe('')
    expect((await search('second')).out).toBe(first.out)
    expect(readFileSync('second/quick/capacity.json', 'utf8')).toBe(first.out)
    expect(JSON.parse(first.out)).toMatchObject({
      schema: 'rehearsal/capacity/1',
      seek: 'lowest',
      found: [{ passing: 2, failing: 1 }],
    })
  })

  test('ends in 1 where nothing in the range passes, and says so', async () => {
    const { code, out } = await rehearsal(
      'capacity',
      'quick.yaml',
      '--highest',
      'workload.arrivals.rate=50/s..60/s',
    )
    expect(code).toBe(1)
    expect(out).toContain('nothing in the range passes')
  })

  test('where nothing fails it says that the range ends', async () => {
    const { code, out } = await rehearsal(
      'capacity',
      'quick.yaml',
      '--highest',
      'workload.arrivals.rate=1/s..2/s',
    )
    expect(code).toBe(0)
    expect(out).toContain('nothing in the range fails: 2/s is its end')
  })

  test('ends in 5 at the time limit, with what is known so far', async () => {
    const long = ['--set', 'measure.duration=10h', '--time-limit', '1ms'] as const
    const { code, err } = await rehearsal(
      'capacity',
      'quick.yaml',
      '--highest',
      'workload.arrivals.rate=1/s..9/s',
      ...long,
    )
    expect(code).toBe(5)
    expect(err).toMatch(/stopped by the time limit[\s\S]*so far: nothing was tried/)
  })
})

describe('a search that was stopped', () => {
  const KEPT = 'kept/quick/capacity.attempts.ndjson'
  const search = (out: string, ...more: readonly string[]) =>
    rehearsal(
      'capacity',
      'quick.yaml',
      '--smallest',
      'servers=1..8',
      ...BUSY,
      '--json',
      '--out',
      out,
      ...more,
    )
  const BUSY = ['--set', 'workload.arrivals.rate=60/s', '--first-seeds', '2'] as const
  let whole = ''
  let lines: readonly string[] = []

  // What it keeps goes at its end: another name of the file stays.
  beforeAll(async () => {
    mkdirSync('kept/quick', { recursive: true })
    writeFileSync(KEPT, '')
    linkSync(KEPT, 'attempts')
    whole = (await search('kept')).out
    expect(existsSync(KEPT)).toBe(false)
    lines = readFileSync('attempts', 'utf8').trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(4)
  })

  test('goes on to the same bytes, its last line torn', async () => {
    writeFileSync(KEPT, [...lines.slice(0, 3), lines[3]!.slice(0, -20)].join('\n'))
    expect(await search('kept', '--resume')).toEqual({ code: 0, out: whole, err: '' })
    expect(existsSync(KEPT)).toBe(false)
  })

  test('adds to what was kept, after its last whole line', async () => {
    writeFileSync(KEPT, [...lines.slice(0, 3), lines[3]!.slice(0, -20)].join('\n'))
    rmSync('attempts')
    linkSync(KEPT, 'attempts')
    await search('kept', '--resume')
    expect(readFileSync('attempts', 'utf8')).toBe(`${lines.join('\n')}\n`)
  })

  test('runs nothing again', async () => {
    const inTime = (...more: readonly string[]) => search('kept', '--time-limit', '1ms', ...more)
    writeFileSync(KEPT, `${lines.join('\n')}\n`)
    expect((await inTime('--resume')).out).toBe(whole)
    expect((await inTime()).code).toBe(5)
  })

  test('says where nothing of what was kept is of this search', async () => {
    writeFileSync(KEPT, `${lines.join('\n')}\n`)
    const { code, err } = await search('kept', '--resume', '--set', 'measure.duration=9s')
    expect(code).toBe(0)
    expect(err).toMatch(
      /^kept\/quick\/capacity\.attempts\.ndjson has attempts at other values, of another scenario/,
    )
  })

  test('says so where somebody stops it, as long as it lasts', async () => {
    const listeners: (() => void)[] = []
    const on = process.on.bind(process)
    vi.spyOn(process, 'on').mockImplementation(((name: NodeJS.Signals, listener: () => void) => {
      if (name === 'SIGINT' && listeners.push(listener) === 1) listener()
      return on(name, listener)
    }) as never)
    const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never)
    expect((await search('stopped')).err).toBe('interrupted after 1 attempt; --resume goes on from there\n')
    expect(exit).toHaveBeenCalledWith(130)
    expect(process.listeners('SIGINT')).not.toContain(listeners[0])
    vi.restoreAllMocks()
  })

  test('refuses what is no file of attempts, and one that is damaged', async () => {
    writeFileSync(KEPT, '{"schema":"rehearsal/runs/1"}\n')
    expect((await search('kept', '--resume')).err).toContain('has no schema rehearsal/attempts/1')
    writeFileSync(KEPT, `${lines[0]}\nnonsense\n`)
    expect(await search('kept', '--resume')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is damaged'),
    })
    rmSync(KEPT)
  })
})

describe('what is refused', () => {
  const refusal = async (...args: readonly string[]) => {
    const { code, out, err } = await rehearsal('capacity', ...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    return err
  }

  test('a scenario that expects nothing', async () => {
    expect(await refusal('small.yaml', '--highest', 'workload.arrivals.rate=1/s..2/s')).toMatch(
      /^small\.yaml:1:1: the scenario expects nothing/,
    )
  })

  test('neither or both of what is to be found', async () => {
    expect(await refusal('quick.yaml')).toContain('neither --highest nor --smallest is given')
    expect(await refusal('quick.yaml', '--highest', 'a=1..2', '--smallest', 'b=1..2')).toContain(
      'both --highest and --smallest',
    )
  })

  test.each([
    [['--smallest', 'severs=1..4'], 'unknown parameter: severs; known: servers\n  did you mean "servers"?'],
    [['--highest', 'workload.arivals.rate=1/s..4/s'], 'did you mean "arrivals"?'],
    [['--smallest', 'servers=4..1'], 'a low end below the high end'],
    [['--smallest', 'servers=0..4'], 'invalid servers: 0; expected at least 1'],
    [['--smallest', 'servers=0..4'], 'at an end of the range: parameters.servers=0'],
    [['--smallest', 'servers=1..4', '--by', 'servers=1,2'], 'is what is sought'],
    [['--smallest', 'servers=1..4', '--by', 'seeds'], 'expected NAME=A,B,C'],
    [['--smallest', 'servers=1..4', '--tolerance', '5'], 'invalid --tolerance: 5'],
    [['--smallest', 'servers=1..4', '--first-seeds', '0'], 'invalid --first-seeds: 0'],
  ])('%j', async (args, message) => {
    expect(await refusal('quick.yaml', ...args)).toContain(message)
  })
})
