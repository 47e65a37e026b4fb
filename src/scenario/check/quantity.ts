// Quantities: as they are read from a scenario, within bounds, and as they are written.

import { expectedOf, parseQuantity, suffixesOf, type Unit } from '../../units.ts'
import { invalid, type Problem } from '../problem.ts'

export interface QuantityShape {
  readonly unit: Unit
  readonly min?: number
  readonly max?: number
}

/** What somebody most likely means who writes a bare number. */
const USUAL: Partial<Record<Unit, string>> = { ns: 'ms', bytes: 'MiB', '/s': '/s', 'bytes/s': 'MB/s' }

/** The value in base units, or what is wrong with it. */
export function readQuantity(raw: unknown, shape: QuantityShape): number | Problem {
  const { unit, min, max } = shape
  if (typeof raw !== 'number' && typeof raw !== 'string') return invalid(raw, expectedOf(unit))
  const value = parseQuantity(raw, unit)
  if (value === undefined) return invalid(raw, expectedOf(unit), suggestion(raw, unit))
  if ((min !== undefined && value < min) || (max !== undefined && value > max))
    return invalid(raw, bounds(shape))
  // Beyond 2^53 whole nanoseconds and bytes are no longer told apart.
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER))
    return invalid(raw, unit === 'ns' ? 'at most 104 days' : 'at most 2^53')
  return value
}

function bounds({ unit, min, max }: QuantityShape): string {
  if (min !== undefined && max !== undefined) return `${written(min, unit)} to ${written(max, unit)}`
  return min === undefined ? `at most ${written(max!, unit)}` : `at least ${written(min, unit)}`
}

/** The same number with the suffix that is missing, or with one that is spelt right. */
function suggestion(raw: string | number, unit: Unit): string | undefined {
  if (/\d,\d/.test(String(raw))) return 'a number has no commas: 1000 or 1_000, and 1.5 with a point'
  const [, number, suffix] = /^\s*([-+]?[\d_]*\.?\d+)\s*([^\d\s]\D{0,19})?$/.exec(String(raw)) ?? []
  if (number === undefined) return undefined
  const meant = suffix === undefined ? USUAL[unit] : suffixMeant(suffix, unit)
  return meant === undefined ? undefined : `did you mean "${number}${meant}"?`
}

/** What people write for a suffix. */
const SPELT: Readonly<Record<string, readonly string[]>> = {
  us: ['usec', 'usecs', 'microsecond', 'microseconds'],
  ms: ['msec', 'msecs', 'millis', 'millisecond', 'milliseconds'],
  s: ['sec', 'secs', 'second', 'seconds'],
  min: ['mins', 'minute', 'minutes'],
  h: ['hr', 'hrs', 'hour', 'hours'],
  d: ['day', 'days'],
  B: ['byte', 'bytes'],
  KiB: ['k', 'ki'],
  MiB: ['m', 'mi', 'meg', 'megs'],
  GiB: ['g', 'gi', 'gig', 'gigs'],
  TiB: ['t', 'ti'],
  '/s': ['rps', 'qps', 'hz', '/sec', '/second', 'per second', 'a second'],
  '/min': ['rpm', '/m', '/minute', 'per minute', 'a minute'],
  '/h': ['/hr', '/hour', 'per hour', 'an hour'],
  'kbit/s': ['kbps', 'kb/s'],
  'Mbit/s': ['mbps', 'mbit'],
  'Gbit/s': ['gbps', 'gbit'],
  '%': ['percent', 'per cent', 'pct'],
}

function suffixMeant(written: string, unit: Unit): string | undefined {
  const low = written.trim().toLowerCase()
  const suffixes = suffixesOf(unit)
  return (
    suffixes.find((each) => each.toLowerCase() === low) ?? suffixes.find((each) => SPELT[each]?.includes(low))
  )
}

/** Spellings that are read but not written: `m` is many things, µ is not on every keyboard. */
const UNWRITTEN: readonly string[] = ['m', 'µs', 'KB']

/** A value in base units as a scenario would write it, exactly: the shortest that reads as the same. */
export function written(value: number, unit: Unit): string {
  const suffixes = suffixesOf(unit).filter((suffix) => !UNWRITTEN.includes(suffix))
  if (value === 0 || suffixes.includes('')) return String(value)
  const texts = suffixes
    .map((suffix) => `${value / parseQuantity(`1${suffix}`, unit)!}${suffix}`)
    .filter((text) => parseQuantity(text, unit) === value)
  return texts.reduce((best, text) => (isBetter(text, best) ? text : best), texts[0] ?? String(value))
}

/** Shorter, or as long and with a number from 1 to 1000: `108.386s` rather than `108386ms`. */
function isBetter(text: string, than: string): boolean {
  if (text.length !== than.length) return text.length < than.length
  const number = Math.abs(Number.parseFloat(text))
  return number >= 1 && number < 1000
}

type Form = Readonly<Record<string, unknown>>

/** What a quantity may look like, in the words of JSON Schema: as a text, and as a bare number. */
export function formsOf({ unit, min, max }: QuantityShape): readonly [text: Form, number: Form] {
  const sign = min !== undefined && min >= 0 ? '\\+?' : '[-+]?'
  const suffixes = suffixesOf(unit)
  const bare = suffixes.includes('')
  const named = suffixes.filter((each) => each !== '').join('|')
  const suffix = named === '' ? '' : `(${named})${bare ? '?' : ''}`
  const pattern = `^\\s*${sign}(\\d+(_\\d+)*\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?\\s*${suffix}\\s*$`
  const bounds = {
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
  }
  const whole = unit === 'count' || unit === 'tokens'
  return [
    { type: 'string', pattern: bare ? pattern : `${pattern}|^0$` },
    bare ? { type: whole ? 'integer' : 'number', ...bounds } : { const: 0 },
  ]
}
