// `rehearsal init`: a commented scenario to start from.

import type { CommandModule } from 'yargs'
import { EXIT, Exit } from './exit.ts'
import { exists, writeWhole } from './files.ts'

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

export const initCommand: CommandModule<object, { file: string; force: boolean }> = {
  command: 'init [file]',
  describe: 'write a commented scenario to start from',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', default: 'scenario.yaml', describe: 'where to write it' })
      .option('force', { type: 'boolean', default: false, describe: 'overwrite a file that is there' }),
  handler({ file, force }) {
    if (exists(file) && !force)
      throw new Exit(EXIT.usage, `${file} is there already; name another file, or overwrite it with --force`)
    writeWhole(
      file,
      TEMPLATE.replace('rehearsal run FILE', `rehearsal run ${file}`).replace(
        'run FILE --set',
        `run ${file} --set`,
      ),
    )
    console.log(`wrote ${file}; try: rehearsal run ${file}`)
  },
}
