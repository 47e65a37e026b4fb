// `rehearsal bench`: what the machine makes of the kernel and of coordinators' operations, and how that compares to another revision.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ComparedRow, compareRounds, heldTo, suspicionsOf, turnsOf } from '../bench/against.ts'
import { nameOf } from '../bench/costs/bench.ts'
import type { Row } from '../bench/row.ts'
import { suites } from '../bench/suites.ts'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { RandomStreams } from '../kernel/random.ts'
import { renderRatios, renderRows } from '../report/terminal/bench.ts'
import { canonicalJson } from '../results/canonical.ts'
import { parseQuantity } from '../units.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT, Exit } from './exit.ts'
import type { Terminal } from './terminal.ts'
import { openWorktree } from './worktree.ts'

const OPTIONS = {
  against: {
    type: 'text',
    value: 'REF',
    meaning: 'build this revision too, measure both in turn, and show the ratios',
  },
  rounds: { type: 'text', value: 'COUNT', meaning: 'how often each of the two is measured', default: '8' },
  'fail-over': {
    type: 'text',
    value: 'SHARE',
    meaning: 'end in 1 where something is surely slower by more than this, such as 5%',
  },
  only: {
    type: 'text',
    value: 'NAMES',
    meaning: 'of the suite costs, these benches: raft-election,hungarian',
  },
  json: { type: 'flag', meaning: 'print the figures as JSON' },
} as const

type BenchOptions = OptionValues<typeof OPTIONS>

export const bench = defineCommand({
  words: [{ name: 'suites', meaning: `${Object.keys(suites).join(', ')}; without any, all`, many: true }],
  options: OPTIONS,
  examples: [
    ['bench operations', 'single operations on this machine'],
    ['bench loop messages --against HEAD~1', 'what the last commit changed, in ratios'],
    ['bench operations --against origin/main --fail-over 5%', 'for a quiet machine of CI'],
  ],
  epilogue:
    'Figures of the machine’s time are advisory: it ends in 0 unless --fail-over is given, and then in 3 where nothing could be compared. What is below the clock’s step or 1 ns, or that the compiler may have left out, is said and not compared.',
  async run({ words, options }, terminal) {
    const chosen = suitesOf(words)
    const rounds = roundsOf(options.rounds)
    const limit = limitOf(options)
    await refuseUnknownBenches(options, words)
    const ours = { build: OURS, of: 'this build' }
    if (options.against === undefined) {
      const found = await measure(ours, chosen, options)
      if (options.json) terminal.write(canonicalJson({ schema: 'rehearsal/bench/1', suites: found }))
      else terminal.print(renderRows(titled(chosen, inWords(found)), terminal))
      return EXIT.pass
    }
    const say = (text: string): void => (options.json ? undefined : terminal.complain(text))
    const worktree = openWorktree(options.against, say)
    try {
      const a = `${options.against} (${worktree.commit})`
      const sides = { a: { build: worktree.build, of: a }, b: ours }
      const found = await interleaved({ sides, chosen, rounds }, options, terminal)
      if (options.json)
        terminal.write(canonicalJson({ schema: 'rehearsal/bench-ratios/1', a, rounds, suites: found }))
      else terminal.print(renderRatios(titled(chosen, found), { a, b: 'this build', rounds }, terminal))
      return limit === undefined ? EXIT.pass : ENDS[heldTo(limit, Object.values(found).flat())]
    } finally {
      worktree.close()
    }
  },
})

/** What this program was built into; run from its sources, where it was last built. */
const OURS = ['..', '../../dist']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(join(path, 'bench/main.js')))!

const ENDS = { slower: EXIT.failed, 'not slower': EXIT.pass, unknown: EXIT.inconclusive } as const

/** What is measured, and what it is called. */
interface Side {
  readonly build: string
  readonly of: string
}

interface Interleaving {
  readonly sides: { readonly a: Side; readonly b: Side }
  readonly chosen: readonly string[]
  readonly rounds: number
}

/** Suite by suite, so that both sides of a round are measured close in time. */
async function interleaved(
  { sides, chosen, rounds }: Interleaving,
  options: BenchOptions,
  { rewrite, columns }: Terminal,
): Promise<Readonly<Record<string, readonly ComparedRow[]>>> {
  const found: Record<string, readonly ComparedRow[]> = {}
  for (const suite of chosen) {
    const measured: { a: (readonly Row[])[]; b: (readonly Row[])[] } = { a: [], b: [] }
    for (const [i, turn] of turnsOf(rounds).entries()) {
      rewrite?.(
        `\r${`${suite}: round ${Math.floor(i / 2) + 1} of ${rounds}`.padEnd(columns - 1).slice(0, columns - 1)}`,
      )
      const rows = await measure(sides[turn], [suite], options)
      measured[turn].push(rows[suite] ?? [])
    }
    rewrite?.('\r\u001b[K')
    const random = new RandomStreams('bench').stream(suite)
    found[suite] = compareRounds(
      measured.a.map((a, i) => ({ a, b: measured.b[i]! })),
      () => random.uniform(),
    )
  }
  return found
}

/** In a process of its own: what a process has run before changes how its code is compiled. */
async function measure(
  { build, of }: Side,
  names: readonly string[],
  { only }: BenchOptions,
): Promise<Readonly<Record<string, readonly Row[]>>> {
  const child = spawn(
    process.execPath,
    [
      ...['--expose-gc', join(OURS, 'bench/main.js'), ...names, '--json', '--build', build],
      ...(only === undefined ? [] : ['--only', only]),
    ],
    { cwd: dirname(build), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const end = () => void child.kill()
  process.on('exit', end)
  try {
    const { code, out, said } = await ended(child)
    if (code === 0) return JSON.parse(out) as Record<string, readonly Row[]>
    throw new Exit(
      EXIT.inconclusive,
      `measuring ${names.join(', ')} of ${of} failed: ${quote(said.trim(), 600)}`,
    )
  } finally {
    process.off('exit', end)
  }
}

const ended = (child: ChildProcess): Promise<{ code: number | null; out: string; said: string }> =>
  new Promise((resolve, reject) => {
    let out = ''
    let said = ''
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, said }))
  })

/** The suspicions in few words; as JSON they are whole. */
const inWords = (found: Readonly<Record<string, readonly Row[]>>): typeof found =>
  Object.fromEntries(
    Object.entries(found).map(([suite, rows]) => [
      suite,
      rows.map((row) => ({ ...row, suspicions: suspicionsOf(row) })),
    ]),
  )

const titled = <T>(chosen: readonly string[], found: Readonly<Record<string, readonly T[]>>) =>
  chosen.map((name) => ({ title: `${name}: ${suites[name]!.title}`, rows: found[name] ?? [] }))

function suitesOf(words: readonly string[]): readonly string[] {
  const known = Object.keys(suites)
  const mistakes = words.flatMap((name) => (known.includes(name) ? [] : [unknownName('suite', name, known)]))
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return words.length === 0 ? known : known.filter((name) => words.includes(name))
}

/** What `--only` names, before anything is measured. */
async function refuseUnknownBenches({ only }: BenchOptions, words: readonly string[]): Promise<void> {
  if (only === undefined) return
  if (!words.includes('costs'))
    throw new ScenarioError([
      {
        message: '--only names benches of the suite costs, which is not asked for',
        hint: `bench costs --only ${quote(only)}`,
      },
    ])
  const known = (await import('../bench/costs/registry.ts')).benches.map(nameOf)
  const mistakes = only
    .split(',')
    .flatMap((name) => (known.includes(name) ? [] : [unknownName('bench', name, known)]))
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
}

function roundsOf(text: string): number {
  const rounds = Number(text)
  if (/^\d+$/.test(text) && rounds >= 2 && rounds <= 1000) return rounds
  throw new ScenarioError(`invalid --rounds: ${quote(text)}; expected a whole number from 2 to 1,000`)
}

function limitOf({ 'fail-over': text, against }: BenchOptions): number | undefined {
  if (text === undefined) return undefined
  const share = parseQuantity(text, 'ratio')
  if (share === undefined || share < 0)
    throw new ScenarioError(`invalid --fail-over: ${quote(text)}; expected a share, such as 5%`)
  if (against === undefined)
    throw new ScenarioError('--fail-over compares with another revision; expected --against REF too')
  return share
}
