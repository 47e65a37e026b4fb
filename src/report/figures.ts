// Figures as people read them: values with their intervals, and the one unit of an axis.

import type { MetricValue } from '../results/result.ts'
import { format, formatNumber, type Unit } from '../units.ts'

/** What stands where nothing was observed; never 0. */
export const ABSENT = 'absent'

export interface Scale {
  /** Base units in one of these. */
  readonly size: number
  /** Such as `ms`; empty where there is nothing to say. */
  readonly label: string
}

const SCALES: Partial<Record<Unit, readonly (readonly [from: number, size: number, label: string])[]>> = {
  ns: [
    [172_800e9, 86_400e9, 'd'],
    [7200e9, 3600e9, 'h'],
    [600e9, 60e9, 'min'],
    [1e9, 1e9, 's'],
    [1e6, 1e6, 'ms'],
    [1e3, 1e3, 'µs'],
    [0, 1, 'ns'],
  ],
  bytes: [
    [1024 ** 4, 1024 ** 4, 'TiB'],
    [1024 ** 3, 1024 ** 3, 'GiB'],
    [1024 ** 2, 1024 ** 2, 'MiB'],
    [1024, 1024, 'KiB'],
    [0, 1, 'B'],
  ],
  'bytes/s': [
    [1e9, 1e9, 'GB/s'],
    [1e6, 1e6, 'MB/s'],
    [1e3, 1e3, 'kB/s'],
    [0, 1, 'B/s'],
  ],
  ratio: [[0, 0.01, '%']],
  '/s': [[0, 1, '/s']],
  tokens: [[0, 1, 'tokens']],
}

/** The unit in which figures up to `largest` (in base units) are best read. */
export function scaleOf(largest: number, unit: Unit): Scale {
  const found = SCALES[unit]?.find(([from]) => Math.abs(largest) >= from)
  return found ? { size: found[1], label: found[2] } : { size: 1, label: '' }
}

/** `latency (ms)`; without the brackets where the unit has no name. */
export const titleWithUnit = (title: string, scale: Scale): string =>
  scale.label === '' ? title : `${title} (${scale.label})`

/** Half the width of the metric's 95 % interval, `null` where there is none. */
const halfWidth = (metric: MetricValue): number | null =>
  metric.interval === null ? null : (metric.interval[1] - metric.interval[0]) / 2

/** A share so small is read as hardly any. */
const NEXT_TO_NOTHING = 1e-5

/** `8.31 s`, or `absent`. */
export function plainFigure(metric: MetricValue | undefined): string {
  if (metric?.value == null) return ABSENT
  const { value, unit } = metric
  return unit === 'ratio' && value > 0 && value < NEXT_TO_NOTHING ? '<0.001 %' : format(value, unit)
}

/** `8.31 ± 0.12 s` where there is an interval, else `8.31 s`, or `absent`. The half-width has two digits and the value as many decimals. */
export function figure(metric: MetricValue | undefined): string {
  if (metric?.value == null) return ABSENT
  const half = halfWidth(metric)
  if (half === null) return plainFigure(metric)
  if (half === 0) return `${format(metric.value, metric.unit)} ± 0`
  const size = Math.abs(metric.value)
  if (half < 0.0005 * size) return `${format(metric.value, metric.unit)} ± <0.1 %`
  const scale = scaleOf(Math.max(size, half), metric.unit)
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(half / scale.size)))
  const shown = (value: number): string => {
    const scaled = value / scale.size
    return decimals > 0 && decimals < 7 ? scaled.toFixed(decimals) : formatNumber(Math.round(scaled))
  }
  const unit = scale.label === '' || scale.label === '/s' ? scale.label : ` ${scale.label}`
  return `${shown(metric.value)} ± ${shown(half)}${unit}`
}

/** `62 %` of a whole; one digit below ten, so that small parts do not vanish. */
export function percent(ratio: number): string {
  const value = ratio * 100
  if (value === 0) return '0 %'
  if (value > 0 && value < 0.1) return '<0.1 %'
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} %`
}

/** `3.9×`. */
export const times = (factor: number): string => `${formatNumber(Number(factor.toPrecision(2)))}×`

/** `1 check`, `14 checks`. */
export const counted = (count: number, noun: string): string =>
  `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`
