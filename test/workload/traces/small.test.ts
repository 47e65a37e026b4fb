import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openTraceFile } from '../../../src/workload/traces/trace-file.ts'
import { TraceReader } from '../../../src/workload/traces/trace-reader.ts'
import { summariseTrace } from '../../../src/workload/traces/trace-summary.ts'

const shipped = (name: string) => fileURLToPath(new URL(`../../../scenarios/traces/${name}`, import.meta.url))

test('the trace that ships is what its generator writes, byte for byte', () => {
  const written = execFileSync(process.execPath, [shipped('generate.mjs')], { encoding: 'utf8' })
  expect(written === readFileSync(shipped('small.csv'), 'utf8')).toBe(true)
})

test('the trace that ships is like the conversations of a chat service, and crosses the end of a month', () => {
  const found = summariseTrace(new TraceReader(openTraceFile(shipped('small.csv'))))
  expect(found.requests).toBe(2000)
  // Drawn with 5.5/s, cv 1, medians 1,000 and 130; standard errors 2.2 % each of rate and cv, and some 2.5 % of the medians.
  expect(Math.abs(found.meanRate - 5.5)).toBeLessThan(0.3)
  expect(Math.abs(found.cv - 1)).toBeLessThan(0.1)
  expect(Math.abs(found.promptTokens!.p50 - 1000)).toBeLessThan(100)
  expect(Math.abs(found.outputTokens!.p50 - 130)).toBeLessThan(13)
})
