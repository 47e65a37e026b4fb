// What a stranger's mistakes print. The snapshots are to be read: is it clear what is wrong, where, and what to do?

import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder, rehearsal, SMALL, smallCalled } from './session.ts'

inEmptyFolder()

beforeAll(() => {
  writeFileSync('small.yaml', SMALL)
  writeFileSync('same-name.yaml', SMALL)
  mkdirSync('folder')
  writeFileSync('folder/small.yaml', SMALL)
})

/** What it says on standard error. It ends in 2, prints nothing else, and no stack. */
async function mistake(...args: string[]): Promise<string> {
  const { code, out, err } = await rehearsal(...args)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).not.toMatch(/^\s+at /m)
  return err.trimEnd()
}

describe('a command line', () => {
  test('that names an unknown command', async () => {
    expect(await mistake('rnu', 'small.yaml')).toMatchInlineSnapshot(`
      "unknown command: rnu; known: run, campaign, merge, plan, faults, timeline, check, list, report, view, claims, compare, explain, capacity, sensitivity, trend, baseline, gate, bench, schema, init, doctor
        did you mean "run"?"
    `)
    expect(await mistake('constructor')).toMatchInlineSnapshot(
      `"unknown command: constructor; known: run, campaign, merge, plan, faults, timeline, check, list, report, view, claims, compare, explain, capacity, sensitivity, trend, baseline, gate, bench, schema, init, doctor"`,
    )
  })

  test('that names an unknown option', async () => {
    expect(await mistake('run', 'small.yaml', '--sed', '1')).toMatchInlineSnapshot(`
      "unknown option: --sed; known: --seed, --seeds, --set, --faults, --allow-modules, --out, --html, --json, --baseline, --quiet, --jobs, --time-limit, --precision, --most-seeds, --resume, --shard, --verify, --checked, --help
        did you mean "--seed"?"
    `)
    expect(await mistake('run', '--jsno', 'small.yaml')).toMatchInlineSnapshot(`
      "unknown option: --jsno; known: --seed, --seeds, --set, --faults, --allow-modules, --out, --html, --json, --baseline, --quiet, --jobs, --time-limit, --precision, --most-seeds, --resume, --shard, --verify, --checked, --help
        did you mean "--json"?"
    `)
    expect(await mistake('list', '-x')).toMatchInlineSnapshot(
      `"unknown option: -x; known: --module, --export, --help"`,
    )
    expect(await mistake('run', 'small.yaml', '--constructor', '1')).toMatch(/^unknown option: --constructor/)
    expect(await mistake('--verbose')).toMatchInlineSnapshot(
      `"unknown option: --verbose; known: --help, --version"`,
    )
  })

  test('that lacks something', async () => {
    expect(await mistake('run')).toMatchInlineSnapshot(`
      "missing scenario: scenario files (YAML)
        usage: rehearsal run <scenario…> [options]"
    `)
    expect(await mistake('report', '--format', 'html')).toMatchInlineSnapshot(`
      "missing result: a result.json that \`rehearsal run\` wrote, or a folder of them, for one page over all
        usage: rehearsal report <result> [options]"
    `)
    expect(await mistake('run', 'small.yaml', '--seed')).toMatchInlineSnapshot(
      `"missing value of --seed (SEED): run with this seed alone"`,
    )
    expect(await mistake('run', 'small.yaml', '--out', '--quiet')).toMatchInlineSnapshot(
      `"missing value of --out (FOLDER): where results go: FOLDER/NAME/result.json and report.html; of several, FOLDER/index.html too"`,
    )
    expect(await mistake('plan', 'small.yaml', '--set')).toMatchInlineSnapshot(
      `"missing value of --set (PATH=VALUE): override a value, such as workload.timeout=30s; may be given several times"`,
    )
    expect(await mistake('check', '')).toMatchInlineSnapshot(`
      "an argument is empty; expected a name or a path
        usage: rehearsal check <scenario…> [options]"
    `)
  })

  test('that has something too much', async () => {
    expect(await mistake('plan', 'small.yaml', 'same-name.yaml')).toMatchInlineSnapshot(`
      "unexpected argument: same-name.yaml
        usage: rehearsal plan <scenario> [options]"
    `)
    expect(await mistake('run', 'small.yaml', '--seed', '1', '--seed', '2')).toMatchInlineSnapshot(
      `"--seed is given 2 times: 1, 2; expected once"`,
    )
    expect(await mistake('run', 'small.yaml', '--seed', '1', '--seeds', '2')).toMatchInlineSnapshot(`
      "--seed and --seeds are both given; expected one of them
        such as --seeds 1"
    `)
    expect(await mistake('run', 'small.yaml', '--json', '--quiet')).toMatchInlineSnapshot(
      `"--json and --quiet are both given; expected one of them"`,
    )
    expect(await mistake('run', 'small.yaml', '--json=3')).toMatchInlineSnapshot(
      `"invalid --json: 3; expected --json or --no-json, without a value"`,
    )
    expect(await mistake('run', 'small.yaml', 'folder/small.yaml', '--json')).toMatchInlineSnapshot(`
      "--json prints one result, and 2 scenarios are given
        run one at a time, or read FOLDER/NAME/result.json of each"
    `)
    expect(
      await mistake('report', 'result.json', '--format', 'json', '--format', 'html'),
    ).toMatchInlineSnapshot(
      `"--format json is given with others; expected it alone, since it fills standard output"`,
    )
  })

  test('with several mistakes, which are told together', async () => {
    expect(await mistake('run', '--seed', '--html=maybe', '--sett', 'a=b')).toMatchInlineSnapshot(`
      "unknown option: --sett; known: --seed, --seeds, --set, --faults, --allow-modules, --out, --html, --json, --baseline, --quiet, --jobs, --time-limit, --precision, --most-seeds, --resume, --shard, --verify, --checked, --help
        did you mean "--set"?
      missing value of --seed (SEED): run with this seed alone
      invalid --html: maybe; expected --html or --no-html, without a value

      3 mistakes"
    `)
  })

  test('with seeds that are none', async () => {
    expect(await mistake('plan', 'small.yaml', '--seeds', '0')).toMatchInlineSnapshot(
      `"--seeds: invalid seeds: 0; expected a number of seeds from 1 to 100000, or a list of seeds"`,
    )
    expect(await mistake('plan', 'small.yaml', '--seeds', 'abc')).toMatchInlineSnapshot(`
      "invalid --seeds: abc; expected how many, such as 20, or a list, such as 1,2,7
        did you mean --seed abc?"
    `)
    expect(await mistake('plan', 'small.yaml', '--seeds', '1,,2')).toMatchInlineSnapshot(
      `"invalid --seeds: 1,,2; expected how many, such as 20, or a list, such as 1,2,7"`,
    )
    expect(await mistake('plan', 'small.yaml', '--seeds', '1,2,1')).toMatchInlineSnapshot(
      `"--seed: duplicate seed: 1"`,
    )
  })

  test('with a value that is none', async () => {
    expect(await mistake('run', 'small.yaml', '--time-limit', '3')).toMatchInlineSnapshot(`
      "invalid --time-limit: 3; expected a duration with its unit, such as 30s, 10min or 2h
        did you mean 3s?"
    `)
    expect(await mistake('plan', 'small.yaml', '--set', 'measure')).toMatchInlineSnapshot(`
      "--set measure: expected a path, = and a value
        such as --set measure.duration=10s"
    `)
    expect(await mistake('plan', 'small.yaml', '--set', 'measure.durtion=3s')).toMatchInlineSnapshot(`
      "--set measure.durtion=3s: unknown key: durtion; known: warm-up, duration, requests, events, antithetic
        did you mean "duration"?"
    `)
    expect(await mistake('plan', 'small.yaml', '--set', 'measure.duration=3')).toMatchInlineSnapshot(`
      "--set measure.duration=3: invalid duration: 3; expected a duration with its unit, such as 250us, 20ms, 1.5s, 10min or 2h
        did you mean "3ms"?"
    `)
    expect(await mistake('report', 'result.json', '--format', 'pdf')).toMatchInlineSnapshot(
      `"unknown format: pdf; known: terminal, html, json, svg, png, csv"`,
    )
  })

  test('that lists what there is not', async () => {
    expect(await mistake('list', 'servces')).toMatchInlineSnapshot(`
      "unknown topic: servces; known: scenarios, services, coordinators, arrivals, requests, faults, checkers, distributions, laws, costs, metrics, charts, sections
        did you mean "services"?"
    `)
    expect(await mistake('list', 'services', 'olama')).toMatchInlineSnapshot(`
      "unknown service: olama; known: consul, docker, http, kong, mcp, ml-api, nginx, ollama, postgres, queue, rabbitmq, redis, vector-store, websocket-hub
        did you mean "ollama"?"
    `)
    expect(await mistake('list', '__proto__')).toMatch(/^unknown topic: __proto__/)
    expect(await mistake('list', 'services', 'constructor')).toMatch(/^unknown service: constructor/)
    expect(await mistake('list', 'scenarios', 'nowhere')).toMatchInlineSnapshot(
      `"no folder nowhere; expected one with scenarios in it"`,
    )
  })
})

describe('a file', () => {
  test('of nearly that name is named', async () => {
    expect(await mistake('check', 'smal.yaml')).toBe(
      'cannot read smal.yaml: no such file or folder\n  did you mean small.yaml?',
    )
    expect(await mistake('check', 'folder/smal.yaml')).toContain('did you mean folder/small.yaml?')
    for (const other of ['nowhere/smal.yaml', 'nowhere.yaml', 'smal.yml'])
      expect(await mistake('check', other)).not.toContain('did you mean')
  })

  test('that is no text in UTF-8 is refused as such', async () => {
    writeFileSync('utf-16.yaml', Buffer.from(`\ufeff${SMALL}`, 'utf16le'))
    writeFileSync('latin-1.yaml', Buffer.from(SMALL.replace('A small one', 'caf\u00e9'), 'latin1'))
    for (const name of ['utf-16', 'latin-1'])
      expect(await mistake('check', `${name}.yaml`)).toBe(
        `cannot read ${name}.yaml: it is no text in UTF-8; expected a scenario file\n  save it as UTF-8`,
      )
    writeFileSync('marked.yaml', `\ufeff${SMALL}`)
    expect((await rehearsal('check', 'marked.yaml')).code).toBe(0)
  })

  test('that is not there, or no file', async () => {
    symlinkSync('circle.yaml', 'circle.yaml')
    execFileSync('mkfifo', ['pipe.yaml'])
    expect(await mistake('run', 'nowhere.yaml')).toMatchInlineSnapshot(
      `"cannot read nowhere.yaml: no such file or folder"`,
    )
    expect(await mistake('run', 'folder/')).toMatchInlineSnapshot(`
      "cannot read folder/: it is a folder; expected a scenario file
        name its files: folder/*.yaml"
    `)
    expect(await mistake('run', 'small.yaml/x.yaml')).toMatchInlineSnapshot(
      `"cannot read small.yaml/x.yaml: a part of the path is not a folder"`,
    )
    expect(await mistake('run', 'circle.yaml')).toMatchInlineSnapshot(
      `"cannot read circle.yaml: a circle of symbolic links"`,
    )
    expect(await mistake('run', 'pipe.yaml')).toMatchInlineSnapshot(
      `"cannot read pipe.yaml: it is a device or a pipe; expected a scenario file"`,
    )
    expect(await mistake('run', '/dev/zero')).toMatch(/it is a device or a pipe/)
  })

  test('of 100 MB, which is refused unread', async () => {
    writeFileSync('large.yaml', '')
    truncateSync('large.yaml', 100e6)
    expect(await mistake('run', 'large.yaml')).toMatchInlineSnapshot(
      `"cannot read large.yaml: it has 95.4 MiB; expected a scenario of at most 4 MiB"`,
    )
  })

  test('that is no scenario', async () => {
    writeFileSync('binary.yaml', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 0xff, 0xfe]))
    writeFileSync('result.yaml', '{\n "schema": "rehearsal/result/1"\n}')
    writeFileSync('empty.yaml', '# nothing\n')
    expect(await mistake('check', 'binary.yaml')).toMatchInlineSnapshot(`
      "cannot read binary.yaml: it is no text in UTF-8; expected a scenario file
        save it as UTF-8"
    `)
    expect(await mistake('check', 'result.yaml')).toMatchInlineSnapshot(`
      "result.yaml is a result; expected a scenario
        rehearsal report result.yaml shows it"
    `)
    expect(await mistake('check', 'empty.yaml')).toMatchInlineSnapshot(`
      "empty.yaml:1:1: the scenario is empty; expected a mapping that begins with its name
        1 | # nothing
            ^
        such as name: my-scenario"
    `)
  })

  test('made to exhaust its reader', async () => {
    const row = (i: number) =>
      `  a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(',')}]\n`
    writeFileSync(
      'bomb.yaml',
      `name: bomb\nparameters:\n  a0: &a0 [x]\n${[1, 2, 3, 4, 5, 6].map(row).join('')}`,
    )
    writeFileSync('deep.yaml', `name: deep\nparameters: ${'['.repeat(5000)}${']'.repeat(5000)}\n`)
    expect(await mistake('check', 'bomb.yaml')).toMatchInlineSnapshot(`
      "bomb.yaml:5:12: more than 100 aliases; expected a scenario that writes its values out
        5 |   a2: &a2 [*a1,*a1,*a1,*a1,*a1,*a1,*a1,*a1,*a1]
                       ^"
    `)
    expect(await mistake('check', 'deep.yaml')).toMatch(/^deep\.yaml:2:\d+: nested more than 64 deep/)
  })

  test('with a name that would lead out of the folder of results', async () => {
    writeFileSync('out.yaml', smallCalled('../../etc'))
    writeFileSync('control.yaml', smallCalled('"a\\eb"'))
    expect(await mistake('run', 'out.yaml')).toMatchInlineSnapshot(`
      "out.yaml:1:7: invalid name: ../../etc; expected small letters, digits and single dashes, such as multi-container
        1 | name: ../../etc
                  ^"
    `)
    expect(await mistake('run', 'control.yaml')).toMatchInlineSnapshot(`
      "control.yaml:1:7: control characters in a text: a�b
        1 | name: "a\\eb"
                  ^"
    `)
  })

  test('with mistakes, which are told together with those of other files, before anything is run', async () => {
    writeFileSync(
      'wrong.yaml',
      smallCalled(
        'wrong',
        'expect:\n  - { metric: latency.p59, below: 1s }\n  - { metric: throughput, above: 1s }\n',
      ),
    )
    writeFileSync('kind.yaml', smallCalled('kind').replace('kind: queue', 'kind: queu'))
    expect(await mistake('run', 'small.yaml', 'wrong.yaml', 'kind.yaml')).toMatchInlineSnapshot(`
      "wrong.yaml:11:15: unknown metric: latency.p59; no part of this scenario gives it
        11 |   - { metric: latency.p59, below: 1s }
                           ^
        did you mean "latency.p50"?
      wrong.yaml:12:34: invalid above: 1s; expected a rate with its unit, such as 12/s, 30/min or 5/ms
        12 |   - { metric: throughput, above: 1s }
                                              ^
      kind.yaml:4:30: unknown kind of service: queu; known: consul, docker, http, kong, mcp, ml-api, nginx, ollama, postgres, queue, rabbitmq, redis, vector-store, websocket-hub
        4 | services: { station: { kind: queu, on: box, service: { kind: exponential, mean: 50ms } } }
                                         ^
        did you mean "queue"?

      3 mistakes"
    `)
    expect((await rehearsal('list', 'scenarios', 'reports')).code).toBe(2)
  })

  test('that asks for a model that no Ollama has', async () => {
    const asking = (request: string, more = '') =>
      `name: asking
hosts: { box: { cores: 12 } }
services: { ollama: { kind: ollama, on: box${more} } }
workload: { target: ollama, arrivals: { kind: poisson, rate: 1/min }, request: { kind: generate, ${request} } }
measure: { duration: 1min }
`
    writeFileSync('asking.yaml', asking('model: "lama3.2:3b"'))
    expect(await mistake('check', 'asking.yaml')).toMatchInlineSnapshot(`
      "asking.yaml:4:105: unknown model: lama3.2:3b; known: tinyllama:1.1b, llama3.2:3b, qwen2.5-coder:7b, llama3.1:8b, llama2:13b
        4 | : poisson, rate: 1/min }, request: { kind: generate, model: "lama3.2:3b" } }
                                                                        ^
        did you mean "llama3.2:3b"?"
    `)
    writeFileSync('asking.yaml', asking('models: [{ name: "llama3.2:3b" }, { name: house }]'))
    expect(await mistake('check', 'asking.yaml')).toMatch(
      /^asking\.yaml:4:\d+: unknown model: house; .*\n.*\n.*\n {2}describe it: /,
    )
    const own = ', models: { house: { weights: 2GiB, kv-per-token: 100KiB, prompt-rate: 90/s } }'
    writeFileSync('asking.yaml', asking('model: house', own))
    expect((await rehearsal('check', 'asking.yaml')).code).toBe(0)
  })

  test('whose speedup is of what is no figure, or neither a time nor a throughput', async () => {
    const speedup = (of: string) =>
      `matrix: { n: [1, 2, 4] }\nparameters: { n: 1 }\nspeedup: { over: n, of: ${of} }\n`
    writeFileSync('unknown-of.yaml', smallCalled('unknown-of', speedup('latency.men')))
    writeFileSync('wrong-of.yaml', smallCalled('wrong-of', speedup('in-system.mean')))
    writeFileSync('right-of.yaml', smallCalled('right-of', speedup('throughput')))
    expect(await mistake('run', 'unknown-of.yaml', 'wrong-of.yaml', 'right-of.yaml')).toMatchInlineSnapshot(`
      "unknown-of.yaml:12:25: unknown metric: latency.men; no part of this scenario gives it
        12 | speedup: { over: n, of: latency.men }
                                     ^
        did you mean "latency.mean"?
      wrong-of.yaml:12:25: invalid of: in-system.mean is neither a time nor a throughput; expected one of them
        12 | speedup: { over: n, of: in-system.mean }
                                     ^

      2 mistakes"
    `)
  })

  test('whose trace is wrong', async () => {
    const traced = SMALL.replace(/arrivals: .*/, 'trace: trace.csv')
    writeFileSync('traced.yaml', traced)
    writeFileSync(
      'trace.csv',
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.97,374,44\nbroken,1\n',
    )
    writeFileSync('no-trace.yaml', traced.replace('trace.csv', 'traces.csv'))
    expect(await mistake('check', 'traced.yaml')).toMatchInlineSnapshot(`
      "trace.csv:3:9: invalid row: 2 fields; expected 3, as the header has
        3 | broken,1
                    ^
        mend the line or delete it; a field with a comma in it needs quotes"
    `)
    expect(await mistake('check', 'no-trace.yaml')).toMatchInlineSnapshot(`
      "no-trace.yaml:7:10: invalid trace: traces.csv: there is no such file; expected a CSV file
        7 |   trace: traces.csv
                     ^
        a path in a scenario is taken from the folder of the scenario"
    `)
  })

  test('that is no result', async () => {
    writeFileSync('cut.json', '{\n "schema": "rehearsal/result/1",\n "vari')
    writeFileSync('other.json', '{"schema":"rehearsal/result/9"}')
    writeFileSync('thin.json', '{"schema":"rehearsal/result/1"}')
    expect(await mistake('report', 'small.yaml')).toMatchInlineSnapshot(`
      "small.yaml is a scenario; expected a result.json
        rehearsal run small.yaml writes one"
    `)
    expect(await mistake('report', 'nowhere.json')).toMatchInlineSnapshot(`
      "nowhere.json does not exist
        write it with \`rehearsal run\`, or mend the path"
    `)
    expect(await mistake('report', 'folder')).toMatchInlineSnapshot(`
      "folder has no result.json in it or beneath it
        rehearsal run writes them: rehearsal run scenarios/ollamamax/*.yaml --out reports"
    `)
    expect(await mistake('report', 'cut.json')).toMatchInlineSnapshot(`
      "cut.json is cut short: it ends amid its data, after 41 bytes
        run its scenario again to write it anew"
    `)
    expect(await mistake('report', 'other.json')).toMatchInlineSnapshot(`
      "other.json is a result of another version: its schema is rehearsal/result/9; expected rehearsal/result/1
        run its scenario again with this version"
    `)
    expect(await mistake('report', 'thin.json')).toMatch(/^"?thin\.json"? is not a whole result/)
  })
})

describe('a place to write', () => {
  test('that is a file', async () => {
    const said = await mistake('run', 'small.yaml', '--out', 'small.yaml')
    expect(said.replace(process.cwd(), '…')).toMatchInlineSnapshot(
      `"cannot write into small.yaml/small: …/small.yaml is not a folder"`,
    )
  })

  test('that two scenarios would share', async () => {
    expect(await mistake('run', 'small.yaml', 'same-name.yaml')).toMatchInlineSnapshot(`
      "small.yaml and same-name.yaml would both write reports/small
        give them different names, or run them with different --out"
    `)
    expect(await mistake('run', 'small.yaml', 'small.yaml')).toMatchInlineSnapshot(`
      "small.yaml and small.yaml would both write reports/small
        name it once"
    `)
  })

  test('that is taken', async () => {
    expect(await mistake('init', 'small.yaml')).toMatchInlineSnapshot(`
      "small.yaml is there already
        name another file, or overwrite it with --force"
    `)
    expect(await mistake('init', 'folder', '--force')).toMatchInlineSnapshot(
      `"cannot write folder: it is a folder"`,
    )
  })
})

test('nothing typed is a question: the help, and 2', async () => {
  const { code, out, err } = await rehearsal()
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^rehearsal <command> \[options\]\n/)
})
