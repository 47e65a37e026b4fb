// `rehearsal doctor`: what this machine offers, and what each thing missing would be for. Nothing of it is needed to run.

import { spawnSync } from 'node:child_process'
import { createConnection } from 'node:net'
import { cpus, totalmem } from 'node:os'
import type { CommandModule } from 'yargs'
import { format } from '../units.ts'
import { EXIT } from './exit.ts'
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

export const doctorCommand: CommandModule = {
  command: 'doctor',
  describe: 'show what this machine offers and what is missing',
  async handler() {
    const findings = await examine()
    for (const { what, found, use } of findings)
      console.log(`${found ? 'ok     ' : 'missing'}  ${what.padEnd(12)} ${found ?? use}`)
    const broken = findings.some(({ found, needed }) => needed && !found)
    console.log(broken ? '\nRehearsal cannot run here.' : '\nRehearsal can run here.')
    process.exitCode = broken ? EXIT.usage : EXIT.pass
  },
}

async function examine(): Promise<Finding[]> {
  const [redis, rabbitmq, ollama] = await Promise.all([6379, 5672, 11434].map(answers))
  return [
    { what: 'rehearsal', found: VERSION, use: '' },
    { what: 'Node', found: node(), use: `${process.version}; expected 20.19 or later`, needed: true },
    { what: 'machine', found: `${cpus().length} cores, ${format(totalmem(), 'bytes')}`, use: '' },
    { what: 'git', found: version('git'), use: 'results will not say of which commit they are' },
    { what: 'Chromium', found: version('chromium'), use: 'only the tests that look at pages need it' },
    {
      what: 'Redis',
      found: redis,
      use: 'nothing on port 6379; only campaigns over several machines need it',
    },
    { what: 'RabbitMQ', found: rabbitmq, use: 'nothing on port 5672; only live runs need it' },
    { what: 'Ollama', found: ollama, use: 'nothing on port 11434; only live runs need it' },
  ]
}

function node(): string | undefined {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const enough = major > NODE_AT_LEAST[0] || (major === NODE_AT_LEAST[0] && minor >= NODE_AT_LEAST[1])
  return enough ? process.version : undefined
}

function version(command: string): string | undefined {
  const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8', timeout: 10_000 })
  return status === 0 ? stdout.split('\n')[0] : undefined
}

/** Whether something listens on a port of this machine. */
const answers = (port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: 500 })
    const end = (found: string | undefined) => () => {
      socket.destroy()
      resolve(found)
    }
    socket
      .on('connect', end(`listening on port ${port}`))
      .on('error', end(undefined))
      .on('timeout', end(undefined))
  })
