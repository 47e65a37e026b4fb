// One side of an explanation run by another revision: `explain SCENARIO --side FILE`, by its own build, in its own folder.

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { quote } from '../errors.ts'
import type { Data } from '../explain/configuration.ts'
import { oneLine } from '../report/terminal/text.ts'
import { EXIT } from './exit.ts'
import type { There } from './revision.ts'

export interface SideOrder {
  /** The scenario, as it stands here. */
  readonly path: string
  /** Instead of what the scenario says there; its paths are as in the scenario. */
  readonly data?: Data | undefined
  readonly variant?: string | undefined
  readonly sets?: readonly string[] | undefined
  readonly faults?: string | undefined
  readonly seeds: readonly string[]
  readonly 'allow-modules': boolean
  /** Of the first seed, the events from one to before another, and nothing else. */
  readonly events?: readonly [from: number, until: number] | undefined
}

export interface NoSide {
  readonly missing: string
  /** refused: it is no scenario there; old: its build does not know how; late: the time limit. */
  readonly why: 'refused' | 'old' | 'late' | 'failed'
}

export async function sideRun(there: There, order: SideOrder, stopAt: number): Promise<string | NoSide> {
  const { root, tree, folder, program } = there
  const within = relative(root, realpathSync(order.path))
  if (within.startsWith('..'))
    return { missing: 'there is no such scenario: it is outside of the repository', why: 'refused' }
  if (!existsSync(join(tree, within))) return { missing: 'there is no such scenario', why: 'refused' }
  // Several may run at once.
  const own = mkdtempSync(join(folder, 'side-'))
  const out = join(own, 'side.json')
  // What its paths mean hangs on where it stands.
  const scenario = order.data ? join(dirname(within), `.${basename(own)}.yaml`) : within
  if (order.data) writeFileSync(join(tree, scenario), JSON.stringify(order.data))
  const { status, said, late } = await ended([program, ...wordsOf(scenario, out, order)], tree, stopAt)
  const text = existsSync(out) ? readFileSync(out, 'utf8') : undefined
  rmSync(own, { recursive: true, force: true })
  if (late) return { missing: 'the time limit came first', why: 'late' }
  if (text !== undefined) return text
  if (/unknown option:? .{0,3}--side/.test(said))
    return {
      missing:
        'its build is older than `rehearsal explain --side`, by which a revision tells what its runs did',
      why: 'old',
    }
  const why = status === EXIT.usage ? 'refused' : 'failed'
  return { missing: `it could not be run (${status}): ${quote(oneLine(said), 400)}`, why }
}

const wordsOf = (scenario: string, out: string, order: SideOrder): readonly string[] => [
  ...['explain', scenario, '--side', out, '--seeds', `${order.seeds.join(',')},`],
  ...(order.variant === undefined ? [] : ['--a', order.variant]),
  ...(order.sets ?? []).flatMap((set) => ['--set', set]),
  ...(order.faults === undefined ? [] : ['--faults', realpathSync(order.faults)]),
  ...(order['allow-modules'] ? ['--allow-modules'] : []),
  ...(order.events ? ['--events', order.events.join(':')] : []),
]

interface Ended {
  readonly status: number | string
  readonly said: string
  readonly late: boolean
}

/** Runs beside what this process does meanwhile. */
function ended(words: readonly string[], cwd: string, stopAt: number): Promise<Ended> {
  const child = spawn(process.execPath, words, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  const end = () => void child.kill()
  process.on('exit', end)
  let late = false
  const limit = Number.isFinite(stopAt)
    ? setTimeout(
        () => {
          late = true
          end()
        },
        Math.max(1, stopAt - performance.now()),
      )
    : undefined
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(limit)
      process.off('exit', end)
      resolve({ status: code ?? signal ?? 'no end', said, late })
    })
  })
}
