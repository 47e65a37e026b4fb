// One figure of several seeds: their mean and its interval.

import { mean } from 'simple-statistics'
import { meanInterval } from '../statistics/student.ts'
import type { MetricValue } from './result.ts'

/** Of samples in the order of the seeds; at least one. The class is `exact` with one seed, `sampled` with several. */
export function overSeeds(
  samples: MetricValue['samples'],
): Pick<MetricValue, 'class' | 'value' | 'interval' | 'samples'> {
  const observed = samples.filter((value) => value !== null)
  return {
    class: samples.length === 1 ? 'exact' : 'sampled',
    // What is next to nothing below 0 may have a mean of -0, which no file keeps; adding 0 takes the sign away.
    value: observed.length === 0 ? null : observed.length === 1 ? observed[0]! : mean(observed) + 0,
    interval: intervalOf(observed),
    samples,
  }
}

function intervalOf(samples: readonly number[]): MetricValue['interval'] {
  if (samples.length < 2) return null
  const { low, high } = meanInterval(samples)
  return [low, high]
}
