// `rehearsal faults`, `run --faults` and `rehearsal timeline`, as they are typed.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder, rehearsal } from './session.ts'

inEmptyFolder()

const DRAWN = `
name: drawn
title: Drawn faults
description: for tests
hosts: { front: {}, worker: { count: 3, boot: 1s } }
services: { line: { kind: queue, on: worker, service: 100ms }, proxy: { kind: nginx, on: front, upstreams: line } }
workload: { target: proxy, arrivals: { kind: poisson, rate: 5/s }, request: { kind: job }, timeout: 2s }
fault-profile:
  count: 10
  draw:
    - { kind: crash, rate: 1/min, host: worker, for: 2s }
    - { kind: partition, rate: 1/min, between: [front, worker], for: { kind: exponential, mean: 3s } }
    - { kind: kill, rate: 1/min, process: line }
measure: { duration: 1min }
`

beforeAll(() => writeFileSync('drawn.yaml', DRAWN))

interface Found {
  readonly variants: readonly {
    readonly fingerprints: Readonly<Record<string, string>>
    readonly faults: readonly unknown[]
  }[]
}

async function run(...args: string[]): Promise<Found['variants'][number]> {
  const { code, out, err } = await rehearsal('run', 'drawn.yaml', '--json', ...args)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return (JSON.parse(out) as Found).variants[0]!
}

describe('faults', () => {
  test('prints what the seed draws, and a run from that file is the same to the last event', async () => {
    const { code, out } = await rehearsal('faults', 'drawn.yaml', '--seed', '7')
    expect(code).toBe(0)
    expect(out.split('\n')).toHaveLength(2 + 10 + 1)
    expect(out).toContain('# drawn, seed 7: 10 faults')
    writeFileSync('plan.yaml', out)
    const drawn = await run('--seed', '7')
    const replayed = await run('--seed', '7', '--faults', 'plan.yaml')
    expect(replayed.fingerprints).toEqual(drawn.fingerprints)
    expect(replayed.faults).toEqual(drawn.faults)
    expect(drawn.faults).toHaveLength(10)
    const other = await run('--seed', '8')
    expect(other.fingerprints['8']).not.toBe(drawn.fingerprints['7'])
  })

  test('a plan that is edited gives another run', async () => {
    const plan = readFileSync('plan.yaml', 'utf8').split('\n')
    writeFileSync('fewer.yaml', plan.toSpliced(2, 1).join('\n'))
    expect((await run('--seed', '7', '--faults', 'fewer.yaml')).faults).toHaveLength(9)
  })

  test('of a variant that there is not, names those there are', async () => {
    const { code, err } = await rehearsal('faults', 'drawn.yaml', '--variant', 'drown')
    expect(code).toBe(2)
    expect(err).toMatchInlineSnapshot(`
      "unknown variant: drown; known: drawn
        did you mean "drawn"?
      "
    `)
  })

  test('that cannot be read, are none, or are another scenario’s, are refused', async () => {
    const refused = async (file: string) => (await rehearsal('run', 'drawn.yaml', '--faults', file)).err
    writeFileSync('other.yaml', 'faults: [{ at: 1s, kind: crash, host: queen }]')
    expect(await refused('nowhere.yaml')).toMatchInlineSnapshot(`
      "cannot read nowhere.yaml: no such file or folder
      "
    `)
    expect(await refused('drawn.yaml')).toMatchInlineSnapshot(`
      "drawn.yaml:2:1: unknown key: name; known: faults
        2 | name: drawn
            ^
        a plan of faults is what \`rehearsal faults SCENARIO\` prints
      "
    `)
    expect(await refused('other.yaml')).toMatchInlineSnapshot(`
      "other.yaml:1:39: unknown host: queen; known: front, worker
        1 | faults: [{ at: 1s, kind: crash, host: queen }]
                                                  ^
      "
    `)
  })
})

interface Event {
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur: number
  readonly name: string
  readonly cat?: string
}

describe('timeline', () => {
  const eventsOf = (): Event[] => JSON.parse(readFileSync('reports/drawn/timeline.json', 'utf8')).traceEvents

  test('writes a trace whose slices do not overlap, and whose arrows end in slices', async () => {
    const { code, out, err } = await rehearsal('timeline', 'drawn.yaml', '--seed', '7')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^wrote reports\/drawn\/timeline\.json: [\d,]+ events of seed 7\n/)
    const lanes = new Map<string, Event[]>()
    const laneOf = ({ pid, tid }: Event) => `${pid}/${tid}`
    const events = eventsOf()
    for (const event of events)
      if (event.ph === 'X') lanes.set(laneOf(event), [...(lanes.get(laneOf(event)) ?? []), event])
    // Microseconds with three decimals, compared as whole nanoseconds.
    const ns = (micros: number) => Math.round(micros * 1000)
    for (const slices of lanes.values()) {
      slices.sort((a, b) => a.ts - b.ts || b.dur - a.dur)
      for (const [i, { ts, dur }] of slices.entries()) {
        const next = slices[i + 1]
        const inside = next && ns(next.ts) + ns(next.dur) <= ns(ts) + ns(dur)
        if (next) expect(inside || ns(next.ts) >= ns(ts) + ns(dur)).toBe(true)
      }
    }
    const arrows = events.filter(({ ph }) => ph === 's' || ph === 'f')
    expect(arrows.length).toBeGreaterThan(500)
    for (const arrow of arrows) {
      const open = lanes
        .get(laneOf(arrow))!
        .some(({ ts, dur }) => ns(ts) <= ns(arrow.ts) && ns(arrow.ts) < ns(ts) + ns(dur))
      expect(open, JSON.stringify(arrow)).toBe(true)
    }
    expect(events.filter(({ ph, cat }) => ph === 'b' && cat === 'fault')).toHaveLength(10)
  })

  test('takes down a stretch of it', async () => {
    await rehearsal('timeline', 'drawn.yaml', '--from', '20s', '--until', '25s')
    const slices = eventsOf().filter(({ ph }) => ph === 'X')
    expect(slices.length).toBeGreaterThan(20)
    for (const { ts, dur } of slices) {
      expect(ts + dur).toBeGreaterThanOrEqual(20e6)
      expect(ts).toBeLessThanOrEqual(25e6)
    }
  })

  test('refuses times that are none, and writes nothing then', async () => {
    const { code, err } = await rehearsal('timeline', 'drawn.yaml', '--from', 'soon', '--out', 'elsewhere')
    expect(code).toBe(2)
    expect(err).toBe('invalid --from: soon; expected a virtual time with its unit, such as 20s\n')
    expect(existsSync('elsewhere')).toBe(false)
  })
})
