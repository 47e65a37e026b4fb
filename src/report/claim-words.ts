// How far the verdict on a claim goes, in words that stand beside it: nobody is to take what holds in one variant for what holds in all.

import type { Claim } from '../results/result.ts'

/**
 * What follows the verdict: `where slots >= 56 (1 of 5 variants), not elsewhere` after `reproduced`, `though it holds in 4 of 5 variants`
 * after `refuted`; empty where the same was found in all variants.
 */
export function reachOf({ verdict, extent }: Pick<Claim, 'verdict' | 'extent'>): string {
  if (!extent || verdict === 'out of reach') return ''
  const { variants, holds, own } = extent
  const where = own && `where ${own.condition} (${own.variants} of ${variants} variants)`
  if (verdict === 'reproduced')
    return own && where ? `${where}, ${elsewhere(holds - own.holds, variants - own.variants)}` : ''
  const though = holds > 0 ? `though it holds in ${holds} of ${variants} variants` : undefined
  return [where, though].filter((each) => each !== undefined).join(', ')
}

/** Whether a claim is reproduced, but not in all variants that it speaks of. */
export const isConditional = ({ verdict, extent }: Pick<Claim, 'verdict' | 'extent'>): boolean =>
  verdict === 'reproduced' && extent !== undefined && extent.holds < extent.variants

function elsewhere(holds: number, variants: number): string {
  if (holds === 0) return 'not elsewhere'
  return holds === variants ? 'and elsewhere too' : `and in ${holds} of the ${variants} others`
}

/** `reproduced where slots >= 56 (1 of 5 variants), not elsewhere` */
export const verdictInWords = (claim: Pick<Claim, 'verdict' | 'extent'>): string =>
  [claim.verdict, reachOf(claim)].filter((each) => each !== '').join(' ')
