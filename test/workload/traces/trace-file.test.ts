import { expect, test } from 'vitest'
import { openTraceFile } from '../../../src/workload/traces/trace-file.ts'

test('what is no file is refused at once, and named', () => {
  expect(() => openTraceFile('test')).toThrow('invalid trace: test: it is a folder; expected a CSV file')
  expect(() => openTraceFile('/dev/null')).toThrow('/dev/null: it is a device or a pipe; expected a CSV file')
  expect(() => openTraceFile('no-such.csv')).toThrow(
    'no-such.csv: there is no such file; expected a CSV file',
  )
})
