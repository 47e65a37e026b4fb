// Times as traces write them, read by whole numbers alone: no floating point, no Date, no time zone of the machine.

import type { Nanos } from '../../units.ts'

export const TIME_UNITS = ['timestamp', 's', 'ms', 'us', 'ns'] as const
export type TimeUnit = (typeof TIME_UNITS)[number]

/** Seconds since some origin (for timestamps 1970), and the nanoseconds beyond them. */
export interface Instant {
  readonly seconds: number
  readonly nanos: number
}

/** Exact where the two are within 104 days of each other. */
export const nanosBetween = (from: Instant, to: Instant): Nanos =>
  (to.seconds - from.seconds) * 1e9 + (to.nanos - from.nanos)

/** What a time of this unit looks like, for messages. */
export const expectedTime = (unit: TimeUnit): string =>
  unit === 'timestamp'
    ? 'a timestamp such as 2023-11-16 18:17:03.9799600'
    : `a number of ${unit} such as 17.25, without sign or exponent`

/** Reads a time; `undefined` if it is not one. Digits beyond the nanosecond are dropped. */
export const parseTime = (text: string, unit: TimeUnit): Instant | undefined =>
  unit === 'timestamp' ? parseTimestamp(text) : parseNumber(text, unit)

const DECIMALS = { s: 0, ms: 3, us: 6, ns: 9 } as const

/** Moves the decimal point to where the seconds end, then cuts there. */
function parseNumber(text: string, unit: Exclude<TimeUnit, 'timestamp'>): Instant | undefined {
  const match = /^(\d{1,24})(?:\.(\d*))?$/.exec(text)
  if (!match) return undefined
  const shift = DECIMALS[unit]
  const whole = match[1]!.padStart(shift + 1, '0')
  const point = whole.length - shift
  const seconds = Number(whole.slice(0, point))
  const decimals = whole.slice(point) + (match[2] ?? '')
  // 1e12 s are 30,000 years: more is no time.
  return seconds < 1e12 ? { seconds, nanos: nanosOf(decimals) } : undefined
}

const nanosOf = (decimals: string): number => Number(decimals.slice(0, 9).padEnd(9, '0'))

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):?(\d\d))?$/

/** ISO 8601 with a space or a T; without a zone it is taken as UTC, for only differences count. */
function parseTimestamp(text: string): Instant | undefined {
  const match = TIMESTAMP.exec(text)
  if (!match) return undefined
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6])]
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const east = match[8] ? Number(match[9]) * 60 + Number(match[10]) : 0
  const zone = match[8] === '-' ? -east : east
  return {
    seconds: ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute - zone) * 60 + second,
    nanos: nanosOf(match[7] ?? ''),
  }
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const daysIn = (year: number, month: number): number => (month === 2 && isLeap(year) ? 29 : DAYS[month - 1]!)

/** Howard Hinnant, "chrono-compatible low-level date algorithms": years that begin in March have their leap day last. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146097 + dayOfEra - 719468
}
