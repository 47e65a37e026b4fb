// What CI runs: the scripts of action.yml and of the example for GitLab, in a repository of their own.

import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { inEmptyFolder, rehearsal, smallCalled } from './session.ts'

inEmptyFolder()

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = `${ROOT}dist/cli/main.js`

interface Step {
  readonly id: string
  readonly run: string
  readonly if?: string
  readonly env: Readonly<Record<string, string>>
}
const action = parse(readFileSync(`${ROOT}action.yml`, 'utf8')) as {
  inputs: Readonly<Record<string, { default: string }>>
  runs: { using: string; steps: readonly Step[] }
}
const gitlab = parse(readFileSync(`${ROOT}examples/ci/gitlab.yml`, 'utf8')) as {
  'rehearsal-gate': { script: string[]; artifacts: { paths: string[]; reports: { junit: string } } }
}

const executable = (path: string, text: string): void => {
  writeFileSync(path, text)
  chmodSync(path, 0o755)
}

beforeAll(async () => {
  if (!existsSync(MAIN))
    throw new Error(`${MAIN} is missing; npm run build makes it, and npm test does so first`)
  mkdirSync('node_modules/.bin', { recursive: true })
  executable('node_modules/.bin/rehearsal', `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`)
  writeFileSync('package.json', '{ "name": "fleet" }')
  mkdirSync('bin')
  // GitHub's client as far as the action uses it: notes what is asked for; finds a comment where there is a file of that name.
  executable(
    'bin/gh',
    '#!/bin/sh\necho "$@" >> gh.log\ncase "$*" in "api user "*) echo ann-1;; *--paginate*) if [ -f comment ]; then cat comment; fi;; esac\n',
  )
  writeFileSync('small.yaml', smallCalled('small', 'gate: { latency.p95: { worse-by: 1% } }\n'))
  await rehearsal('baseline', 'accept', 'small.yaml', '--seed', '1', '--reason', 'first')
}, 60_000)

/** Runs a script as GitHub runs those with `shell: bash`. */
const bash = (script: string, env: Readonly<Record<string, string>> = {}) =>
  spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.cwd()}/bin:${process.env.PATH}`, ...env },
  })

/** npx takes its time; once is enough. */
const QUICK: Readonly<Record<string, string>> = { command: 'node_modules/.bin/rehearsal' }

/** One step, with the inputs given; the defaults of the others. */
function step(
  id: string,
  inputs: Readonly<Record<string, string>> = {},
  context: Readonly<Record<string, string>> = {},
) {
  const { run, env } = action.runs.steps.find((each) => each.id === id)!
  const filledIn = (expression: string): string => {
    const input = /^inputs\.(\w+)$/.exec(expression)?.[1]
    if (input === undefined) return context[expression] ?? ''
    expect(Object.keys(action.inputs)).toContain(input)
    return inputs[input] ?? QUICK[input] ?? action.inputs[input]!.default
  }
  const filled = Object.entries(env).map(([name, text]) => [
    name,
    text.replace(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) => filledIn(expression)),
  ])
  rmSync('output', { force: true })
  rmSync('summary', { force: true })
  const ended = bash(run, {
    ...Object.fromEntries(filled),
    GITHUB_OUTPUT: 'output',
    GITHUB_STEP_SUMMARY: 'summary',
  })
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  return { ...ended, output: read('output'), summary: read('summary') }
}

const SLOWER = '--set services.station.service.mean=80ms'

describe('the action', () => {
  test('is of steps whose scripts take nothing but the environment', () => {
    expect(action.runs.using).toBe('composite')
    for (const { run } of action.runs.steps) expect(run).not.toContain('${{')
  })

  test('leaves the verdict to its last step, and reports before that', () => {
    const green = step('gate', { command: action.inputs.command!.default })
    expect(green).toMatchObject({
      status: 0,
      output: 'code=0\n',
      summary: expect.stringContaining('✅ pass'),
    })
    expect(step('verdict', {}, { 'steps.gate.outputs.code': '0' }).status).toBe(0)
    expect(step('verdict', {}, { 'steps.gate.outputs.code': '3' }).status).toBe(3)
  })

  test('annotates what is worse at the line of its threshold', () => {
    const red = step('gate', { scenarios: 'sm*.yaml', arguments: SLOWER, reports: 'out/of the way' })
    expect(red).toMatchObject({ status: 0, output: 'code=1\n', summary: expect.stringContaining('❌ fail') })
    expect(red.stdout).toMatch(
      /^::error file=small\.yaml,line=10,col=\d+,title=small%3A latency\.p95 worse::/m,
    )
    expect(readFileSync('out/of the way/gate.xml', 'utf8')).toContain('failures="')
  })

  test('asks why where it is told to, and says what stands in the way', () => {
    const red = step('gate', { arguments: SLOWER, explain: 'true' })
    expect(red.stdout).toMatch(/is not told: no commit is known/)
    expect(red.summary).toContain('no commit is known')
  })

  test('with a mistake leaves no report of last time, and says in summary, comment and annotation that there is no verdict', () => {
    step('gate')
    const ended = step('gate', { arguments: '--no-such-option' })
    expect(ended).toMatchObject({
      output: 'code=2\n',
      summary: expect.stringMatching(/^<!-- rehearsal-gate -->\n.* no verdict\n\nit ended in 2 /),
      stdout: expect.stringMatching(/^::error title=Rehearsal gate::it ended in 2 /m),
    })
    expect(readFileSync('rehearsal-gate/gate.md', 'utf8')).toBe(ended.summary)
    expect(['xml', 'json'].filter((end) => existsSync(`rehearsal-gate/gate.${end}`))).toEqual([])
  })

  test('takes what it is given for words, not for commands', () => {
    const { output } = step('gate', { arguments: '; touch pwned', base: '$(touch pwned)' })
    expect([output, existsSync('pwned')]).toEqual(['code=2\n', false])
  })

  test('comments once, and thereafter changes that comment', () => {
    const pull = { 'github.repository': 'o/r', 'github.event.pull_request.number': '7' }
    const asked = () => {
      rmSync('gh.log', { force: true })
      expect(step('comment', {}, pull).status).toBe(0)
      return readFileSync('gh.log', 'utf8').trim().split('\n').at(-1)
    }
    step('gate')
    expect(asked()).toBe(
      'api --silent --method POST repos/o/r/issues/7/comments --field body=@rehearsal-gate/gate.md',
    )
    expect(readFileSync('gh.log', 'utf8')).toContain('.user.type == "Bot" or .user.login == "ann-1"')
    writeFileSync('comment', '41\n42\n')
    expect(asked()).toBe(
      'api --silent --method PATCH repos/o/r/issues/comments/41 --field body=@rehearsal-gate/gate.md',
    )
    // What cannot be commented is a warning.
    executable('bin/gh', '#!/bin/sh\nexit 1\n')
    expect(step('comment', {}, pull)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^::warning/),
    })
  })
})

describe('the example for GitLab', () => {
  const { script, artifacts } = gitlab['rehearsal-gate']

  test('passes, fails with the gate’s exit code, and leaves the artifacts that it names', () => {
    expect(bash(script.join('\n'), { REHEARSAL_ARGUMENTS: '' }).status).toBe(0)
    for (const path of artifacts.paths) rmSync(path)
    const red = bash(script.join('\n'), { REHEARSAL_ARGUMENTS: SLOWER })
    expect(red).toMatchObject({ status: 1, stdout: expect.stringContaining('fail') })
    expect(artifacts.paths.filter((path) => !existsSync(path))).toEqual([])
    expect(readFileSync(artifacts.reports.junit, 'utf8')).toContain('<failure')
  })
})
