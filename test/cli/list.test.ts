// `rehearsal list`, `plan`, `check`, `schema`, `init`, `doctor` and the help: what they tell, within 80 columns.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { topics } from '../../src/cli/topics.ts'
import { kebab } from '../../src/parameters.ts'
import { inEmptyFolder, rehearsal, SMALL, smallCalled } from './session.ts'

inEmptyFolder()

beforeAll(() => {
  writeFileSync('small.yaml', SMALL)
})

const SCENARIOS = fileURLToPath(new URL('../../scenarios', import.meta.url))

/** What is printed, if it is well and fits. */
async function printed(...args: string[]): Promise<string> {
  const { code, out, err } = await rehearsal(...args)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(out).not.toMatch(/undefined|\[object|[ \t]\n/)
  return out
}

describe('help', () => {
  test('names every command, and the exit codes', async () => {
    const help = await printed('--help')
    for (const name of Object.keys(commands)) expect(help).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    expect(help).toContain('70 a bug of ours')
    expect(await printed('help')).toBe(help)
    expect(await printed('-h')).toBe(help)
  })

  test('of a command names its words and options', async () => {
    for (const [name, { load }] of Object.entries(commands)) {
      const help = await printed(name, '--help')
      expect(help).toMatch(new RegExp(`^usage: rehearsal ${name}`))
      for (const [key, option] of Object.entries((await load()).options))
        expect(help).toContain(option.type === 'flag' && option.default ? `--no-${key}` : `--${key}`)
      expect(await printed('help', name)).toBe(help)
    }
  })

  test('goes before what is wrong beside it', async () => {
    expect(await printed('run', '--sed', '--help')).toMatch(/^usage: rehearsal run/)
  })
})

test('version prints the version', async () => {
  expect(await printed('--version')).toMatch(/^\d+\.\d+\.\d+\n$/)
})

describe('list', () => {
  test('shows everything there is', async () => {
    const all = await printed('list')
    for (const topic of ['scenarios', ...Object.keys(topics)])
      expect(all).toMatch(new RegExp(`^${topic}$`, 'm'))
  })

  test.each(Object.entries(topics))('shows every one of the %s, whole', async (topic, { entries }) => {
    const brief = await printed('list', topic)
    for (const [name, { meaning, parameters = {}, metrics = {} }] of Object.entries(entries())) {
      expect(brief).toContain(`  ${name} `)
      const whole = await printed('list', topic, name)
      const words = whole.replace(/\s+/g, ' ')
      expect(words).toContain(meaning)
      for (const [key, parameter] of Object.entries(parameters)) {
        expect(whole).toMatch(new RegExp(`^ +${kebab(key)}( |$)`, 'm'))
        expect(words).toContain(parameter.meaning)
        if (parameter.source) expect(words).toContain(`source: ${parameter.source}`)
      }
      for (const metric of Object.keys(metrics)) expect(words).toContain(metric)
    }
  })

  test('says of a parameter its unit, bounds, default and source', async () => {
    const ollama = await printed('list', 'services', 'ollama')
    expect(ollama).toMatch(/^ {2}parallel +whole number from 1 to 1,024; default 1\n/m)
    expect(ollama).toMatch(
      /^ {2}keep-alive +duration from -1 d; default 300 s\n(?:.*\n){1,3} +source: \[S\]/m,
    )
  })

  test('says of a metric its unit, direction and figures', async () => {
    expect(await printed('list', 'metrics', 'latency')).toMatchInlineSnapshot(`
      "latency: from asking to the end of the answer

      unit           duration
      better         lower
      figures        .mean .p50 .p90 .p95 .p99 .p999 .max .min .count .sd
      in a scenario  expect: [{ metric: latency.mean, … }]
      "
    `)
    expect(await printed('list', 'metrics')).toMatch(/^ {2}host\.NAME\.core\.N\.utilisation +core N of NAME/m)
  })

  test('shows the scenarios that ship where there are none here, and else those here', async () => {
    expect(await printed('list', 'scenarios')).toContain('theory/m-m-1.yaml')
    mkdirSync('scenarios/mine', { recursive: true })
    writeFileSync('scenarios/mine/small.yaml', SMALL)
    writeFileSync('scenarios/mine/broken.yml', 'name: [')
    expect(await printed('list', 'scenarios')).toBe(
      '  scenarios/mine/broken.yml  (cannot be read; see rehearsal check)\n  scenarios/mine/small.yaml  A small one\n',
    )
  })
})

describe('plan', () => {
  test('shows variants, seeds, runs, cost and metrics', async () => {
    writeFileSync(
      'matrix.yaml',
      smallCalled(
        'matrix',
        'seeds: 20\nparameters: { cores: 1, load: 10 }\nmatrix: { cores: [1, 2, 4], load: [5, 10] }\n',
      ),
    )
    const [first, metrics] = (await printed('plan', 'matrix.yaml')).split('metrics   ')
    expect(first).toMatchInlineSnapshot(`
      "scenario  matrix: A small one
      matrix    cores: 1, 2, 4
                load: 5, 10
      variants  6
                cores=1 load=5
                cores=1 load=10
                cores=2 load=5
                cores=2 load=10
                cores=4 load=5
                cores=4 load=10
      seeds     20: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 … and 8 more
      runs      120
      requests  about 11,280
      cost      about 1 s of real time, give or take a factor of three
      "
    `)
    expect(metrics).toMatch(/^\d+, by the figures they have/)
    expect(metrics).toMatch(/^ {10}\.mean \.max: host\.box\.utilisation, host\.box\.core\.N\.utilisation,/m)
  })

  test('says so where the cost cannot be known, or nobody asks anything', async () => {
    writeFileSync(
      'closed.yaml',
      SMALL.replace('{ kind: poisson, rate: 10/s }', '{ kind: closed, clients: 3 }'),
    )
    expect(await printed('plan', 'closed.yaml')).toMatch(/^cost +not known before it is run/m)
    writeFileSync('idle.yaml', 'name: idle\nhosts: { box: {} }\n')
    expect(await printed('plan', 'idle.yaml')).toMatch(/^requests +none: there is no workload/m)
  })

  test('prints the scenario with extends and --set applied', async () => {
    writeFileSync('extends.yaml', 'name: extends\nextends: small.yaml\n')
    const { out } = await rehearsal('plan', 'extends.yaml', '--resolved', '--set', 'hosts.box.cores=8')
    expect(out).toContain('name: extends\n')
    expect(out).toContain('cores: 8\n')
    writeFileSync('resolved.yaml', out)
    expect(await printed('plan', 'resolved.yaml', '--resolved')).toBe(out)
  })
})

describe('check', () => {
  test('every scenario that ships is valid', async () => {
    const files = readdirSync(SCENARIOS, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => join(SCENARIOS, name))
    expect(files.length).toBeGreaterThan(10)
    const { code, out, err } = await rehearsal('check', ...files)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.match(/^ok {2}/gm)).toHaveLength(files.length)
    // There are many of them.
  }, 300_000)

  test('goes on after a wrong one, and says how much is wrong', async () => {
    writeFileSync('wrong.yaml', smallCalled('Wrong').replace('cores', 'core'))
    const { code, out, err } = await rehearsal('check', 'wrong.yaml', 'small.yaml')
    expect({ code, out }).toEqual({ code: 2, out: 'ok  small.yaml: 1 variant, 1 seed\n' })
    expect(err).toMatch(/\n2 mistakes\n$/)
  })
})

describe('schema', () => {
  test('is one JSON document, on standard output or in a file', async () => {
    const { out } = await rehearsal('schema')
    expect(JSON.parse(out)).toMatchObject({ type: 'object', properties: { services: {}, workload: {} } })
    expect(await printed('schema', '--out', 'a/schema.json')).toBe('wrote a/schema.json\n')
    expect(readFileSync('a/schema.json', 'utf8')).toBe(out)
  })
})

describe('init', () => {
  test('writes a scenario that is valid, runs, and meets what it expects', async () => {
    expect(await printed('init')).toBe('wrote scenario.yaml\ntry   rehearsal run scenario.yaml\n')
    expect(await printed('check', 'scenario.yaml')).toBe('ok  scenario.yaml: 3 variants, 3 seeds\n')
    expect((await rehearsal('run', 'scenario.yaml', '--quiet', '--no-html')).code).toBe(0)
  })

  test('names its file as one would type it, and does not let a name speak', async () => {
    expect(await printed('init', "it's $& mine.yaml")).toContain(
      "try   rehearsal run 'it'\\''s $& mine.yaml'\n",
    )
    expect(readFileSync("it's $& mine.yaml", 'utf8')).toContain("rehearsal run 'it'\\''s $& mine.yaml'\n")
    await rehearsal('init', 'a\nname: b\n.yaml')
    expect((await rehearsal('check', 'a\nname: b\n.yaml')).code).toBe(0)
  })

  test('overwrites only when told to', async () => {
    writeFileSync('mine.yaml', 'mine')
    expect((await rehearsal('init', 'mine.yaml')).code).toBe(2)
    expect(readFileSync('mine.yaml', 'utf8')).toBe('mine')
    expect((await rehearsal('init', 'mine.yaml', '--force')).code).toBe(0)
  })
})

test('doctor tells what there is, and that it can run', async () => {
  const told = await printed('doctor')
  expect(told).toMatch(/^ok {7}Node +v\d+/m)
  expect(told).toContain('Rehearsal can run here')
})
