// All finders. A new one is a file and a line here.

import type { Result } from '../../results/result.ts'
import { bestChoice } from './best-choice.ts'
import { bindingResource } from './binding-resource.ts'
import { certainty } from './certainty.ts'
import { failures } from './failures.ts'
import { faultEffects } from './fault-effects.ts'
import type { Finder, Finding } from './finding.ts'
import { knee } from './knee.ts'
import { lever } from './lever.ts'
import { lostSpeedup } from './lost-speedup.ts'
import { memory } from './memory.ts'
import { overload } from './overload.ts'
import { worstPercentile } from './worst-percentile.ts'

const FINDERS: readonly Finder[] = [
  failures,
  overload,
  memory,
  faultEffects,
  lever,
  bindingResource,
  knee,
  lostSpeedup,
  worstPercentile,
  bestChoice,
  certainty,
]

/** More than this nobody reads in two minutes. */
const MOST = 5

/** What matters most of a result, first things first; the same for the same result. */
export const findingsOf = (result: Result, most = MOST): readonly Finding[] =>
  FINDERS.flatMap((finder) => finder(result))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, most)
