// Scenarios that bring code: only with leave, with every mistake in its place, and the same every time.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { inEmptyFolder, rehearsal } from './session.ts'

inEmptyFolder()

const scenario = (name: string, coordinators: string, more = ''): string =>
  `name: ${name}\nhosts: { front: {}, box: { count: 2 } }\ncoordinators:\n${coordinators}${more}`

/** A coordinator that sleeps so many times, and leaves a mark where it is loaded. */
const sleeper = (name: string, times = 3): string => `
import { writeFileSync } from 'node:fs'
import { defineCoordinator, ms, Outcome } from 'rehearsal'
writeFileSync('loaded-${name}', '')
export default defineCoordinator({
  name: '${name}', meaning: 'sleeps', parameters: {},
  metrics: { 'slept': { observed: 'count', unit: 'count', better: 'neither', meaning: 'times' } },
  create: (env) => ({ *start() {
    for (let i = 0; i < ${times}; i++) { yield* env.sleep(ms(1)); env.observe({ kind: 'count', metric: 'slept' }) }
  } }),
})
`

const run = (file: string, ...args: string[]) =>
  rehearsal('run', file, '--allow-modules', '--no-html', '--quiet', ...args)

/** A scenario of one module, run. */
async function ran(name: string, text: string, ending = 'ts') {
  writeFileSync(`${name}.${ending}`, text)
  writeFileSync(`${name}.yaml`, scenario(name, `  queen: { module: ./${name}.${ending}, on: front }\n`))
  return run(`${name}.yaml`)
}

describe('leave', () => {
  beforeAll(() => {
    writeFileSync('sly.ts', sleeper('sly'))
    writeFileSync('sly.yaml', scenario('sly', '  queen: { module: ./sly.ts, on: front }\n'))
  })
  const loaded = () => {
    try {
      readFileSync('loaded-sly')
      return true
    } catch {
      return false
    }
  }

  test.each(['check', 'plan', 'faults', 'timeline', 'run'])(
    'is asked for by %s, which loads nothing without it',
    async (command) => {
      expect(await rehearsal(command, 'sly.yaml')).toEqual({
        code: 2,
        out: '',
        err: expect.stringMatching(
          /^sly\.yaml:4:20: sly\.ts is code, .* not loaded\n.*\n +\^\n {2}read it, and if you trust it, say --allow-modules\n/,
        ),
      })
      expect(loaded()).toBe(false)
    },
  )

  test('is asked for what --set, a base and an axis name, too', async () => {
    writeFileSync('over.yaml', 'extends: ./sly.yaml\nname: over\n')
    writeFileSync(
      'axis.yaml',
      scenario(
        'axis',
        '  queen: { module: ./no.ts, on: front }\n',
        'matrix: { coordinators.queen.module: [./sly.ts] }\n',
      ),
    )
    for (const file of ['over.yaml', 'axis.yaml']) {
      const { code, err } = await rehearsal('run', file)
      expect({ code, asked: err.includes('--allow-modules') }, file).toEqual({ code: 2, asked: true })
    }
    expect(loaded()).toBe(false)
  })

  test('once given, lets it run', async () => {
    expect(await run('sly.yaml')).toEqual({ code: 0, out: '', err: '' })
    expect(loaded()).toBe(true)
  })
})

describe('a module', () => {
  test('lies beside the file that names it, also through extends', async () => {
    mkdirSync('deep/below', { recursive: true })
    writeFileSync('deep/near.ts', sleeper('near'))
    writeFileSync('deep/base.yaml', scenario('base', '  queen: { module: ./near.ts, on: front }\n'))
    writeFileSync('deep/below/over.yaml', 'extends: ../base.yaml\nname: over-it\n')
    expect(await run('deep/below/over.yaml')).toEqual({ code: 0, out: '', err: '' })
  })

  test('can be an axis of the matrix, so that two are compared', async () => {
    writeFileSync('once.ts', sleeper('once', 1))
    writeFileSync('twice.ts', sleeper('twice', 2))
    writeFileSync(
      'both.yaml',
      scenario(
        'both',
        '  queen: { module: ./once.ts, on: front }\n',
        'matrix: { coordinators.queen.module: [./once.ts, ./twice.ts] }\n',
      ),
    )
    const { out } = await rehearsal('run', 'both.yaml', '--allow-modules', '--json')
    const { variants } = JSON.parse(out) as { variants: { metrics: Record<string, { value: number }> }[] }
    expect(variants.map(({ metrics }) => metrics.slept!.value)).toEqual([1, 2])
  })

  test('has its parameters checked, and shown by list, as ours', async () => {
    writeFileSync(
      'fine.ts',
      `import { count, defineCoordinator, duration, ms } from 'rehearsal'
export const fine = defineCoordinator({ name: 'fine', meaning: 'does nothing well', create: () => ({}), parameters: {
  maxQueue: count({ meaning: 'how many wait', max: 9, default: 3 }), patience: duration({ meaning: 'how long', default: ms(5) }) } })
`,
    )
    writeFileSync(
      'fine.yaml',
      scenario('fine', '  queen: { module: ./fine.ts, on: front, max-queu: 3, patience: 5 }\n'),
    )
    const { code, err } = await run('fine.yaml')
    expect(code).toBe(2)
    expect(err).toMatch(
      /fine\.yaml:4:\d+: unknown key: max-queu; .*\n.*\n +\^\n {2}did you mean "max-queue"\?/,
    )
    expect(err).toMatch(/invalid patience: 5; expected a duration/)
    const { out } = await rehearsal('list', 'coordinators', '--module', 'fine.ts')
    expect(out).toMatch(
      /^fine: does nothing well\n[\s\S]*max-queue +whole number to 9; default 3\n +how many wait\n/,
    )
  })

  test('is told apart from a service of its name, and from a kind that a base says', async () => {
    writeFileSync('redis.ts', sleeper('redis'))
    writeFileSync(
      'redis.yaml',
      scenario(
        'shared',
        '  queen: { module: ./redis.ts, on: front }\n',
        'services: { cache: { kind: redis, on: box } }\n',
      ),
    )
    expect(await run('redis.yaml')).toMatchObject({ code: 0 })
    writeFileSync(
      'kinds.yaml',
      scenario('kinds', '  queen: { module: ./redis.ts, kind: dispatcher, on: front }\n'),
    )
    expect((await run('kinds.yaml')).err).toMatch(
      /kinds\.yaml:4:\d+: redis\.ts exports redis, not dispatcher/,
    )
  })
})

describe('what is wrong in a module', () => {
  const wrong: readonly (readonly [what: string, text: string, told: RegExp])[] = [
    [
      'its syntax',
      'export const a = 1\nexport default = = 2\n',
      /^FILE\.ts:2:16: cannot be read as code: unexpected token\n/,
    ],
    [
      'what it throws while it is loaded',
      "const a: number = 1\nthrow new TypeError('no ' + a)\n",
      /^FILE\.ts:2:7: threw while it was loaded: TypeError: no 1\n/,
    ],
    [
      'an import that leads nowhere',
      "import { x } from './nowhere.ts'\nexport default x\n",
      /^FILE\.ts:1:20: cannot find module \.\/nowhere\.ts\n/,
    ],
    [
      'that it exports no coordinator',
      'export const a = 1\n',
      /^FILE\.ts:1:1: none of what it exports \(a\) is no coordinator|^FILE\.ts:1:1: .*no coordinator/,
    ],
    [
      'a type of parameter that there is not',
      "import { defineCoordinator } from 'rehearsal'\nexport default defineCoordinator({ name: 'x', meaning: 'x', create: () => ({}), parameters: {\n  hue: { meaning: 'x', shape: { type: 'quantitty' } } } as never })\n",
      /^FILE\.ts:3:3: parameter hue: unknown type of a parameter: quantitty; [\s\S]*did you mean "quantity"\?/,
    ],
    [
      'a name of ours',
      "import { defineCoordinator } from 'rehearsal'\nexport default defineCoordinator({\n  name: 'dispatcher', meaning: 'x', parameters: {}, create: () => ({}) })\n",
      /^FILE\.ts:3:3: a coordinator of Rehearsal’s own is called dispatcher already/,
    ],
    [
      'a metric that is another already',
      "import { defineCoordinator } from 'rehearsal'\nexport default defineCoordinator({ name: 'x', meaning: 'x', parameters: {}, create: () => ({}), metrics: { 'tasks.failed': { observed: 'value', unit: 'ns', better: 'lower', meaning: 'x' } } })\n",
      /^FILE\.yaml:4:\d+: the metrics of FILE\.ts: tasks\.failed is both/,
    ],
  ]

  test.each(wrong)('%s: is told with its place, and ends in 2', async (what, text, told) => {
    const name = `wrong-${wrong.findIndex(([each]) => each === what)}`
    const { code, err } = await ran(name, text)
    expect(err.replaceAll(name, 'FILE')).toMatch(told)
    expect(err).not.toMatch(/node_modules|\bat .*src\//)
    expect(code).toBe(2)
  })

  test('which of several exports is meant is asked, and a name mended', async () => {
    const several = `import { defineCoordinator } from 'rehearsal'
const named = (name: string) => defineCoordinator({ name, meaning: 'x', parameters: {}, create: () => ({}) })
export const one = named('one')
export const two = named('two')
`
    expect((await ran('several', several)).err).toMatch(
      /^several\.yaml:4:20: several\.ts exports several coordinators: one, two; [\s\S]*\n {2}export: one\n/,
    )
    writeFileSync(
      'named.yaml',
      scenario('named', '  queen: { module: ./several.ts, export: tow, on: front }\n'),
    )
    expect((await run('named.yaml')).err).toMatch(/did you mean "two"\?/)
    writeFileSync(
      'named.yaml',
      scenario('named', '  queen: { module: ./several.ts, export: two, on: front }\n'),
    )
    expect(await run('named.yaml')).toMatchObject({ code: 0 })
  })

  test('a path that is none, or absolute in a scenario, is refused', async () => {
    const refused = async (module: string) => {
      writeFileSync('path.yaml', scenario('path', `  queen: { module: "${module}", on: front }\n`))
      return (await run('path.yaml')).err
    }
    expect(await refused('./not-there.ts')).toMatch(
      /path\.yaml:4:20: cannot read not-there\.ts: no such file/,
    )
    expect(await refused('/etc/queen.js')).toMatch(/expected a path relative to this file/)
    expect(await refused('data:text/javascript,0')).toMatch(
      /expected the path of a TypeScript or JavaScript file/,
    )
    expect(await refused('node:fs')).toMatch(/expected the path of a TypeScript or JavaScript file/)
  })
})

describe('a module that runs', () => {
  const starts = (body: string, before = '') => `import { defineCoordinator, ms } from 'rehearsal'
${before}
export default defineCoordinator({ name: 'it', meaning: 'x', parameters: {}, create: (env) => ({ *start() {
${body}
} }) })
`
  test('and throws is named with its process, the virtual time and its own lines alone, and ends in 1', async () => {
    const { code, err } = await ran(
      'boom',
      starts('  yield* env.sleep(ms(30))\n  const none = undefined as never as number[]\n  none.push(1)'),
    )
    // Lines are those of the file; a column may be some characters off.
    expect(err).toMatch(
      /^boom\.ts failed while it ran\nqueen: start threw at 30 ms with seed 1: TypeError: .*'push'\)\n {4}at Object\.start \(boom\.ts:6:\d+\)\n/,
    )
    expect(err).not.toMatch(/src\/|jiti/)
    expect(code).toBe(1)
  })

  test('and keeps state outside of itself, or draws from elsewhere, ends in 4 and is told the usual causes', async () => {
    const loose: readonly string[] = [
      starts('  runs++\n  for (let i = 0; i < runs; i++) yield* env.sleep(ms(1))', 'let runs = 0'),
      starts('  yield* env.sleep(1 + Math.floor(Math.random() * 1e9))'),
    ]
    for (const [i, text] of loose.entries()) {
      const { code, err } = await ran(`loose-${i}`, text)
      expect(err).toMatch(
        new RegExp(
          `determinism violated: two runs of seed 1 differ: .*\\n  usual causes in loose-${i}\\.ts: Date .*Math\\.random`,
        ),
      )
      expect(code).toBe(4)
    }
  })

  test('and changes a message that it has sent is found out, since they are frozen', async () => {
    const text = starts(
      "  const note = { kind: 'note', of: [1] }\n  env.send(env.self, note)\n  note.of.push(2)",
    )
    const { code, err } = await ran('leaky', text)
    expect(err).toMatch(
      /^leaky\.ts failed while it ran\n.*TypeError: Cannot add property 1, object is not extensible\n/,
    )
    expect(code).toBe(1)
  })

  test('throws and catches the very classes that the program has', async () => {
    const text = `import { defineCoordinator, Outcome, RefusedError, seconds } from 'rehearsal'
import { McpClient } from 'rehearsal/coordination'
export default defineCoordinator({ name: 'it', meaning: 'x', parameters: {}, create: (env) => ({ *start() {
  try { yield* env.call(env.self, { kind: 'nothing' }, seconds(1)) } catch (error) {
    if (!(error instanceof RefusedError && error instanceof Outcome) || typeof McpClient !== 'function') throw new Error('strangers')
    return
  }
  throw new Error('no refusal')
} }) })
`
    expect(await ran('classes', text)).toEqual({ code: 0, out: '', err: '' })
  })
})

describe('init --coordinator', () => {
  test.each(['my-queen.ts', 'my-drone.js', 'hive'])(
    '%s writes what runs and meets what it expects',
    async (path) => {
      const { code, out } = await rehearsal('init', '--coordinator', path)
      expect(code).toBe(0)
      const file = /^try {3}rehearsal run (\S+) --allow-modules$/m.exec(out)![1]!
      expect(await run(file)).toEqual({ code: 0, out: '', err: '' })
      expect(out).toMatch(/^ {6}node --test \S+\.test\.mjs$/m)
      // Here nobody finds the package.
      expect(out).toMatch(/^ {6}before that, for the test: npm install \/\S+$/m)
      expect((await rehearsal('init', '--coordinator', path)).err).toMatch(/is there already/)
    },
  )

  test('refuses a name that no coordinator can have', async () => {
    expect(await rehearsal('init', '--coordinator', 'My Queen.ts')).toMatchObject({ code: 2 })
    expect(await rehearsal('init', '--coordinator', 'queen.py')).toMatchObject({ code: 2 })
  })
})
