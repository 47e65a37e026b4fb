// Quantities as people write them ("20ms", "4GiB", "12/s") and as the program holds them:
// time in whole nanoseconds, sizes in bytes, rates per second, ratios as fractions of one.

/** Virtual or measured time in whole nanoseconds; exact up to 2^53 ns (104 days). */
export type Nanos = number

/** What a figure counts. `ns` time, `bytes` size, `/s` rate, `bytes/s` bandwidth, `ratio` fraction of one, `count` whole things, `tokens`, `number` without unit. */
export type Unit = 'ns' | 'bytes' | '/s' | 'bytes/s' | 'ratio' | 'count' | 'tokens' | 'number'

export const us = (n: number): Nanos => Math.round(n * 1e3)
export const ms = (n: number): Nanos => Math.round(n * 1e6)
export const seconds = (n: number): Nanos => Math.round(n * 1e9)
export const minutes = (n: number): Nanos => Math.round(n * 60e9)
export const hours = (n: number): Nanos => Math.round(n * 3600e9)

export const KiB = 1024
export const MiB = 1024 ** 2
export const GiB = 1024 ** 3

const SUFFIXES: Partial<Record<Unit, Readonly<Record<string, number>>>> = {
  ns: { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, min: 60e9, m: 60e9, h: 3600e9, d: 86400e9 },
  bytes: { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB, MiB, GiB, TiB: 1024 ** 4 },
  '/s': { '/s': 1, '/ms': 1e3, '/min': 1 / 60, '/h': 1 / 3600 },
  'bytes/s': {
    'B/s': 1,
    'kB/s': 1e3,
    'MB/s': 1e6,
    'GB/s': 1e9,
    'KiB/s': KiB,
    'MiB/s': MiB,
    'GiB/s': GiB,
    'kbit/s': 125,
    'Mbit/s': 125e3,
    'Gbit/s': 125e6,
  },
  ratio: { '%': 0.01, '': 1 },
  count: { '': 1, k: 1e3, M: 1e6 },
  tokens: { '': 1, tokens: 1, k: 1e3 },
  number: { '': 1 },
}

const EXAMPLES: Readonly<Record<Unit, string>> = {
  ns: 'a duration with its unit, such as 250us, 20ms, 1.5s, 10min or 2h',
  bytes: 'a size with its unit, such as 512B, 64KiB, 4GiB or 29.38GB',
  '/s': 'a rate with its unit, such as 12/s, 30/min or 5/ms',
  'bytes/s': 'a bandwidth with its unit, such as 10Gbit/s, 500MB/s or 38GB/s',
  ratio: 'a ratio, such as 0.95 or 95%',
  count: 'a whole number, such as 54',
  tokens: 'a whole number of tokens, such as 512',
  number: 'a number, such as 1.5',
}

export const UNITS = Object.keys(EXAMPLES) as readonly Unit[]

/** What a quantity of this unit looks like, for error messages. */
export const expectedOf = (unit: Unit): string => EXAMPLES[unit]

/** The suffixes that a quantity of this unit may have; '' where it may have none. */
export const suffixesOf = (unit: Unit): readonly string[] => Object.keys(SUFFIXES[unit]!)

/** A number as people write it: `1.5`, `.5`, `1e3`, `10_000`; of a regular expression, without its sign. */
export const NUMBER = String.raw`(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`

/** The value of what is written so. */
export const numberOf = (text: string): number => Number(text.replaceAll('_', ''))

const QUANTITY = new RegExp(String.raw`^\s*([-+]?${NUMBER})\s*([a-zA-Zµ%/]*)\s*$`)

/**
 * Reads a quantity as written; `undefined` if it is not one of this unit. Durations are rounded to whole nanoseconds.
 * A bare number is taken only where the unit has no suffix (ratio, count, tokens, number), and a bare 0 everywhere.
 */
export function parseQuantity(text: string | number, unit: Unit): number | undefined {
  const match = QUANTITY.exec(String(text))
  if (!match) return undefined
  const number = numberOf(match[1]!)
  const suffixes = SUFFIXES[unit]!
  const suffix = match[2]!
  if (!Number.isFinite(number)) return undefined
  if (number === 0 && suffix === '') return 0
  if (!Object.hasOwn(suffixes, suffix)) return undefined
  const factor = suffixes[suffix]!
  // 95 % is 95 / 100, exactly; 95 · 0.01 is not 0.95.
  const value = factor < 1 ? number / Math.round(1 / factor) : number * factor
  if (unit === 'count' || unit === 'tokens') return Number.isSafeInteger(value) ? value : undefined
  return unit === 'ns' ? Math.round(value) : value
}

const DISPLAY: Partial<Record<Unit, readonly (readonly [number, string])[]>> = {
  ns: [
    [86400e9, ' d'],
    [3600e9, ' h'],
    [60e9, ' min'],
    [1e9, ' s'],
    [1e6, ' ms'],
    [1e3, ' µs'],
    [1, ' ns'],
  ],
  bytes: [
    [1024 ** 4, ' TiB'],
    [GiB, ' GiB'],
    [MiB, ' MiB'],
    [KiB, ' KiB'],
    [1, ' B'],
  ],
  'bytes/s': [
    [1e9, ' GB/s'],
    [1e6, ' MB/s'],
    [1e3, ' kB/s'],
    [1, ' B/s'],
  ],
}

/** A number with three significant digits or all its whole ones: 0.00123, 1.23, 123, 12,345. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 100 || Number.isInteger(value))
    return Math.round(value)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, ',')
  if (size !== 0 && size < 0.001) return value.toExponential(2)
  return String(Number(value.toPrecision(3)))
}

/** A figure as people read it: `format(8.6e9, 'ns')` is "8.6 s", `format(0.331, 'ratio')` is "33.1 %". */
export function format(value: number, unit: Unit): string {
  if (unit === 'ratio') return `${formatNumber(value * 100)} %`
  if (unit === '/s') return `${formatNumber(value)}/s`
  const scales = DISPLAY[unit]
  if (!scales) return unit === 'tokens' ? `${formatNumber(value)} tokens` : formatNumber(value)
  // Minutes only from ten on: 90 s reads better than 1.5 min.
  const size = Math.abs(value)
  const [scale, suffix] =
    scales.find(([scale, suffix]) => size >= (suffix === ' min' ? 600e9 : scale)) ?? scales.at(-1)!
  return `${formatNumber(value / scale)}${suffix}`
}

const INSTANT: readonly (readonly [number, string])[] = [
  [1e9, ' s'],
  [1e6, ' ms'],
  [1e3, ' µs'],
]

/** An instant to its last nanosecond, so that events can be told apart: `1.204500001 s`, `35 µs`. */
export function formatInstant(at: Nanos): string {
  const [scale, suffix] = INSTANT.find(([scale]) => at >= scale) ?? [1, ' ns']
  const whole = Math.floor(at / scale)
  const rest = String(at - whole * scale)
    .padStart(String(scale).length - 1, '0')
    .replace(/0+$/, '')
  return `${whole}${rest === '' ? '' : `.${rest}`}${suffix}`
}

/** About when: an instant to its millisecond, from a second on: `1130.562 s`. */
export const formatMoment = (at: Nanos): string => formatInstant(at < 1e9 ? at : Math.round(at / 1e6) * 1e6)
