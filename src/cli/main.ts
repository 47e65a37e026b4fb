#!/usr/bin/env node
// The command line: one command a file; errors end in one clear message and an exit code, never in a stack trace.

import yargs from 'yargs'
import { ScenarioError } from '../errors.ts'
import { ModuleError } from '../world/world.ts'
import { checkCommand } from './check.ts'
import { doctorCommand } from './doctor.ts'
import { EXIT, Exit } from './exit.ts'
import { initCommand } from './init.ts'
import { listCommand } from './list.ts'
import { planCommand } from './plan.ts'
import { reportCommand } from './report.ts'
import { runCommand } from './run.ts'
import { schemaCommand } from './schema.ts'
import { VERSION } from './version.ts'

const EPILOGUE = `Exit codes: 0 pass, 1 an expectation failed, 2 usage or invalid scenario, 3 inconclusive,
4 determinism violated, 5 limit reached, 70 a bug of ours, 130 interrupted.`

async function main(args: readonly string[]): Promise<number> {
  await yargs([...args])
    .scriptName('rehearsal')
    .usage('$0 <command>\n\nRuns the coordinators of an agent fleet in a virtual data centre.')
    .command(runCommand)
    .command(planCommand)
    .command(checkCommand)
    .command(listCommand)
    .command(reportCommand)
    .command(schemaCommand)
    .command(initCommand)
    .command(doctorCommand)
    .demandCommand(1, 'missing command; try `rehearsal --help`')
    .strict()
    .recommendCommands()
    .version(VERSION)
    .help()
    .epilogue(EPILOGUE)
    .wrap(Math.min(80, process.stdout.columns ?? 80))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Exit(EXIT.usage, message)
    })
    .parseAsync()
  return Number(process.exitCode ?? EXIT.pass)
}

/** What an error means for whoever called, in words on standard error. */
function explain(error: unknown): number {
  if (error instanceof Exit) {
    if (error.message) console.error(error.message)
    return error.code
  }
  if (error instanceof ScenarioError) {
    console.error(error.message)
    const count = error.mistakes.length
    if (count > 1) console.error(`\n${count} mistakes`)
    return EXIT.usage
  }
  if (error instanceof ModuleError) {
    console.error(error.message)
    return EXIT.bug
  }
  console.error(
    `rehearsal: a bug of ours, please report it\n${error instanceof Error ? error.stack : String(error)}`,
  )
  return EXIT.bug
}

// A reader that has seen enough (`rehearsal list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.pass)
  throw error
})

process.exitCode = await main(process.argv.slice(2)).catch(explain)
