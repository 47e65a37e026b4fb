// Turns of the machine's event loop, for coordinators that wait on promises.

import { Outcome } from '../env/index.ts'
import { ScenarioError } from '../errors.ts'
import { ModuleError } from '../world/world.ts'

/** Ends when all promises have gone as far as they can without timers, files or sockets. */
export interface EventLoop {
  idle(): Promise<void>
  close(): void
}

/** While it is open, a promise that is rejected and that nobody awaits ends the run. */
export function openEventLoop(): EventLoop {
  const rejected: unknown[] = []
  const note = (reason: unknown) => {
    rejected.push(reason)
  }
  process.on('unhandledRejection', note)
  return {
    idle: () =>
      new Promise((resolve, reject) => {
        setImmediate(() => {
          if (rejected.length === 0) resolve()
          else reject(unawaited(rejected[0]))
        })
      }),
    close() {
      process.off('unhandledRejection', note)
    },
  }
}

function unawaited(reason: unknown): Error {
  if (reason instanceof ScenarioError) return reason
  const story = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)
  const mend = reason instanceof Outcome ? '; catch it, or let env.spawn(…) see to it' : ''
  return new ModuleError(`a promise that nobody awaits was rejected${mend}: ${story}`)
}
