// `rehearsal init`: a commented scenario to start from; with --coordinator, a coordinator of one's own with its scenario and its test.

import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printable, quote, ScenarioError } from '../errors.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { exists, unbroken, writeWhole } from './files.ts'
import { coordinatorFiles } from './init-coordinator.ts'

export const init = defineCommand({
  words: [{ name: 'file', meaning: 'where to write it; without it, scenario.yaml' }],
  options: {
    coordinator: {
      type: 'text',
      value: 'FILE',
      meaning:
        'a coordinator of your own instead (my-queen.ts or .js, or a folder), with a scenario and a test beside it',
    },
    force: { type: 'flag', meaning: 'overwrite a file that is there' },
  },
  examples: [['init --coordinator my-queen.ts', 'write my-queen.ts, my-queen.yaml and my-queen.test.mjs']],
  async run({ words: [named], options: { coordinator, force } }, terminal) {
    if (coordinator !== undefined && named !== undefined)
      throw new ScenarioError('a scenario and --coordinator are both given; expected one of them')
    if (coordinator === undefined) {
      const file = named ?? 'scenario.yaml'
      await write({ [file]: scenarioText(file) }, force)
      terminal.print(`wrote ${file}\ntry   rehearsal run ${inShell(file)}`)
      return EXIT.pass
    }
    const { module, scenario, test } = coordinatorFiles(coordinator)
    await write(Object.fromEntries([module, scenario, test]), force)
    for (const [file] of [module, scenario, test]) terminal.print(`wrote ${file}`)
    terminal.print(`try   rehearsal run ${inShell(scenario[0])} --allow-modules`)
    terminal.print(`      node --test ${inShell(test[0])}`)
    if (!findsPackage(test[0]))
      terminal.print(`      before that, for the test: npm install ${inShell(PACKAGE)}`)
    return EXIT.pass
  },
})

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Whether `import … from 'rehearsal'` finds it from there. */
function findsPackage(file: string): boolean {
  try {
    createRequire(resolve(file)).resolve('rehearsal/testing')
    return true
  } catch {
    return false
  }
}

/** All of the files, or none. */
async function write(files: Readonly<Record<string, string>>, force: boolean): Promise<void> {
  const there = Object.keys(files).filter((file) => exists(file) && !force)
  if (there.length > 0)
    throw new ScenarioError(
      there.map((file) => ({
        message: `${quote(file, 200)} is there already`,
        hint: 'name another file, or overwrite it with --force',
      })),
    )
  await unbroken(() => {
    for (const [file, text] of Object.entries(files)) writeWhole(file, text)
  })
}

/** The path as one may type it. */
const inShell = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`

const scenarioText = (file: string): string => TEMPLATE.replaceAll('FILE', () => printable(inShell(file)))

const TEMPLATE = `# A scenario: what stands where, what is asked of it, and what you expect.
# Try it:          rehearsal run FILE
# Change a value:  rehearsal run FILE --set parameters.parallel=8
# What there is:   rehearsal list     (rehearsal list services ollama shows one whole)

name: my-fleet
title: Two Ollama workers behind nginx
description: How many slots should each worker have?

# Named values, used below as \${parallel}; the matrix runs the scenario once for each of its values.
parameters:
  parallel: 4

matrix:
  parallel: [1, 2, 4]

# How many times each is run, with other random numbers: intervals come from here.
seeds: 3

hosts:
  front: { cores: 4 }
  worker: { count: 2, cores: 12, memory: 32GiB, memory-bandwidth: 38GB/s }

network: { latency: 100us, bandwidth: 1Gbit/s }

services:
  proxy: { kind: nginx, on: front, upstreams: ollama, read-timeout: 10min }
  ollama: { kind: ollama, on: worker, parallel: "\${parallel}" }

workload:
  target: proxy
  arrivals: { kind: poisson, rate: 4/min }
  request:
    kind: generate
    model: "llama3.2:3b"
    prompt-tokens: { kind: lognormal, median: 600, p99: 3000 }
    output-tokens: { kind: lognormal, median: 130, p99: 600 }
  timeout: 10min

# Virtual time; what happens during the warm-up is not counted.
measure: { duration: 2h, warm-up: 10min }

# What must hold; \`rehearsal run\` ends in 1 where it does not.
expect:
  - { metric: errors, at-most: 1% }
  - { metric: latency.p95, below: 3min, when: parallel == 4 }
`
