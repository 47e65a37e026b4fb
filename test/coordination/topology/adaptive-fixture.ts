// The terms of an adaptive swarm: the declared defaults but for what a test states.

import {
  type AdaptiveTerms,
  adaptiveParameter,
} from '../../../src/coordination/topology/adaptive-parameters.ts'

export const adaptiveTerms = (given: Partial<AdaptiveTerms> = {}): AdaptiveTerms => ({
  ...adaptiveParameter.default!,
  ...given,
})
