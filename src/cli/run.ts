// `rehearsal run`: runs scenarios, says what was found, and leaves a result file and a page for each.
// Ctrl-C ends the process at once: a run is one stretch of work that no handler could enter, and every file is
// written beside its place and renamed, so what is there is whole.

import { join } from 'node:path'
import type { CommandModule } from 'yargs'
import { runExperiment, StoppedError } from '../experiment/experiment.ts'
import { safeFileName } from '../report/file-name.ts'
import { createProgress } from '../report/progress.ts'
import { renderTerminal } from '../report/terminal.ts'
import { canonicalJson } from '../results/canonical.ts'
import { hash } from '../results/hash.ts'
import { RESULT_SCHEMA, type Result } from '../results/result.ts'
import { writeResult } from '../results/write.ts'
import { DeterminismError } from '../run/replication.ts'
import type { ScenarioFile } from '../scenario/scenario.ts'
import { parseQuantity } from '../units.ts'
import { openTraceFile } from '../workload/traces/trace-file.ts'
import { EXIT, Exit } from './exit.ts'
import { claimTexts } from './ledger.ts'
import { openScenario, type ScenarioOptions, scenarioOptions } from './open.ts'
import { provenance } from './provenance.ts'
import { writeHtml } from './report.ts'
import { colourWanted, columns } from './terminal.ts'
import { validate } from './validate.ts'

interface RunOptions extends ScenarioOptions {
  scenario: readonly string[]
  out: string
  json: boolean
  quiet: boolean
  verify: boolean
  checked: boolean
  html: boolean
  'time-limit'?: string
}

export const runCommand: CommandModule<object, RunOptions> = {
  command: 'run <scenario..>',
  describe: 'run scenarios; print what was found, write a result file and a page',
  builder: (yargs) =>
    scenarioOptions(
      yargs.positional('scenario', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'scenario files (YAML)',
      }),
    )
      .option('out', {
        type: 'string',
        default: 'reports',
        describe: 'folder for results: OUT/NAME/result.json, report.html',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'print the result file instead of a summary',
      })
      .option('quiet', { type: 'boolean', default: false, describe: 'print nothing but errors' })
      .option('html', { type: 'boolean', default: true, describe: 'write the page (--no-html: do not)' })
      .option('verify', {
        type: 'boolean',
        default: false,
        describe: 'run every seed twice and compare fingerprints',
      })
      .option('checked', {
        type: 'boolean',
        default: false,
        describe: 'freeze messages, so that shared state shows',
      })
      .option('time-limit', { type: 'string', describe: 'stop after so much real time, such as 10min' })
      .example('$0 run scenarios/ollamamax/mcp-setup.yaml', 'one scenario')
      .example('$0 run a.yaml --seeds 20 --set workload.slow-down=20', 'other seeds, another value') as never,
  async handler(options) {
    const limit = timeLimitOf(options['time-limit'])
    // Every file is checked before the first one runs.
    const files = options.scenario.map((path) => openScenario(path, options))
    for (const file of files) validate(file)
    let code: number = EXIT.pass
    for (const file of files) code = Math.max(code, await runOne(file, options, limit))
    process.exitCode = code
  },
}

async function runOne(file: ScenarioFile, options: RunOptions, limitMs: number | undefined): Promise<number> {
  const result = resultOf(file, options, limitMs)
  const folder = join(options.out, safeFileName(file.name))
  writeResult(join(folder, 'result.json'), result)
  const page = options.html ? await writeHtml(result, folder) : undefined
  if (options.json) process.stdout.write(canonicalJson(result))
  else if (!options.quiet) {
    console.log(renderTerminal(result, { columns: columns(), colour: colourWanted() }))
    console.log(`${join(folder, 'result.json')}${page ? `  ${page}` : ''}`)
  }
  return verdictOf(result)
}

function resultOf(file: ScenarioFile, options: RunOptions, limitMs = Number.POSITIVE_INFINITY): Result {
  const showProgress = process.stderr.isTTY === true && !options.quiet
  const progress = createProgress({
    write: (text) => process.stderr.write(text),
    now: () => performance.now(),
    columns: columns(),
    label: file.name,
  })
  const begun = performance.now()
  try {
    const { events, ...found } = runExperiment(file, {
      checked: options.checked,
      verify: options.verify,
      openTrace: openTraceFile,
      claimTexts: claimTexts(),
      interrupted: () => performance.now() - begun > limitMs,
      ...(showProgress ? { progress: (done, total) => progress.update(done, total) } : {}),
    })
    const { name, title, description, resolved } = file
    return {
      schema: RESULT_SCHEMA,
      scenario: { name, title, description, hash: hash(resolved), resolved },
      ...found,
      provenance: provenance((performance.now() - begun) / 1000, events),
    }
  } catch (error) {
    if (error instanceof StoppedError)
      throw new Exit(EXIT.limit, `rehearsal: ${error.message}; nothing was written`)
    if (error instanceof DeterminismError)
      throw new Exit(EXIT.determinism, `rehearsal: determinism violated: ${error.message}`)
    throw error
  } finally {
    if (showProgress) progress.clear()
  }
}

/** A failed check outweighs one that cannot be told. */
function verdictOf({ variants }: Result): number {
  const checks = variants.flatMap((variant) => variant.checks)
  if (checks.some(({ pass }) => pass === false)) return EXIT.failed
  const untold = checks.some(({ pass, kind }) => pass === null && kind === 'expect')
  return untold ? EXIT.inconclusive : EXIT.pass
}

function timeLimitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const limit = parseQuantity(text, 'ns')
  if (limit === undefined || limit <= 0)
    throw new Exit(
      EXIT.usage,
      `invalid --time-limit: ${text}; expected a duration with its unit, such as 10min`,
    )
  return limit / 1e6
}
