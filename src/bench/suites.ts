// The registry of suites: one line each. A suite's file is loaded when it is measured, from this build or from another.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CostTerms } from './costs.ts'
import type { Row } from './row.ts'

interface Suite {
  measure(terms: CostTerms): readonly Row[] | Promise<readonly Row[]>
}

interface Listed {
  readonly title: string
  /** Its file, without the ending. */
  readonly file: string
  load(): Promise<Suite>
}

export const suites: Readonly<Record<string, Listed>> = {
  queue: {
    title: 'bare event queues: pop one, push one',
    file: 'kernel-queue',
    load: () => import('./kernel-queue.ts'),
  },
  loop: {
    title: 'the kernel with handlers: events',
    file: 'kernel-loop',
    load: () => import('./kernel-loop.ts'),
  },
  tasks: {
    title: 'M/M/1 with customers as tasks: customers',
    file: 'tasks',
    load: () => import('./tasks.ts'),
  },
  messages: {
    title: 'messages between processes on hosts over links',
    file: 'messages',
    load: () => import('./messages.ts'),
  },
  scale: {
    title: 'messages on one host and on 500, with a timeline and without; ten hours',
    file: 'scale',
    load: () => import('./scale.ts'),
  },
  observe: { title: 'observations', file: 'observe', load: () => import('./observe.ts') },
  checkers: {
    title: 'events with the checkers off and on',
    file: 'checkers',
    load: () => import('./checkers.ts'),
  },
  operations: { title: 'single operations', file: 'operations', load: () => import('./operations.ts') },
  costs: {
    title:
      'what coordinators’ operations cost, beside the committed table (--write, --to FILE, --only NAME,…)',
    file: 'costs',
    load: () => import('./costs.ts'),
  },
}

/** The suite of another build; where that has none of this name, nothing is measured. */
export async function loadFrom(build: string, { file }: Listed): Promise<Suite> {
  const path = join(build, 'bench', `${file}.js`)
  return existsSync(path) ? ((await import(pathToFileURL(path).href)) as Suite) : { measure: () => [] }
}
