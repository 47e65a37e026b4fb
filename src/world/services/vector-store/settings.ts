// A scenario's values over the engine's defaults.

import { ScenarioError } from '../../../errors.ts'
import { LARGEST_CORPUS } from './corpus.ts'
import { ENGINES, type EngineSettings } from './engines.ts'
import { type IndexTerms, type VectorIndex, vectorBytes } from './indexes/index.ts'
import { indexes } from './indexes/registry.ts'
import type { VectorStoreValues } from './parameters.ts'

export interface Settings extends EngineSettings {
  readonly dimension: number
  readonly points: number
  readonly first: number
  readonly corpus: number
  readonly coreBandwidth: number
  readonly indexThreads: number
  readonly loaded: boolean
  readonly search: VectorIndex
  /** Memory of a point. */
  readonly pointBytes: number
}

export function settingsOf(values: VectorStoreValues): Settings {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
  const terms = { ...ENGINES[values.engine], ...given } as EngineSettings & VectorStoreValues & IndexTerms
  const { first, points, dimension, recall, memoryFactor } = terms
  const corpus = values.corpus ?? first + points
  if (corpus < first + points || corpus === 0 || corpus > LARGEST_CORPUS)
    throw new ScenarioError(
      `invalid corpus: ${corpus} documents; expected at least the ${first + points} up to the last it has from the start, 1 or more, and at most ${LARGEST_CORPUS}`,
    )
  if (
    recall &&
    (recall.length === 0 || recall.some(({ effort }, i) => effort <= (recall[i - 1]?.effort ?? 0)))
  )
    throw new ScenarioError('invalid recall: expected at least one point of the curve, by rising effort')
  const search = indexes[terms.index](terms)
  const vector = vectorBytes(dimension)
  const pointBytes = memoryFactor === undefined ? vector + search.linkBytes : Math.ceil(vector * memoryFactor)
  return { ...terms, corpus, search, pointBytes }
}
