#!/usr/bin/env node
// The program: the command line on this process's arguments and terminal.

import { commandLine } from './command-line.ts'
import { processTerminal } from './terminal.ts'

// A reader that has seen enough (`rehearsal list | head`) is no error: what was begun is brought to its end, unread.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })

process.exitCode = await commandLine(process.argv.slice(2), processTerminal())
