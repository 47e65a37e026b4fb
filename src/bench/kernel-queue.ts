// How many events a second the bare pending event sets handle, and what memory one event takes. Every figure comes from a
// process of its own, since what a process has run before changes how its code is compiled.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { candidates } from './queues/candidates.ts'
import { workloads } from './queues/workloads.ts'
import type { Row } from './row.ts'

const SIZES = [100, 10_000, 1_000_000]
/** Worst cases show well enough at one size. */
const WORST_CASE_SIZES = [100_000]
const EVENTS = 1_000_000
const REPETITIONS = 7

/** Every candidate on every workload; takes some minutes. */
export function measure(): Row[] {
  return workloads.flatMap(({ name: workload, worstCase }) =>
    (worstCase ? WORST_CASE_SIZES : SIZES).flatMap((pending) =>
      Object.keys(candidates).map((candidate) => measureApart(candidate, workload, pending)),
    ),
  )
}

function measureApart(candidate: string, workload: string, pending: number): Row {
  const script = fileURLToPath(import.meta.url)
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', script, candidate, workload, String(pending)],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`measuring ${candidate} failed: ${stderr}`)
  return JSON.parse(stdout) as Row
}

function measureHere(candidate: string, workload: string, pending: number): Row {
  const before = bytesInUse()
  const queue = candidates[candidate]!()
  const run = workloads.find(({ name }) => name === workload)!.start(queue, pending)
  run(EVENTS)
  const bytesPerEvent = (bytesInUse() - before) / pending
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < REPETITIONS; i++) {
    const start = processorSeconds()
    run(EVENTS)
    least = Math.min(least, processorSeconds() - start)
  }
  return {
    name: `${workload}: ${candidate}`,
    pending,
    perSecond: EVENTS / least,
    // With fewer events one would see the code that was compiled in between.
    ...(pending >= 100_000 ? { bytesPerEvent } : {}),
  }
}

/** User and system time of this process: unlike the clock it stands still while others have the processor. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function bytesInUse(): number {
  globalThis.gc!()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [candidate, workload, pending] = process.argv.slice(2)
  process.stdout.write(JSON.stringify(measureHere(candidate!, workload!, Number(pending))))
}
