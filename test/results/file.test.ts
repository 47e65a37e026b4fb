import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ScenarioError } from '../../src/errors.ts'
import { canonicalJson } from '../../src/results/canonical.ts'
import { LARGEST_RESULT, readResult } from '../../src/results/read.ts'
import type { Result } from '../../src/results/result.ts'
import { writeResult } from '../../src/results/write.ts'
import { sampleResult } from './sample.ts'

// The real file system, of which single calls can be made to fail.
vi.mock('node:fs', async (original) => ({ ...(await original<typeof fs>()) }))

let folder: string
let file: string
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'rehearsal-results-'))
  file = join(folder, 'result.json')
})
afterEach(() => {
  vi.restoreAllMocks()
  fs.rmSync(folder, { recursive: true })
})

const other: Result = { ...sampleResult, claims: [] }

describe('a result file', () => {
  test('gives back what was written', () => {
    writeResult(file, sampleResult)
    expect(readResult(file)).toEqual(sampleResult)
    expect(fs.readFileSync(file, 'utf8')).toBe(canonicalJson(sampleResult))
  })

  test('gives parameters back in the order of the matrix, though its keys are sorted', () => {
    const [variant] = sampleResult.variants
    const parameters = { workers: 4, answer: 'a b=c', 'time out': 1 }
    const named = { ...variant!, name: 'workers=4 answer=a b=c time out=1', parameters }
    const where = { workers: 4, answer: 'a b=c' }
    const speedups = sampleResult.speedups.slice(0, 1).map((each) => ({ ...each, where }))
    writeResult(file, { ...sampleResult, variants: [named], speedups })
    const read = readResult(file)
    expect(Object.keys(read.variants[0]!.parameters)).toEqual(['workers', 'answer', 'time out'])
    expect(read.variants[0]!.parameters).toEqual(parameters)
    for (const each of read.speedups) expect(Object.keys(each.where)).toEqual(['workers', 'answer'])
  })

  test('keeps keys that this version does not know', () => {
    const later = { ...sampleResult, added: { later: true } }
    writeResult(file, later)
    expect(readResult(file)).toEqual(later)
  })

  test('is written into folders that are not there yet, and leaves nothing beside it', () => {
    const deep = join(folder, 'a', 'b', 'result.json')
    writeResult(deep, sampleResult)
    writeResult(deep, other)
    expect(readResult(deep)).toEqual(other)
    expect(fs.readdirSync(join(folder, 'a', 'b'))).toEqual(['result.json'])
  })
})

describe('an interrupted write', () => {
  const interruptions: Record<string, () => void> = {
    'with half of the bytes written': () =>
      vi.spyOn(fs, 'writeFileSync').mockImplementationOnce((target, bytes) => {
        fs.writeSync(target as number, (bytes as Buffer).subarray(0, 500))
        throw new Error('ENOSPC: no space left on device, write')
      }),
    'before the rename': () =>
      vi.spyOn(fs, 'renameSync').mockImplementationOnce(() => {
        throw new Error('EIO: i/o error, rename')
      }),
    'before the bytes are on the disk': () =>
      vi.spyOn(fs, 'fsyncSync').mockImplementationOnce(() => {
        throw new Error('EIO: i/o error, fsync')
      }),
  }
  for (const [when, interrupt] of Object.entries(interruptions))
    test(`${when} leaves the old file whole and nothing beside it`, () => {
      writeResult(file, sampleResult)
      interrupt()
      expect(() => writeResult(file, other)).toThrow(
        /^cannot write .*result\.json: E(NOSPC|IO): .*\n {2}give a path/,
      )
      expect(readResult(file)).toEqual(sampleResult)
      expect(fs.readdirSync(folder)).toEqual(['result.json'])
    })

  test('by the death of the process never touches the old file: the new one is beside it until it is whole', () => {
    writeResult(file, sampleResult)
    // Nothing runs after the death: neither rename nor removal.
    vi.spyOn(fs, 'renameSync').mockImplementationOnce(() => {
      throw new Error('killed')
    })
    vi.spyOn(fs, 'rmSync').mockImplementationOnce(() => {})
    expect(() => writeResult(file, other)).toThrow(ScenarioError)
    expect(readResult(file)).toEqual(sampleResult)
    const [, beside] = fs.readdirSync(folder).toSorted()
    expect(beside).toMatch(/^result\.json\.tmp-[0-9a-f]{12}$/)
    expect(readResult(join(folder, beside!))).toEqual(other)
  })

  test('a result that is no plain data is refused before the file is touched', () => {
    writeResult(file, sampleResult)
    expect(() => writeResult(file, { ...sampleResult, speedups: [Number.NaN as never] })).toThrow(
      'speedups.0 is NaN',
    )
    expect(readResult(file)).toEqual(sampleResult)
  })
})

describe('reading refuses', () => {
  const refused = (text: string): string => {
    fs.writeFileSync(file, text)
    try {
      readResult(file)
    } catch (error) {
      expect(error).toBeInstanceOf(ScenarioError)
      return (error as Error).message.replaceAll(file, 'FILE')
    }
    return 'nothing'
  }
  const whole = canonicalJson(sampleResult)
  // biome-ignore lint/suspicious/noExplicitAny: the shape is broken on purpose
  const changed = (change: (result: Record<string, any>) => void): string => {
    const result = structuredClone(sampleResult)
    change(result)
    return JSON.stringify(result)
  }

  test('a file cut short anywhere', () => {
    for (let length = 1; length < whole.trimEnd().length; length += 37)
      expect(refused(whole.slice(0, length))).toMatch(
        /^FILE is (cut short: it ends amid its data, after [\d,]+ bytes|not JSON: .*)\n {2}run its scenario again to write it anew$/,
      )
    expect(refused('')).toBe('FILE is empty\n  run its scenario again to write it anew')
  })

  test('another version', () => {
    expect(refused(changed((result) => Object.assign(result, { schema: 'rehearsal/result/2' })))).toBe(
      'FILE is a result of another version: its schema is rehearsal/result/2; expected rehearsal/result/1\n' +
        '  run its scenario again with this version',
    )
  })

  test('what is no result', () => {
    for (const text of ['{}', '[]', 'null', '3', '{"schema": 1}', '{"schema": "other/1"}'])
      expect(refused(text)).toBe(
        'FILE is not a result: it has no schema rehearsal/result/1\n  give a file that `rehearsal run` wrote',
      )
    expect(refused('name: a scenario')).toMatch(/^FILE is not JSON: /)
  })

  test('every mistake of shape at once, by its path', () => {
    const message = refused(
      changed((result) => {
        result.variants[0].metrics['latency.mean'].value = 'fast'
        result.variants[0].metrics['latency.p99'].samples = [null]
        result.claims[0].verdict = 'perhaps'
        delete result.provenance
      }),
    )
    for (const path of ['variants.0.metrics.latency.mean.value', 'claims.0.verdict', 'provenance'])
      expect(message).toContain(`FILE is not a whole result: ${path}: `)
  })

  test('samples that do not match the seeds', () => {
    const message = refused(
      changed((result) => Object.assign(result.variants[0].metrics['latency.p99'], { samples: [null] })),
    )
    expect(message).toContain('variants.0.metrics.latency.p99.samples: 1 samples for 2 seeds')
  })

  test('a number beyond the largest double', () => {
    expect(refused(whole.replace('12345', '1e999'))).toContain('provenance.events')
  })

  test('more than twenty mistakes as twenty and a number', () => {
    const message = refused(changed((result) => Object.assign(result, { claims: Array(30).fill({}) })))
    // 30 claims lack 5 texts each.
    expect(message.match(/is not a whole result/g)).toHaveLength(20)
    expect(message).toContain('and 130 more mistakes in FILE')
  })

  test('a file over 256 MiB, before reading it', () => {
    fs.writeFileSync(file, '')
    fs.truncateSync(file, LARGEST_RESULT + 1)
    const read = vi.spyOn(fs, 'readFileSync')
    expect(() => readResult(file)).toThrow(/is too large: 256 MiB; expected at most 256 MiB/)
    expect(read).not.toHaveBeenCalled()
  })

  test('what is not there or no file', () => {
    expect(() => readResult(join(folder, 'nothing.json'))).toThrow(
      /nothing\.json does not exist\n {2}write it with/,
    )
    expect(() => readResult(folder)).toThrow(/is not a file/)
  })

  test('and writing refuses a path that cannot be', () => {
    fs.writeFileSync(file, '')
    expect(() => writeResult(join(file, 'result.json'), sampleResult)).toThrow(
      /^cannot write .*result\.json: /,
    )
  })
})
