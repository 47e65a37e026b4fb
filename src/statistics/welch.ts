// The difference of two means whose samples deviate differently: Welch's interval ("The generalization of Student's problem when
// several different population variances are involved", Biometrika 34, 1947), with Satterthwaite's degrees of freedom.

import { mean, sampleVariance } from 'simple-statistics'
import { invariant } from '../errors.ts'
import { type MeanInterval, studentQuantile } from './student.ts'

/** Of the mean of B − A; of at least two samples on each side. */
export function welchInterval(a: readonly number[], b: readonly number[], confidence = 0.95): MeanInterval {
  invariant(
    a.length >= 2 && b.length >= 2,
    `a difference of ${a.length} and ${b.length} samples; it takes two`,
  )
  const [left, right] = [[...a], [...b]]
  const difference = mean(right) - mean(left)
  const [ofA, ofB] = [sampleVariance(left) / a.length, sampleVariance(right) / b.length]
  const variance = ofA + ofB
  if (variance === 0) return { mean: difference, low: difference, high: difference, halfWidth: 0 }
  const degrees = (variance * variance) / ((ofA * ofA) / (a.length - 1) + (ofB * ofB) / (b.length - 1))
  const halfWidth = studentQuantile((1 + confidence) / 2, degrees) * Math.sqrt(variance)
  return { mean: difference, low: difference - halfWidth, high: difference + halfWidth, halfWidth }
}
