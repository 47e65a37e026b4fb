// A command line of its own in an empty folder: what it prints, and how it ends. In this process: a new one takes a second.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { commandLine } from '../../src/cli/command-line.ts'

export interface Ended {
  readonly code: number
  /** Standard output. */
  readonly out: string
  /** Standard error. */
  readonly err: string
}

/** Does what was typed, on a terminal of 80 columns without colour. */
export async function rehearsal(...args: readonly string[]): Promise<Ended> {
  let out = ''
  let err = ''
  const code = await commandLine(args, {
    print: (text) => {
      out += `${text}\n`
    },
    write: (text) => {
      out += text
    },
    complain: (text) => {
      err += `${text}\n`
    },
    rewrite: undefined,
    columns: 80,
    colour: false,
  })
  return { code, out, err }
}

/** The tests of the file run in an empty folder, which is removed thereafter. */
export function inEmptyFolder(): void {
  const before = process.cwd()
  let folder = ''
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'rehearsal-')))
    process.chdir(folder)
  })
  afterAll(() => {
    process.chdir(before)
    rmSync(folder, { recursive: true, force: true })
  })
}

/** One station, a second of virtual time in which it serves, and nothing expected. */
export const SMALL = `name: small
title: A small one
hosts: { box: { cores: 1 } }
services: { station: { kind: queue, on: box, service: { kind: exponential, mean: 50ms } } }
workload:
  target: station
  arrivals: { kind: poisson, rate: 10/s }
  request: { kind: job }
measure: { duration: 10s }
`

/** Another name, and a line more. */
export const smallCalled = (name: string, more = ''): string =>
  `${SMALL.replace('name: small', `name: ${name}`)}${more}`
