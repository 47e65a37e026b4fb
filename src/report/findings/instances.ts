// Instances of a part, such as `worker.3` of `worker`: a metric may have figures of each and of all.

import type { Variant } from '../../results/result.ts'

/** `worker` of `worker.3`; other names as they are. */
export const partOf = (name: string): string => name.replace(/\.\d+$/, '')

/** The part of an instance in a metric's name, where the same metric has a figure of all of them; else the name itself. */
export function familyOf(metrics: Variant['metrics'], metric: string, name: string): string {
  const part = partOf(name)
  return part !== name &&
    Object.hasOwn(
      metrics,
      metric.replace(name, () => part),
    )
    ? part
    : name
}

/** One instance of a part that has figures of all of them. */
export const isOne = (metrics: Variant['metrics'], metric: string, name: string): boolean =>
  familyOf(metrics, metric, name) !== name
