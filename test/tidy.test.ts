// The house rules that a compiler does not hold: layers, determinism, no dead code, every registry entry exercised.
// ARCHITECTURE.md tells people the same table of rooms; CONTRIBUTING.md the rest.

import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { coordinators } from '../src/coordination/registry.ts'
import { distributions } from '../src/kernel/distributions/registry.ts'
import { kebab } from '../src/parameters.ts'
import { CHARTS } from '../src/report/charts/registry.ts'
import { laws } from '../src/statistics/laws/registry.ts'
import { arrivals } from '../src/workload/arrivals/registry.ts'
import { requests } from '../src/workload/requests/registry.ts'
import { faults } from '../src/world/faults/registry.ts'
import { services } from '../src/world/services/registry.ts'
import { SAMPLES } from './report/sample-results.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Files below a folder, as paths from the root. */
const filesBelow = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort()

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const SOURCES = filesBelow('src', '.ts')
const TESTS = filesBelow('test', '.ts').filter((file) => file !== 'test/tidy.test.ts')
const SCENARIOS = filesBelow('scenarios', '.yaml')

/** The code of a file: comments gone, strings and regular expressions empty, what is inside `${…}` kept. */
function codeOf(text: string): string {
  let code = ''
  let i = 0
  /** How many braces are open in each `${…}` that is. */
  const open: number[] = []
  const skip = (pattern: RegExp, as: string): void => {
    pattern.lastIndex = i
    const found = pattern.exec(text)
    if (!found) throw new Error(`cannot read from ${JSON.stringify(text.slice(i, i + 60))}`)
    i += found[0].length
    code += as === '`' && found[0].endsWith('{') ? '${' : as
    if (as === '`' && found[0].endsWith('{')) open.push(0)
  }
  const template = /(?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)/sy
  while (i < text.length) {
    const char = text[i]!
    const regexMayBegin = /(?:^|[(,=:[&|?{};\n]|=>|(?<![\w)\]])!|\breturn)\s*$/.test(code.slice(-20))
    if (text.startsWith('//', i)) skip(/[^\n]*/y, '')
    else if (text.startsWith('/*', i)) skip(/\/\*.*?\*\//sy, '')
    else if (char === "'") skip(/'(?:[^'\\]|\\.)*'/y, "''")
    else if (char === '"') skip(/"(?:[^"\\]|\\.)*"/y, "''")
    else if (char === '/' && regexMayBegin) skip(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[a-z]*/y, '0')
    else if (char === '`') {
      i++
      skip(template, '`')
    } else if (char === '}' && open.at(-1) === 0) {
      i++
      code += '}'
      open.pop()
      skip(template, '`')
    } else {
      if (char === '{' && open.length > 0) open[open.length - 1]!++
      if (char === '}' && open.length > 0) open[open.length - 1]!--
      code += char
      i++
    }
  }
  return code
}

const CODE = new Map(SOURCES.map((file) => [file, codeOf(read(file))]))

interface Import {
  readonly from: string
  readonly to: string
  /** What is imported: names, or `*` for all of them. */
  readonly names: readonly string[]
}

/** The imports and re-exports of a file; `to` is a path from the root, or a package. */
function importsOf(file: string): Import[] {
  const text = read(file).replace(/^\s*\/\/.*$/gm, '')
  const found: Import[] = []
  const statement =
    /^(?:import|export)\s+(?:type\s+)?(\*(?:\s+as\s+\w+)?|\w+|(?:\w+,\s*)?\{[^}]*\})\s+from\s+'([^']+)'/gm
  const bare = /(?:^import\s+|\bimport\()'([^']+)'/gm
  for (const [, what, to] of text.matchAll(statement))
    found.push({ from: file, to: resolved(file, to!), names: namesOf(what!) })
  for (const [, to] of text.matchAll(bare)) found.push({ from: file, to: resolved(file, to!), names: ['*'] })
  return found
}

const resolved = (file: string, to: string): string => (to.startsWith('.') ? join(dirname(file), to) : to)

const namesOf = (what: string): string[] =>
  what.startsWith('*')
    ? ['*']
    : what
        .replace(/^\w+,\s*/, '')
        .replace(/[{}]/g, '')
        .split(',')
        .map((name) =>
          name
            .trim()
            .replace(/^type\s+/, '')
            .replace(/\s+as\s+.*$/, ''),
        )
        .filter((name) => name !== '')

const IMPORTS = SOURCES.flatMap(importsOf)

/** The folder below src/, or a root file's name. */
const roomOf = (file: string): string => file.split('/')[1]!.replace(/\.ts$/, '')

describe('layers', () => {
  const ROOT_FILES = ['units', 'errors', 'parameters']
  /** The rooms from left to right, and whom each may import besides the root files; as in ARCHITECTURE.md. */
  const TABLE: Readonly<Record<string, readonly string[] | 'all'>> = {
    kernel: [],
    env: [],
    coordination: ['env'],
    // The library's front door.
    index: ['env'],
    observe: ['env'],
    statistics: [],
    world: ['kernel', 'env', 'observe'],
    workload: ['env', 'kernel'],
    scenario: ['world', 'coordination', 'workload', 'observe', 'statistics', 'env', 'kernel'],
    modules: ['world', 'scenario', 'coordination', 'index', 'env'],
    results: ['env', 'observe', 'statistics'],
    run: ['env', 'kernel', 'observe', 'world', 'workload', 'scenario', 'results'],
    experiment: ['kernel', 'statistics', 'scenario', 'results', 'run'],
    campaign: ['world', 'workload', 'scenario', 'modules', 'results', 'run', 'experiment', 'env'],
    gate: ['kernel', 'statistics', 'scenario', 'results'],
    explain: ['env', 'kernel', 'observe', 'world', 'scenario', 'run'],
    report: ['env', 'results', 'statistics', 'gate', 'explain'],
    view: ['report', 'results'],
    bench: 'all',
    cli: 'all',
    testing: 'all',
  }
  const rooms = Object.keys(TABLE)
  const leftOf = (room: string): string[] => rooms.slice(0, rooms.indexOf(room)).sort()
  const MAY_IMPORT = Object.fromEntries(
    Object.entries(TABLE).map(([room, allowed]) => [room, allowed === 'all' ? leftOf(room) : allowed]),
  )

  const between = IMPORTS.filter(({ from, to }) => to.startsWith('src/') && roomOf(from) !== roomOf(to))

  test('each room imports only what its line of the table allows', () => {
    const wrong = between.filter(({ from, to }) => {
      const room = roomOf(from)
      const allowed = ROOT_FILES.includes(room) ? ROOT_FILES : [...MAY_IMPORT[room]!, ...ROOT_FILES]
      return !allowed.includes(roomOf(to))
    })
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
  })

  test('every room has a line, and allows only rooms above it: there are no cycles', () => {
    expect([...new Set(SOURCES.map(roomOf))].sort()).toEqual([...rooms, ...ROOT_FILES].sort())
    const backwards = Object.entries(MAY_IMPORT).flatMap(([room, allowed]) =>
      allowed
        .filter((other) => rooms.indexOf(other) >= rooms.indexOf(room))
        .map((other) => `${room}: ${other}`),
    )
    expect(backwards).toEqual([])
  })

  test('the table in ARCHITECTURE.md says the same', () => {
    const lines = read('ARCHITECTURE.md').matchAll(/^\| `(\w+)\/` \|[^|]*\|([^|]*)\|$/gm)
    const told = [...lines].map(([, room, allowed]) => [
      room!,
      / all /.test(allowed!)
        ? leftOf(room!)
        : [...allowed!.matchAll(/`(\w+)`/g)].map(([, name]) => name!).sort(),
    ])
    const { index: _, ...expected } = MAY_IMPORT
    expect(told).toEqual(Object.entries(expected).map(([room, allowed]) => [room, allowed.toSorted()]))
  })

  test('a coordinator sees the port and nothing of the world', () => {
    const targets = IMPORTS.filter(({ from }) => from.startsWith('src/coordination/')).map(({ to }) => to)
    const beyond = targets.filter(
      (to) => !/^src\/(coordination|env)\/|^src\/(units|errors|parameters)\.ts$/.test(to),
    )
    expect(beyond).toEqual([])
  })

  test('the coordinators can be imported as a library', async () => {
    const library = await import('../src/coordination/index.ts')
    expect(Object.keys(library)).toEqual(expect.arrayContaining(['McpClient', 'AgentPool', 'coordinators']))
  })
})

describe('determinism', () => {
  /** What moves something on a page while somebody looks at it. */
  const PLAYS = /^src\/report\/client\/replay\.ts$/
  /** Code that only measures or talks to the machine. */
  const OUTSIDE = /^src\/(campaign|cli|view|bench|testing)\//
  /** Figures that decide no behaviour: what is told of a run, not what happens in it. */
  const TELLING = /^src\/(statistics|report|cli|bench)\//
  const TOUCH_FILES = [
    'src/results/find.ts',
    'src/results/read.ts',
    'src/results/read-searches.ts',
    'src/results/write.ts',
    'src/results/hash.ts',
    'src/workload/traces/trace-file.ts',
    'src/modules/loader.ts',
    'src/modules/mistakes.ts',
    'src/report/html/client-script.ts',
  ]

  const matches = (pattern: RegExp, exempt: (file: string) => boolean): string[] =>
    [...CODE].flatMap(([file, code]) =>
      exempt(file) ? [] : [...code.matchAll(pattern)].map(([found]) => `${file}: ${found.trim()}`),
    )

  test('there is no clock, no chance, no timer, no locale and no environment', () => {
    const banned =
      /\bDate\b|\bMath\.random\b|\bperformance\b|\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b|\blocaleCompare\b|\btoLocale\w+\b|\bprocess\.(?:env|argv|hrtime|nextTick|cwd|pid|versions?|uptime|platform|exit|stdout|stderr|memoryUsage|cpuUsage)\b/g
    expect(matches(banned, (file) => OUTSIDE.test(file) || PLAYS.test(file))).toEqual([])
  })

  test('no file touches the machine but those that read and write', () => {
    const found = IMPORTS.filter(({ from, to }) => to.startsWith('node:') && !OUTSIDE.test(from))
      .filter(({ from, to }) => !TOUCH_FILES.includes(from) && PURE[from] !== to)
      .map(({ from, to }) => `${from} imports ${to}`)
    expect(found).toEqual([])
  })

  test('nothing that decides behaviour uses functions whose last bits differ between engines', () => {
    // A power of 2 is exact, one of literals the compiler's.
    const inexact =
      /\bMath\.(?:pow|sin|cos|tan|asin|acos|atan2?|sinh|cosh|tanh|cbrt|hypot)\b|(?<!\b\d+ )\*\*|(?<!\b2 )\*\*(?! \d)/g
    expect(matches(inexact, (file) => TELLING.test(file))).toEqual([])
  })

  test('no module keeps state', () => {
    expect(matches(/^(?:export )?(?:let|var) .*/gm, (file) => OUTSIDE.test(file))).toEqual([])
  })
})

/** Uses of a pure function of Node's: it touches nothing. */
const PURE: Readonly<Record<string, string>> = {
  'src/scenario/source/extends.ts': 'node:path',
  'src/scenario/modules.ts': 'node:path',
  'src/report/html/script.ts': 'node:crypto',
}

describe('registries', () => {
  const SCENARIO_TEXTS = SCENARIOS.map(read)
  const TEST_TEXTS = TESTS.map(read)

  const registries: Readonly<Record<string, readonly string[]>> = {
    services: Object.keys(services),
    coordinators: Object.keys(coordinators),
    arrivals: Object.keys(arrivals),
    requests: Object.keys(requests),
    distributions: Object.keys(distributions),
    faults: Object.keys(faults),
    laws: Object.keys(laws),
  }

  for (const [registry, names] of Object.entries(registries))
    test(`every one of the ${registry} is named in a scenario or a test`, () => {
      const unused = names.filter((name) => {
        const inScenario = new RegExp(`kind: ${name}\\b`)
        return (
          !SCENARIO_TEXTS.some((text) => inScenario.test(text)) &&
          !TEST_TEXTS.some((text) => new RegExp(`['"\`/]${name}(?:\\.ts)?['"\`]|kind: ${name}\\b`).test(text))
        )
      })
      expect(unused).toEqual([])
      expect(names.length).toBeGreaterThan(0)
    })

  test('every chart draws something of a result that the tests of charts render', () => {
    const samples = Object.values(SAMPLES).map((sample) => sample())
    const idle = CHARTS.filter((chart) => samples.every((result) => chart.draw(result).length === 0))
    expect(idle.map(({ name }) => name)).toEqual([])
    expect(CHARTS.length).toBeGreaterThan(0)
  })

  test('names are kebab-case, or what the literature calls a law', () => {
    for (const names of Object.values(registries)) for (const name of names) expect(kebab(name)).toBe(name)
  })
})

describe('nothing is dead', () => {
  const ENTRIES = [
    'src/campaign/thread.ts',
    'src/cli/main.ts',
    'src/index.ts',
    'src/coordination/index.ts',
    'src/testing/index.ts',
    'src/bench/main.ts',
    'src/report/client/main.ts',
    'src/report/client/drawing.ts',
  ]

  test('every file is reached from an entry', () => {
    const reached = new Set(ENTRIES)
    // A set that grows is iterated to its end.
    for (const file of reached)
      for (const { from, to } of IMPORTS) if (from === file && to.startsWith('src/')) reached.add(to)
    expect(SOURCES.filter((file) => !reached.has(file) && !file.endsWith('.d.ts'))).toEqual([])
  })

  test('every exported value is imported somewhere, every exported type there or in a signature beside it', () => {
    const imports = [...IMPORTS, ...TESTS.flatMap(importsOf)]
    const used = new Set(imports.flatMap(({ to, names }) => names.map((name) => `${to}: ${name}`)))
    const unused = SOURCES.filter((file) => !used.has(`${file}: *`)).flatMap((file) =>
      exportsOf(file)
        .filter(({ name, type }) => !(type && CODE.get(file)!.split(new RegExp(`\\b${name}\\b`)).length > 2))
        .map(({ name }) => `${file}: ${name}`)
        .filter((name) => !used.has(name)),
    )
    expect(unused).toEqual([])
  })
})

/** What a file declares and exports itself. */
const exportsOf = (file: string): { name: string; type: boolean }[] =>
  [
    ...CODE.get(file)!.matchAll(
      /^export (?:abstract )?(const|function\*?|class|interface|type|enum) (\w+)/gm,
    ),
  ].map(([, what, name]) => ({ name: name!, type: what === 'interface' || what === 'type' }))

describe('scenarios', () => {
  /** The file with what it extends under it, as far as this test looks. */
  const merged = (file: string): Record<string, unknown> => {
    const own = parse(read(file)) as Record<string, unknown>
    return typeof own.extends === 'string' ? { ...merged(join(dirname(file), own.extends)), ...own } : own
  }

  for (const file of SCENARIOS)
    test(`${file} has its file's name, a title, a description and an expectation`, () => {
      const { name, title, description, expect: expected } = merged(file)
      const base = basename(file, '.yaml')
      // What several scenarios share bears the name of their folder too.
      expect([base, `${basename(dirname(file))}-${base}`]).toContain(name)
      expect(title).toEqual(expect.stringMatching(/\S/))
      expect(description).toEqual(expect.stringMatching(/\S/))
      expect((expected as unknown[]).length).toBeGreaterThan(0)
    })
})

describe('names and sizes', () => {
  const EMPTY_WORDS = /manager|helper|utils|enhanced|advanced|optimi[sz]ed|smart/i

  test('no file and no exported name says nothing', () => {
    expect(SOURCES.filter((file) => EMPTY_WORDS.test(file))).toEqual([])
    const names = SOURCES.flatMap((file) => exportsOf(file).map(({ name }) => `${file}: ${name}`))
    expect(names.filter((name) => EMPTY_WORDS.test(name))).toEqual([])
  })

  test('files are kebab-case', () => {
    const names = [...SOURCES, ...TESTS].map((file) => basename(file))
    expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.d)?\.ts$/.test(name))).toEqual([])
  })

  /** Why these are longer than 300 lines. */
  const LONG: Readonly<Record<string, string>> = {
    'src/env/task.ts': 'the task and all that it can go through, in one place',
    'src/world/container.ts': 'a container and every step of its life, each of which calls off others',
    'src/world/process.ts': 'the process and what can hold it: messages, timers, sleep, work',
  }

  test('files above 300 lines have a reason, and only they', () => {
    const long = SOURCES.filter((file) => read(file).split('\n').length > 301)
    expect(long).toEqual(Object.keys(LONG).sort())
  })
})

describe('this test itself', () => {
  test('strips comments, strings, templates and regular expressions, and keeps the rest', () => {
    const template = ['`Date $', '{f(`x$', "{Date}`, { c: '}' })} Date`"].join('')
    const text = `a = 'Date' // Date\n/* Date */ b = ${template}; c = /Date['"]/.source / 2`
    expect(codeOf(text).match(/Date/g)).toEqual(['Date'])
    expect(codeOf(text)).toContain("{ c: '' }")
    expect(codeOf(text)).toContain('.source / 2')
  })

  test('finds what is imported, and from where', () => {
    const imports = importsOf('src/coordination/messaging/mcp-connections.ts')
    expect(imports.map(({ to }) => to)).toEqual(['src/env/index.ts', 'src/units.ts'])
    expect(imports[0]!.names).toContain('Semaphore')
  })
})
