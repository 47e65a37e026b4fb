// `rehearsal init`: a commented scenario to start from.

import { printable, quote, ScenarioError } from '../errors.ts'
import { defineCommand } from './command.ts'
import { EXIT } from './exit.ts'
import { exists, unbroken, writeWhole } from './files.ts'

export const init = defineCommand({
  words: [{ name: 'file', meaning: 'where to write it; without it, scenario.yaml' }],
  options: { force: { type: 'flag', meaning: 'overwrite a file that is there' } },
  async run({ words: [file = 'scenario.yaml'], options: { force } }, terminal) {
    if (exists(file) && !force)
      throw new ScenarioError([
        {
          message: `${quote(file, 200)} is there already`,
          hint: 'name another file, or overwrite it with --force',
        },
      ])
    await unbroken(() => writeWhole(file, scenarioText(file)))
    terminal.print(`wrote ${file}\ntry   rehearsal run ${inShell(file)}`)
    return EXIT.pass
  },
})

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
