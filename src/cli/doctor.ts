// `rehearsal doctor`: what this machine offers, and what each thing that is missing would be for. To run, only Node is needed.

import { spawnSync } from 'node:child_process'
import { createConnection } from 'node:net'
import { cpus, totalmem } from 'node:os'
import { format } from '../units.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { hanging } from './prose.ts'
import { VERSION } from './version.ts'

interface Finding {
  readonly what: string
  readonly found: string | undefined
  /** What it is for, where it is missing. */
  readonly use: string
  /** Nothing works without it. */
  readonly needed?: boolean
}

const NODE_AT_LEAST = [20, 19] as const

export const doctor = defineCommand({
  words: [],
  options: {},
  async run(_, terminal) {
    const findings = await examine()
    for (const { what, found, use } of findings)
      terminal.print(
        hanging(`${found ? 'ok     ' : 'missing'}  ${what.padEnd(9)}  `, found ?? use, terminal.columns),
      )
    const broken = findings.some(({ found, needed }) => needed && !found)
    terminal.print(
      broken
        ? '\nRehearsal cannot run here.'
        : '\nRehearsal can run here; what is missing is not needed to run scenarios.',
    )
    return broken ? EXIT.usage : EXIT.pass
  },
})

async function examine(): Promise<readonly Finding[]> {
  const [redis, rabbitmq, ollama] = await Promise.all([6379, 5672, 11434].map(listener))
  return [
    { what: 'rehearsal', found: VERSION, use: '' },
    { what: 'Node', found: node(), use: `${process.version}; expected 20.19 or later`, needed: true },
    { what: 'machine', found: `${cpus().length} cores, ${format(totalmem(), 'bytes')}`, use: '' },
    { what: 'git', found: version('git'), use: 'without it results do not say of which commit they are' },
    {
      what: 'Chromium',
      found: version('chromium') ?? version('chromium-browser') ?? version('google-chrome'),
      use: 'only tests that look at pages as a browser shows them use it',
    },
    { what: 'Redis', found: redis, use: `nothing listens on port 6379; ${LATER}` },
    { what: 'RabbitMQ', found: rabbitmq, use: `nothing listens on port 5672; ${LATER}` },
    { what: 'Ollama', found: ollama, use: `nothing listens on port 11434; ${LATER}` },
  ]
}

const LATER = 'for runs against real services, which are to come'

function node(): string | undefined {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const enough = major > NODE_AT_LEAST[0] || (major === NODE_AT_LEAST[0] && minor >= NODE_AT_LEAST[1])
  return enough ? process.version : undefined
}

function version(command: string): string | undefined {
  const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8', timeout: 10_000 })
  return status === 0 ? stdout.split('\n')[0]!.trim() : undefined
}

/** What listens on a port of this machine, if anything does. */
const listener = (port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: 500 })
    const end = (found: string | undefined) => () => {
      socket.destroy()
      resolve(found)
    }
    socket
      .on('connect', end(`something listens on port ${port}`))
      .on('error', end(undefined))
      .on('timeout', end(undefined))
  })
