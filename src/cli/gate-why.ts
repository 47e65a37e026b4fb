// Why the worst of what is worse is, asked of the other revision: `explain --base`, in a few sentences. It takes what time there is and
// no more, and whatever becomes of it, the verdicts stand.

import { ScenarioError } from '../errors.ts'
import { culprit, severityOf } from '../gate/culprit.ts'
import type { Finding, ScenarioVerdict, Why } from '../gate/verdict.ts'
import { whyLines } from '../report/why.ts'
import { git } from './baselines.ts'
import { Exit } from './exit.ts'
import { explainAgainst } from './explain-revision.ts'
import type { Planned } from './gate-plan.ts'
import type { Judged, RunTerms } from './gate-runs.ts'
import { openRevision, type Revision } from './revision.ts'
import { inShell } from './scenario-files.ts'

/** Scenarios; the others come with the command. */
export const MOST_EXPLAINED = 3
/** A scenario of many seeds is explained by its first. */
const MOST_SEEDS = 5
/** Of real time, for one scenario. */
const LONGEST_MS = 5 * 60_000

type Run = Extract<Planned, { kind: 'run' }>

interface Asked {
  readonly i: number
  readonly each: Run
  readonly verdict: ScenarioVerdict
  readonly finding: Finding
}

/** The same verdicts, the failing ones with why, as far as it can be told. */
export async function explainWorst(judged: Judged, terms: RunTerms, base?: Revision): Promise<Judged> {
  const asked = judged.verdicts
    .flatMap((verdict, i): Asked[] => {
      const each = judged.planned[i]!
      const finding = culprit(verdict)
      return each.kind === 'run' && finding ? [{ i, each, verdict, finding }] : []
    })
    .sort((a, b) => severityOf(b.finding) - severityOf(a.finding) || a.i - b.i)
  const verdicts = [...judged.verdicts]
  const revisions = new Revisions(base, terms)
  try {
    for (const [place, one] of asked.entries())
      verdicts[one.i] = { ...one.verdict, why: await whyOf(one, place, terms, revisions) }
  } finally {
    revisions.close()
  }
  return { ...judged, verdicts }
}

async function whyOf(one: Asked, place: number, terms: RunTerms, revisions: Revisions): Promise<Why> {
  const { verdict, finding } = one
  const ref = terms.options.base ?? verdict.against?.commit ?? null
  const { variant, metric } = finding
  const why = { variant, metric, lines: [], missing: null, command: ref && commandOf(one, ref, terms) }
  if (terms.options.base === undefined && !terms.options.explain) return why
  const missing = (text: string): Why => ({ ...why, missing: text })
  if (place >= MOST_EXPLAINED) return missing(`only the ${MOST_EXPLAINED} worst scenarios are explained`)
  if (ref === null) return missing('no commit is known in which the baseline was accepted')
  if (performance.now() > terms.stopAt) return missing('the time limit came first')
  try {
    return { ...why, ...(await asking(one, revisions.at(ref), terms)) }
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof Exit) return missing(error.message)
    return missing(`explaining failed: ${String(error)}`)
  }
}

async function asking(
  { each, finding }: Asked,
  revision: Revision,
  { options, stopAt }: RunTerms,
): Promise<Pick<Why, 'lines' | 'missing'>> {
  const { variants, seeds } = each.opened.opened
  const found = await explainAgainst(each.path, revision, {
    variant: variants.length > 1 ? finding.variant : undefined,
    metric: finding.metric,
    seeds: seeds.slice(0, MOST_SEEDS),
    set: options.set,
    'allow-modules': options['allow-modules'],
    stopAt: Math.min(stopAt, performance.now() + LONGEST_MS),
  })
  if ('missing' in found) return { lines: [], missing: found.missing }
  const lines = whyLines(found)
  return lines.length > 0
    ? { lines, missing: null }
    : { lines, missing: `every run has the same events as at ${revision.ref}` }
}

/** What a person would type to learn it, or more of it. */
function commandOf({ each, verdict, finding }: Asked, ref: string, { options }: RunTerms): string {
  const several = each.opened.opened.variants.length > 1
  const words = [
    ...['rehearsal', 'explain', verdict.file, '--base', ref],
    ...(several ? ['--variant', finding.variant] : []),
    ...['--metric', finding.metric],
    ...options.set.flatMap((set) => ['--set', set]),
    ...(options['allow-modules'] ? ['--allow-modules'] : []),
  ]
  return words.map(inShell).join(' ')
}

/** The revision that is open already, or those of the baselines, each built when it is first asked for. */
class Revisions {
  private readonly open = new Map<string, Revision>()

  constructor(
    private readonly base: Revision | undefined,
    private readonly terms: RunTerms,
  ) {}

  /** Throws ScenarioError. */
  at(ref: string): Revision {
    if (this.base) return this.base
    // The commit at which the history of a shallow clone ends seems to have brought every file.
    if (
      git(['rev-parse', '--is-shallow-repository']) === 'true' &&
      !git(['rev-parse', '--verify', '--quiet', `${ref}^`])
    )
      throw new ScenarioError('the clone is shallow, and ends there; it takes the history (fetch-depth: 0)')
    const found = this.open.get(ref) ?? openRevision(ref, this.terms.say)
    this.open.set(ref, found)
    return found
  }

  close(): void {
    for (const revision of this.open.values()) revision.close()
  }
}
