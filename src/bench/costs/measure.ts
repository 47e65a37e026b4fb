// Measuring for the cost table, by tinybench. Operations are timed by the processor time of this process (a core is what the
// simulation charges, and it stands still while others have the processor), in batches that are long against that clock's
// step of a microsecond. What a figure cannot be trusted in is found out and said: a p50 near the clock's step, less than a
// nanosecond an operation, and what shows where the compiler has left work out: an operation that takes as long as one that does
// nothing, twice the operations that do not take about twice the time. Handlings on a stage are too short for that clock and cannot be repeated: each is timed by itself by the wall
// clock, what that takes is taken off, and of the means of many short stretches the median shrugs off what disturbs some.

import { Bench } from 'tinybench'
import type { CostPoint, Growth } from '../../world/costs/cost-table.ts'
import type { CostBench, OperationBench, OwnBench, StageBench } from './bench.ts'

export interface Measured {
  readonly operation: string
  readonly size: string | undefined
  readonly growth: Growth
  readonly point: Required<CostPoint> & readonly [number, number, number]
  readonly samples: number
  readonly notes: readonly string[]
}

/** Milliseconds for each figure; as much again to warm up. */
const TIME = 100
const SHORTEST_BATCH = 1
/** Of the clock, that a batch takes at least. */
const STEPS = 100
const CLOCK_STEP = 0.001
const TERMS = { throws: true, iterations: 5, warmupIterations: 3 }

/** The first 64 of what is made are kept in turn, where the compiler cannot tell that nobody reads it. */
const kept: unknown[] = new Array(64)
let turn = 0
const keep = (value: unknown): void => {
  kept[turn++ & 63] = value
}

/** Every figure of a bench, at every size. */
export async function measure(bench: CostBench): Promise<Measured[]> {
  const found: Measured[] = []
  for (const size of bench.sizes)
    if ('operation' in bench) found.push(await measureOperation(bench, size))
    else if ('coordinator' in bench) found.push(...(await measureStage(bench, size)))
    else found.push(...(await measureOwn(bench, size)))
  return found
}

async function measureOperation(bench: OperationBench, size: number): Promise<Measured> {
  const operation = bench.prepare(size)
  const batchOf =
    (operation: () => unknown) =>
    (times: number): void => {
      for (let i = 0; i < times; i++) keep(operation())
    }
  const run = batchOf(operation)
  let batch = 1
  // Cold code would make batches that are too short for it once it is warm.
  for (const until = coreTime() + TIME / 2; coreTime() < until; ) run(batch)
  while (least(() => run(batch)) < SHORTEST_BATCH) batch *= 2
  const tiny = new Bench({ ...TERMS, time: TIME, warmupTime: TIME, now: coreTime })
  const task = tiny.add('batch', () => run(batch)).tasks[0]!
  await tiny.run()
  const { result } = task
  if (result.state !== 'completed') throw new Error(`${bench.operation}: ${result.state}`)
  const { p50, p99, samplesCount } = result.latency
  const ratio = least(() => run(2 * batch)) / least(() => run(batch))
  const idle = batchOf(nothing)
  const more = ((p50 - least(() => idle(batch))) * 1e6) / batch
  return {
    operation: bench.operation,
    size: bench.size,
    growth: bench.growth,
    ...figures(size, (p50 * 1e6) / batch, (p99 * 1e6) / batch),
    samples: samplesCount,
    notes: suspicions({ ns: (p50 * 1e6) / batch, steps: p50 / CLOCK_STEP, ratio, more }),
  }
}

/** Nanoseconds that any work takes. */
const LEAST = 1

/** In the place of an operation: what the loop around it takes is left. */
export const nothing = (): number => 1

/** What speaks against a figure. */
export function suspicions(found: {
  /** Of one operation. */
  readonly ns: number
  /** Of the clock, in one batch. */
  readonly steps?: number
  /** By which twice the operations take longer. */
  readonly ratio?: number
  /** Nanoseconds by which an operation takes longer than one that does nothing. */
  readonly more?: number
}): string[] {
  const { ns, steps = STEPS, ratio = 2, more = LEAST } = found
  return [
    ...(steps < STEPS ? [`a batch is only ${steps.toFixed(0)} steps of the clock`] : []),
    ...(ns < LEAST ? [`${ns.toFixed(2)} ns is less than any work takes`] : []),
    ...(more < LEAST
      ? [`only ${Math.max(0, more).toFixed(2)} ns more than an operation that does nothing`]
      : []),
    ...(ratio < 1.5 ? [`twice the operations take ${ratio.toFixed(2)} times the time`] : []),
  ]
}

const figures = (size: number, p50: number, p99: number): Pick<Measured, 'point'> => ({
  point: [size, tidy(p50), tidy(Math.max(p50, p99))],
})

/** Four significant digits: a figure that is off by more says no more. */
const tidy = (ns: number): number => Number(ns.toPrecision(4))

/** Milliseconds of a core that this process has had. */
export function coreTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e3
}

function timed(run: () => void): number {
  const begun = coreTime()
  run()
  return coreTime() - begun
}

const least = (run: () => void): number => Math.min(...Array.from({ length: 5 }, () => timed(run)))

/** Of so few samples a quantile says nothing: the coordinator's own figure stands for such a kind. */
const FEWEST = 10
/** Milliseconds of handling that make a sample. */
const STRETCH = 0.5

async function measureStage(bench: StageBench, size: number): Promise<Measured[]> {
  const { stage, drive } = bench.prepare(size)
  const samples = new Map<string, number[]>()
  const add = (name: string, ns: number): void => {
    const list = samples.get(name)
    if (list) list.push(ns)
    else samples.set(name, [ns])
  }
  const own = `${bench.coordinator}/`
  const sample = (): void => {
    stage.tally.clear()
    for (const until = performance.now() + STRETCH; performance.now() < until; ) drive()
    let [time, count] = [0, 0]
    for (const [name, each] of stage.tally) {
      if (!name.startsWith(own)) continue
      add(name, (each.time * 1e6) / each.count - stage.overhead)
      time += each.time
      count += each.count
    }
    if (count > 0) add(bench.coordinator, (time * 1e6) / count - stage.overhead)
  }
  const tiny = new Bench({ ...TERMS, time: 3 * TIME, warmupTime: 6 * TIME, now: coreTime })
  tiny.add('warm-up and samples', sample, { beforeAll: () => samples.clear() })
  await tiny.run()
  return [...samples]
    .filter(([name, list]) => name === bench.coordinator || list.length >= FEWEST)
    .map(([operation, list]) => ({
      operation,
      size: bench.size,
      growth: bench.growth[operation.slice(own.length)] ?? bench.growth.others,
      ...ofSamples(size, list),
      notes:
        quantile(list, 0.5) < stage.overhead
          ? [`less than the clock’s own ${stage.overhead.toFixed(0)} ns, which are taken off`]
          : [],
    }))
}

function ofSamples(size: number, list: number[]): Pick<Measured, 'point' | 'samples'> {
  const positive = (ns: number) => Math.max(1, ns)
  return {
    ...figures(size, positive(quantile(list, 0.5)), positive(quantile(list, 0.99))),
    samples: list.length,
  }
}

function quantile(list: number[], q: number): number {
  const sorted = list.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!
}

async function measureOwn(bench: OwnBench, size: number): Promise<Measured[]> {
  const once = await bench.prepare(size)
  const samples = new Map<string, number[]>(bench.operations.map((operation) => [operation, []]))
  const tiny = new Bench({ ...TERMS, time: 4 * TIME, warmupTime: 4 * TIME })
  tiny.add(
    'samples',
    async () => {
      for (const [operation, ns] of Object.entries(await once())) samples.get(operation)!.push(ns)
    },
    {
      beforeAll() {
        for (const list of samples.values()) list.length = 0
      },
    },
  )
  await tiny.run()
  return [...samples].map(([operation, list]) => ({
    operation,
    size: bench.size,
    growth: bench.growth,
    ...ofSamples(size, list),
    notes: suspicions({ ns: quantile(list, 0.5) }),
  }))
}
