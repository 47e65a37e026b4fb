// The gate: what it lets pass, what it does not, and what it says of it.

import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder, rehearsal, smallCalled } from './session.ts'

inEmptyFolder()

const GATED = smallCalled(
  'small',
  `expect: [{ metric: latency.p95, below: 10s }]
gate:
  default: { worse-by: 2% }
  latency.p50: { worse-by: 5ms }
`,
)
const SLOWER = ['--set', 'services.station.service.mean=60ms']
const FASTER = ['--set', 'services.station.service.mean=40ms']
const gate = (...args: string[]) => rehearsal('gate', ...args)

beforeAll(async () => {
  writeFileSync('small.yaml', GATED)
  await rehearsal('baseline', 'accept', 'small.yaml', '--seeds', '10', '--reason', 'first figures')
}, 60_000)

describe('the gate', () => {
  test('passes what is as it was, on the seeds of the baseline, with the same events', async () => {
    expect(await gate('small.yaml')).toEqual({
      code: 0,
      err: '',
      out: 'pass          small     10 runs, same events  since: first figures\n1 scenario: 1 pass\n',
    })
  })

  test('without names runs the scenarios of all baselines', async () => {
    expect(await gate()).toMatchObject({ code: 0, out: expect.stringContaining('1 scenario: 1 pass') })
  })

  test('fails what is worse in 1, and says what, by how much, since which baseline, and where the threshold stands', async () => {
    const { code, out } = await gate('small.yaml', ...SLOWER)
    expect(code).toBe(1)
    expect(out).toMatch(/^fail +small .* since: first figures$/m)
    expect(out).toMatch(/latency\.p50 +\S+ ms → \S+ ms +\+\S+ ± \S+ % +worse/)
    expect(out).toContain('latency.p50: worse (limit: worse by 5 ms) (small.yaml:13)')
    // What only the default holds points at the default; what is expected, at the expectation.
    expect(out).toContain('latency.mean, latency.p99: worse (limit: worse by 2 %) (small.yaml:12)')
    expect(out).toContain('latency.p95: worse (limit: worse by 2 %) (small.yaml:10)')
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true)
  })

  test('shows what is better, passes, and offers to accept it', async () => {
    const { code, out } = await gate('small.yaml', ...FASTER)
    expect(code).toBe(0)
    expect(out).toMatch(/latency\.p95 .* better/)
    expect(out).toContain('rehearsal baseline accept small.yaml --seeds 10 --reason TEXT')
  })

  test('reports several ways at once, into files', async () => {
    const args = [
      'terminal',
      'markdown:gate.md',
      'junit:out/gate.xml',
      'json:gate.json',
      'ndjson:gate.ndjson',
      'github:gate.txt',
    ]
    const { code, out } = await gate('small.yaml', ...SLOWER, ...args.flatMap((each) => ['--reporter', each]))
    expect([code, out.slice(0, 4)]).toEqual([1, 'fail'])
    expect(readFileSync('gate.md', 'utf8')).toMatch(/^<!-- rehearsal-gate -->/)
    expect(readFileSync('out/gate.xml', 'utf8')).toContain('<failure message="latency.p50')
    expect(readFileSync('gate.txt', 'utf8')).toMatch(
      /^::error file=small\.yaml,line=\d+,col=\d+,title=small%3A /m,
    )
    expect(JSON.parse(readFileSync('gate.json', 'utf8'))).toMatchObject({
      schema: 'rehearsal/gate/1',
      verdict: 'fail',
    })
    expect(readFileSync('gate.ndjson', 'utf8').trimEnd().split('\n').at(-1)).toContain('"verdict":"fail"')
  })

  test('of one seed is exact: any change is shown, and fails from the threshold on', async () => {
    await rehearsal('baseline', 'accept', 'small.yaml', '--seed', '1', '--reason', 'one', '--out', 'one')
    const run = (mean: string) =>
      gate('small.yaml', '--baselines', 'one', '--set', `services.station.service.mean=${mean}`)
    expect(await run('50.01ms')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/latency\.mean .*\+0\.0\d % +allowed/),
    })
    expect(await run('52ms')).toMatchObject({ code: 1, out: expect.stringMatching(/latency\.p95 .* worse/) })
  })

  test('takes thresholds from the command line, as everything else', async () => {
    const wide = ['--set', 'gate={ default: { worse-by: 90% } }']
    const { code, out } = await gate('small.yaml', ...SLOWER, ...wide)
    expect(code).toBe(0)
    expect(out).toMatch(/latency\.p95 .* allowed/)
  })
})

describe('never green', () => {
  test('is what has no baseline', async () => {
    writeFileSync('fresh.yaml', smallCalled('fresh'))
    expect(await gate('fresh.yaml')).toMatchObject({
      code: 3,
      out: expect.stringMatching(/^inconclusive {2}fresh[\s\S]*no baseline: results\/baselines\/fresh\.json/),
    })
    expect(await gate('--baselines', 'nowhere')).toEqual({
      code: 3,
      out: '0 scenarios\n',
      err: expect.stringMatching(/^no baselines in nowhere; /),
    })
  })

  test('is a scenario that is not the one that was accepted, even where every figure is equal', async () => {
    copyFileSync('small.yaml', 'kept.yaml')
    writeFileSync('small.yaml', `${GATED}checks: {}\n`)
    const { code, out } = await gate('small.yaml')
    copyFileSync('kept.yaml', 'small.yaml')
    expect({ code, out }).toEqual({
      code: 3,
      out: expect.stringMatching(
        /the scenario is not the one of the baseline[\s\S]*if that is meant:\s+rehearsal baseline accept\s+small\.yaml\s+--seeds 10 --reason TEXT/,
      ),
    })
  })

  test('is a metric that is there no more', async () => {
    const path = 'results/baselines/small.json'
    const bytes = readFileSync(path, 'utf8')
    writeFileSync(path, bytes.replaceAll('"latency.p99": [', '"latency.p98": ['))
    const { code, out } = await gate('small.yaml')
    writeFileSync(path, bytes)
    expect({ code, out }).toEqual({ code: 3, out: expect.stringMatching(/latency\.p98 .* absent/) })
  })

  test('is a metric of which nothing is observed now', async () => {
    // Nobody asks anything within the second that is measured.
    const { code, out } = await gate('small.yaml', '--set', 'workload.arrivals.rate=1/h')
    expect({ code: code === 1 || code === 3, out }).toEqual({
      code: true,
      out: expect.stringMatching(/latency\.p95 .* absent/),
    })
  })

  test('is a baseline whose scenario is no more', async () => {
    writeFileSync('gone.yaml', smallCalled('gone'))
    await rehearsal('baseline', 'accept', 'gone.yaml', '--seed', '1', '--reason', 'r', '--out', 'gone')
    rmSync('gone.yaml')
    expect(await gate('--baselines', 'gone')).toMatchObject({
      code: 3,
      out: expect.stringContaining('its scenario is no more'),
    })
  })

  test('is a failing expectation, whatever the baseline says', async () => {
    const { code, out } = await gate('small.yaml', '--set', 'expect.0.below=1ms')
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('expect: latency.p95 below 1 ms') })
  })
})

describe('what else a baseline holds', () => {
  const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens\n'
  const row = (tokens: number) => `${HEADER}2025-02-28 23:57:30,10,10\n2025-02-28 23:57:35,10,${tokens}\n`
  const traced = `name: traced
title: A trace
hosts: { box: { cores: 4 } }
services: { ollama: { kind: ollama, on: box } }
workload:
  target: ollama
  trace: ./traced.csv
  request: { kind: generate, model: "llama3.2:3b" }
`

  test('is what a trace held: another is another scenario, and nobody is blamed', async () => {
    writeFileSync('traced.yaml', traced)
    writeFileSync('traced.csv', row(10))
    const accepted = await rehearsal('baseline', 'accept', 'traced.yaml', '--reason', 'r', '--out', 'traced')
    expect(accepted).toMatchObject({ code: 0 })
    expect(await gate('traced.yaml', '--baselines', 'traced')).toMatchObject({ code: 0 })
    writeFileSync('traced.csv', row(90))
    const { code, out } = await gate('traced.yaml', '--baselines', 'traced')
    expect({ code, out: out.replace(/\s+/g, ' ') }).toEqual({
      code: 3,
      out: expect.stringMatching(/the trace traced\.csv is not the one of the baseline.*of another scenario/),
    })
  })

  test('is how claims were settled: one that turns fails until it is accepted', async () => {
    const claims = (below: string) =>
      `claims: [{ id: XX-01, text: It is quick., metric: latency.mean, below: ${below}, source: s }]\n`
    writeFileSync('claimed.yaml', smallCalled('claimed', claims('10s')))
    const accept = (reason: string) =>
      rehearsal('baseline', 'accept', 'claimed.yaml', '--reason', reason, '--out', 'claimed')
    await accept('one')
    writeFileSync('claimed.yaml', smallCalled('claimed', claims('1ms')))
    const { code, out } = await gate('claimed.yaml', '--baselines', 'claimed')
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringMatching(/XX-01 was reproduced and is refuted[\s\S]*claimed\.yaml:10/),
    })
    expect((await accept('two')).out).toContain('claim XX-01  reproduced → refuted')
    expect(await gate('claimed.yaml', '--baselines', 'claimed')).toMatchObject({ code: 0 })
    const shown = await rehearsal('baseline', 'show', 'claimed', '--out', 'claimed')
    expect(shown.out).toContain('claims: XX-01 refuted')
  })
})

describe('a scenario that was renamed', () => {
  const gated = (...args: string[]) => gate(...args, '--baselines', 'moving')
  beforeAll(async () => {
    mkdirSync('moved', { recursive: true })
    writeFileSync('moved/old.yaml', smallCalled('old'))
    await rehearsal('baseline', 'accept', 'moved', '--seed', '1', '--reason', 'r', '--out', 'moving')
  })

  test('in its file alone is held against its baseline, and told where nothing else names it', async () => {
    renameSync('moved/old.yaml', 'moved/new.yaml')
    expect(await gated('moved')).toMatchObject({ code: 0, out: expect.stringMatching(/1 scenario: 1 pass/) })
    const { code, out } = await gated()
    expect({ code, out: out.replace(/\s+/g, ' ') }).toEqual({
      code: 3,
      out: expect.stringMatching(/its scenario is no more: moved\/old\.yaml; .* from where it stands now/),
    })
    renameSync('moved/new.yaml', 'moved/old.yaml')
  })

  test('by its name leaves a baseline behind that is told, and is run once', async () => {
    writeFileSync('moved/old.yaml', smallCalled('new'))
    for (const args of [[], ['moved']]) {
      const { code, out } = await gated(...args)
      expect({ code, out: out.replace(/\s+/g, ' ') }).toEqual({
        code: 3,
        out: expect.stringMatching(
          /no baseline: moving\/new\.json; to make one: rehearsal baseline accept moved\/old\.yaml --out moving --reason TEXT.*no longer called old; remove the baseline moving\/old\.json/,
        ),
      })
    }
    await rehearsal('baseline', 'accept', 'moved', '--seed', '1', '--reason', 'r', '--out', 'moving')
    const { code, out } = await gated()
    expect({ code, out }).toEqual({ code: 3, out: expect.stringContaining('1 inconclusive, 1 pass') })
    rmSync('moving/old.json')
    expect(await gated()).toMatchObject({ code: 0, out: expect.stringContaining('1 scenario: 1 pass') })
  })
})

test('what is to be typed accepts on the seeds of the baseline, into its folder', async () => {
  for (const [seeds, told] of [
    [['--seeds', '7,9'], ' --seeds 7,9'],
    [['--seeds', '2'], ' --seeds 2'],
    [['--seed', '7'], ' --seed 7'],
    [[], ''],
  ] as const) {
    writeFileSync('typed.yaml', smallCalled('typed'))
    await rehearsal('baseline', 'accept', 'typed.yaml', ...seeds, '--reason', 'r', '--out', 'typed')
    writeFileSync('typed.yaml', smallCalled('typed', 'checks: {}\n'))
    const { out } = await gate('typed.yaml', '--baselines', 'typed')
    expect(out.replace(/\s+/g, ' ')).toContain(`accept typed.yaml${told} --out typed --reason TEXT`)
  }
})

test('a folder is all scenarios beneath it: one without a baseline cannot be told, nor one that is gone', async () => {
  mkdirSync('fleet/deep/node_modules', { recursive: true })
  writeFileSync('fleet/one.yaml', smallCalled('one'))
  writeFileSync('fleet/deep/two.yaml', smallCalled('two'))
  writeFileSync('fleet/deep/node_modules/three.yaml', 'none')
  const accepted = await rehearsal('baseline', 'accept', 'fleet', '--reason', 'r', '--out', 'folder')
  expect(accepted.out).toMatch(/^accepted folder\/two\.json: .*\naccepted folder\/one\.json: .*\n$/)
  expect(await gate('fleet', '--baselines', 'folder')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/2 scenarios: 2 pass/),
  })
  writeFileSync('fleet/four.yaml', smallCalled('four'))
  rmSync('fleet/one.yaml')
  const { code, out } = await gate('fleet', '--baselines', 'folder')
  expect({ code, out }).toEqual({
    code: 3,
    out: expect.stringMatching(/3 scenarios: 2 inconclusive, 1 pass/),
  })
  expect(out).toContain('its scenario is no more')
  rmSync('fleet', { recursive: true })
  mkdirSync('empty')
  expect(await gate('empty')).toMatchObject({
    code: 2,
    err: expect.stringContaining('has no scenario in it'),
  })
})

describe('mistakes', () => {
  const refused = async (section: string) => {
    writeFileSync('wrong.yaml', smallCalled('wrong', section))
    const { code, err } = await rehearsal('check', 'wrong.yaml')
    expect(code).toBe(2)
    return err
  }

  test('in thresholds are told with their place and the mend', async () => {
    expect(await refused('gate: { latency.p59: exact }\n')).toMatch(
      /^wrong\.yaml:10:22: unknown metric: latency\.p59[\s\S]*latency\.p5/,
    )
    expect(await refused('gate: { messages: exact }\n')).toContain('did you mean "network.messages"?')
    expect(await refused('gate: { errors: { worse-by: -2% }, latency.p50: { worse-by: -5ms } }\n')).toMatch(
      /invalid worse-by: -2%; expected how much worse[\s\S]*did you mean 2%[\s\S]*invalid worse-by: -5ms/,
    )
    expect(await refused('gate: { latency.p50: { worse-by: 5 } }\n')).toMatch(
      /invalid worse-by: 5; expected a duration[\s\S]*5ms/,
    )
    expect(await refused('gate: { latency.p50: { worse-by: 5MiB } }\n')).toMatch(/invalid worse-by: 5MiB/)
    expect(await refused('gate: { default: { worse-by: 5ms } }\n')).toMatch(/expected a share, such as 2%/)
    expect(await refused('gate: { default: exakt }\n')).toMatch(
      /expected \{ worse-by: 2% \}, exact or ignore/,
    )
    expect(await refused('gate: { default: { worseby: 2% } }\n')).toMatch(/wrong\.yaml:10/)
    expect(await refused('gate: 2%\n')).toMatch(/expected a mapping from metrics/)
  })

  test('in reporters are told before anything runs', async () => {
    expect(await gate('small.yaml', '--reporter', 'junti:x')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "junit"?'),
    })
    expect(await gate('small.yaml', '--reporter', 'junit:')).toMatchObject({
      code: 2,
      err: expect.stringContaining('names no file'),
    })
    const twice = await gate('small.yaml', '--reporter', 'junit:x', '--reporter', 'json:./x')
    expect(twice).toMatchObject({ code: 2, err: expect.stringContaining('would both write') })
    expect(await gate('nowhere.yaml', '--reporter', 'json:results')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--reporter json: results is a folder; expected a file'),
    })
    expect(await gate('nowhere.yaml', '--reporter', 'json:small.yaml/x.json')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^cannot write into small\.yaml: .* is not a folder/),
    })
  })

  test('in the path of a scenario are told', async () => {
    expect(await gate('small.yaml/deep.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('a part of the path is not a folder'),
    })
  })

  test('of a revision are told', async () => {
    expect(await gate('small.yaml', '--base', 'main')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--base needs a repository of git'),
    })
  })
})

/** Writers that merge in turns and write in batches. */
const LEDGER = `
import { all, count, defineCoordinator, ms, reference, Semaphore, seconds, type Task } from 'rehearsal'

export default defineCoordinator({
  name: 'ledger',
  meaning: 'merges under a lock and writes in batches',
  parameters: {
    store: reference('service', { meaning: 'where batches go' }),
    writers: count({ meaning: 'how many at once', default: 8, min: 1 }),
  },
  metrics: {
    'ledger.round': { observed: 'value', unit: 'ns', better: 'lower', meaning: 'from the lock to the answer' },
    'ledger.batches': { observed: 'count', unit: 'count', better: 'higher', meaning: 'batches written' },
  },
  create: (env, { store, writers }) => {
    const lock = new Semaphore(1)
    function* merge(): Task<void> {
      yield* env.sleep(ms(1))
    }
    function* write(): Task<void> {
      yield* env.call(store[0]!, { kind: 'job' }, seconds(10))
      env.observe({ kind: 'count', metric: 'ledger.batches' })
    }
    function* writer(): Task<void> {
      for (let round = 0; round < 20; round++) {
        const begun = env.now()
        yield* lock.held(merge())
        yield* write()
        env.observe({ kind: 'value', metric: 'ledger.round', value: env.now() - begun })
      }
    }
    return {
      *start(): Task<void> {
        yield* all(Array.from({ length: writers }, writer))
      },
    }
  },
})
`

const LEDGER_SCENARIO = `name: ledger
title: A ledger
hosts: { front: {}, box: { cores: 4 } }
services: { store: { kind: queue, on: box, servers: 8, service: { kind: erlang, shape: 4, mean: 10ms } } }
coordinators: { queen: { module: ./ledger.ts, on: front, store: store } }
expect:
  - { metric: ledger.round.p95, below: 1s }
gate:
  default: { worse-by: 2% }
  ledger.round.mean: { worse-by: 1% }
  ledger.batches: exact
`

describe('planted regressions in a coordinator of the user’s', () => {
  beforeAll(async () => {
    writeFileSync('ledger.ts', LEDGER)
    writeFileSync('ledger.yaml', LEDGER_SCENARIO)
    const accepted = await rehearsal(
      'baseline',
      'accept',
      'ledger.yaml',
      '--allow-modules',
      '--seeds',
      '12',
      '--reason',
      'batches of 32',
      '--out',
      'ledger',
    )
    expect(accepted).toMatchObject({ code: 0, err: '' })
  }, 60_000)

  // A process loads a file once, so each text has a folder of its own.
  let folders = 0
  const gated = (text: string) => {
    const folder = `ledger-${++folders}`
    mkdirSync(folder)
    writeFileSync(`${folder}/ledger.ts`, text)
    writeFileSync(`${folder}/ledger.yaml`, LEDGER_SCENARIO)
    const reporters = ['--reporter', 'terminal', '--reporter', 'github']
    return gate(`${folder}/ledger.yaml`, '--allow-modules', '--baselines', 'ledger', ...reporters)
  }
  const planted = (from: string, to: string) => {
    expect(LEDGER).toContain(from)
    return gated(LEDGER.replace(from, to))
  }
  const CALL = `yield* env.call(store[0]!, { kind: 'job' }, seconds(10))`

  test('there is none as it stands, nor where only the text differs', async () => {
    expect(await gated(LEDGER)).toMatchObject({ code: 0, out: expect.stringContaining('same events') })
    expect(await planted('const begun', '// Now.\nconst begun')).toMatchObject({ code: 0 })
  })

  test('one that breaks down fails, and the others are judged all the same', async () => {
    const { code, out } = await planted('const begun', "throw new Error('no lease')\n        const begun")
    expect({ code, out: out.replace(/\s+/g, ' ') }).toEqual({
      code: 1,
      out: expect.stringMatching(
        /^fail +ledger .*every run comes to its end: ledger-\d\/ledger\.ts failed while it ran .*no lease.*::error file=ledger-\d\/ledger\.yaml,line=1,/,
      ),
    })
    const both = await gate('ledger-3/ledger.yaml', 'small.yaml', '--allow-modules')
    expect(both).toMatchObject({ code: 3, out: expect.stringMatching(/^pass +small/m) })
  })

  test.each([
    ['an extra round trip', CALL, `${CALL}\n      ${CALL}`, 'ledger.round.mean'],
    ['a lock held longer', 'ms(1)', 'ms(2)', 'ledger.round.mean'],
    [
      'a lost batch',
      CALL,
      `if (env.random('loss').uniform() < 0.02) return\n      ${CALL}`,
      'ledger.batches',
    ],
  ])(
    '%s fails with the figure, its change, and an annotation at its threshold',
    async (_, from, to, metric) => {
      const { code, out } = await planted(from, to)
      expect(code).toBe(1)
      expect(out).toMatch(new RegExp(`${metric} .* → .* worse`))
      const line = LEDGER_SCENARIO.split('\n').findIndex((text) => text.includes(`  ${metric}:`)) + 1
      expect(out).toMatch(
        new RegExp(
          `^::error file=ledger-\\d\\/ledger\\.yaml,line=${line},.*${metric} worse::.*since: batches of 32$`,
          'm',
        ),
      )
    },
  )
})
