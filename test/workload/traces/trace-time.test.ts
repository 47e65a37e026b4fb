import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nanosBetween, parseTime } from '../../../src/workload/traces/trace-time.ts'

const between = (a: string, b: string) => nanosBetween(parseTime(a, 'timestamp')!, parseTime(b, 'timestamp')!)

test('timestamps agree with the calendar of the language, over four centuries', () => {
  fc.assert(
    fc.property(
      fc.date({
        min: new Date('1900-01-01T00:00:00Z'),
        max: new Date('2299-12-31T00:00:00Z'),
        noInvalidDate: true,
      }),
      (date) => {
        const iso = date.toISOString()
        const millis = date.getTime()
        for (const text of [iso, iso.slice(0, -1), iso.replace('T', ' ')])
          expect(parseTime(text, 'timestamp')).toEqual({
            seconds: Math.floor(millis / 1000),
            nanos: (millis - Math.floor(millis / 1000) * 1000) * 1e6,
          })
      },
    ),
  )
})

test.each([
  // The tick of 100 ns of Azure's traces is below the millisecond of Date and must not be lost.
  ['2023-11-16 18:17:03.9799600', '2023-11-16 18:17:03.9799601', 100],
  ['2023-11-16 18:17:03.9799600', '2023-11-16 18:17:04.0319600', 52_000_000],
  ['2023-12-31 23:59:59.9999999', '2024-01-01 00:00:00.0000000', 100],
  ['2024-02-28 23:59:59', '2024-03-01 00:00:00', 86_401e9],
  ['2023-02-28 23:59:59', '2023-03-01 00:00:00', 1e9],
  // The traces of 2024 carry a zone.
  ['2024-05-10 00:00:00.009930+00:00', '2024-05-10 02:00:00.009931+02:00', 1000],
  ['2024-05-09T19:00:00-0500', '2024-05-10T00:00:00Z', 0],
])('from %s to %s are %d ns', (a, b, nanos) => {
  expect(between(a, b)).toBe(nanos)
})

test.each([
  '2023-13-01 00:00:00',
  '2023-00-01 00:00:00',
  '2023-02-29 00:00:00',
  '1900-02-29 00:00:00',
  '2023-04-31 00:00:00',
  '2023-01-00 00:00:00',
  '2023-01-01 24:00:00',
  '2023-01-01 00:60:00',
  '2023-01-01 00:00:60',
  '2023-01-01 00:00',
  '2023-1-1 00:00:00',
  '16.11.2023 18:17:03',
  '2023-11-16 18:17:03.',
  '',
])('"%s" is no timestamp', (text) => {
  expect(parseTime(text, 'timestamp')).toBeUndefined()
})

test('numbers of every unit are read to the nanosecond, however far from the origin', () => {
  fc.assert(
    fc.property(fc.nat(4e9), fc.nat(999_999_999), (seconds, nanos) => {
      const digits = String(nanos).padStart(9, '0')
      const all = `${seconds}${digits}`
      const expected = { seconds, nanos }
      expect(parseTime(`${seconds}.${digits}`, 's')).toEqual(expected)
      expect(parseTime(`${all.slice(0, -6)}.${all.slice(-6)}`, 'ms')).toEqual(expected)
      expect(parseTime(`${all.slice(0, -3)}.${all.slice(-3)}`, 'us')).toEqual(expected)
      expect(parseTime(all, 'ns')).toEqual(expected)
    }),
  )
})

test('short numbers are padded, and digits beyond the nanosecond dropped', () => {
  expect(parseTime('7', 'ns')).toEqual({ seconds: 0, nanos: 7 })
  expect(parseTime('1.5', 'ms')).toEqual({ seconds: 0, nanos: 1_500_000 })
  expect(parseTime('0.1', 's')).toEqual({ seconds: 0, nanos: 100_000_000 })
  expect(parseTime('3.', 's')).toEqual({ seconds: 3, nanos: 0 })
  expect(parseTime('2.9999999999', 's')).toEqual({ seconds: 2, nanos: 999_999_999 })
})

test.each(['-1', '1e99', '1e3', '0x10', 'NaN', '.5', '1,5', '1 s', '9'.repeat(13), ''])(
  '"%s" is no number of seconds',
  (text) => {
    expect(parseTime(text, 's')).toBeUndefined()
  },
)
