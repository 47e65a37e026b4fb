// How scenarios ended, in words and as an exit code.

import { counted } from '../report/figures.ts'
import type { Result } from '../results/result.ts'
import { EXIT } from './exit.ts'

type Verdict = 'pass' | 'fail' | 'inconclusive'

export interface Ended {
  readonly name: string
  readonly verdict: Verdict
  /** Of the result file. */
  readonly path: string
}

/** A failed check outweighs an expectation that cannot be told. */
export function verdictOf({ variants }: Result): Verdict {
  const checks = variants.flatMap((variant) => variant.checks)
  if (checks.some(({ pass }) => pass === false)) return 'fail'
  return checks.some(({ pass, kind }) => pass === null && kind === 'expect') ? 'inconclusive' : 'pass'
}

/** Of all of them: the worst. */
export function exitCodeOf(ended: readonly Ended[]): number {
  const verdicts = ended.map(({ verdict }) => verdict)
  if (verdicts.includes('fail')) return EXIT.failed
  return verdicts.includes('inconclusive') ? EXIT.inconclusive : EXIT.pass
}

/** `3 scenarios: 2 pass, 1 fail`, and those that do not pass. */
export function summary(ended: readonly Ended[]): string {
  const counts = (['pass', 'fail', 'inconclusive'] as const).flatMap((verdict) => {
    const count = ended.filter((each) => each.verdict === verdict).length
    return count === 0 ? [] : [`${count} ${verdict}`]
  })
  const others = ended.filter(({ verdict }) => verdict !== 'pass')
  const lines = others.map(({ name, verdict, path }) => `  ${verdict.padEnd(12)}  ${name}  ${path}`)
  return [`${counted(ended.length, 'scenario')}: ${counts.join(', ')}`, ...lines].join('\n')
}

/** What is said of one that does not pass where nothing else is said. */
export function shortfall({ name, verdict, path }: Ended, { variants }: Result): string {
  const checks = variants.flatMap((variant) => variant.checks)
  const failed = checks.filter(({ pass }) => pass === false).length
  const what =
    verdict === 'fail'
      ? `${failed} of ${counted(checks.length, 'check')} failed`
      : 'an expectation cannot be told'
  return `${name}: ${what}; see ${path}`
}
