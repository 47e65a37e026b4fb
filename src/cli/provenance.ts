// Where a result comes from: build, machine, commit, time. Nothing compares it.

import { spawnSync } from 'node:child_process'
import type { Provenance } from '../results/result.ts'
import { VERSION } from './version.ts'

export function provenance(wallSeconds: number, events: number): Provenance {
  return {
    tool: 'rehearsal',
    version: VERSION,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    commit: commit(),
    created: new Date().toISOString(),
    wallSeconds: Math.round(wallSeconds * 1000) / 1000,
    events,
  }
}

/** The commit of the folder that the command is run in, if it is one of git's. */
function commit(): string | null {
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', timeout: 5000 })
  return status === 0 ? stdout.trim() : null
}
