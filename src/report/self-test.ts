// What the self-test of the comparisons found, as a page of Markdown that is committed: same runs, same bytes.

import { formatNumber } from '../units.ts'

export interface ShownTally {
  readonly comparisons: number
  readonly worse: number
  readonly better: number
  readonly neutral: number
}

/** What was compared, and from which effect on it matters. */
interface Looked {
  readonly metrics: readonly string[]
  readonly minimum: number
}

export interface ShownSelfTest {
  readonly seeds: number
  readonly runs: number
  readonly pool: number
  readonly changed: number
  readonly significance: number
  readonly metrics: readonly string[]
  /** Where nothing differs. */
  readonly alike: readonly { readonly what: string; readonly looked: Looked; readonly tally: ShownTally }[]
  /** Where something does. */
  readonly slower: readonly {
    readonly what: string
    /** Means over all seeds against those without it. */
    readonly effects: Readonly<Record<string, number>>
    readonly exact: ShownTally
    readonly sampled: readonly {
      readonly looked: Looked
      readonly same: ShownTally
      readonly other: ShownTally
    }[]
  }[]
}

export function renderSelfTest(found: ShownSelfTest): string {
  const { seeds, runs, pool, changed, significance, metrics, alike, slower } = found
  const looks = slower[0]!.sampled.map(({ looked }) => lookedAt(looked))
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const head = (cells: readonly string[]): string =>
    `${row(cells)}\n${row(cells.map((_, i) => (i === 0 ? '---' : '---:')))}`
  return `# What the comparisons see, and when they cry wolf

Written by \`rehearsal self-test\`; the same bytes each time. ${formatNumber(runs)} runs of one scenario (a queen at half load, a ledger, a
worker), compared as \`rehearsal compare\` and the gate compare: ${metrics.map((name) => `\`${name}\``).join(', ')} at once, significance
${percent(significance)} after Holm. *Worse* is the share of comparisons in which some figure was called worse, so that the command ends in 1.

## Nothing differs

${head(['both sides', 'figures', 'comparisons', 'worse', 'better', 'false alarms, 95 % interval'])}
${alike
  .map(({ what, looked, tally }) =>
    row([
      what,
      lookedAt(looked),
      formatNumber(tally.comparisons),
      share(tally.worse, tally.comparisons),
      share(tally.better, tally.comparisons),
      interval(tally.worse, tally.comparisons),
    ]),
  )
  .join('\n')}

With the same seeds a build that does the same gives the same events: there is nothing to be wrong about. Other seeds are what a change
leaves that does not matter but moves every random number: a draw more, another order of messages. Sets of ${seeds} seeds on each side are
drawn from ${formatNumber(pool)} runs, disjoint until all are used and then anew, so each run serves several comparisons and the interval, which takes
them for independent, is too short.

## Something is slower

${head(['injected', ...Object.keys(slower[0]!.effects).map((name) => `\`${name}\``)])}
${slower.map(({ what, effects }) => row([what, ...Object.values(effects).map(signed)])).join('\n')}

What it does to the means over ${formatNumber(changed)} seeds. How often it is called worse:

${head([
  'injected',
  'one seed, exact',
  ...looks.map((look) => `${seeds} seeds, ${look}`),
  ...looks.map((look) => `${seeds} other seeds, ${look}`),
])}
${slower
  .map(({ what, exact, sampled }) =>
    row([
      what,
      share(exact.worse, exact.comparisons),
      ...sampled.map(({ same }) => share(same.worse, same.comparisons)),
      ...sampled.map(({ other }) => share(other.worse, other.comparisons)),
    ]),
  )
  .join('\n')}

One seed: ${formatNumber(slower[0]!.exact.comparisons)} comparisons of a seed with itself, in which any difference counts. Beside what is worse some figure of that seed
is *better* in ${slower.map(({ exact }) => share(exact.better, exact.comparisons)).join(', ')} of them (in the order above): exact says that something has changed, not that it is for
the worse on the whole.

${seeds} seeds: ${formatNumber(slower[0]!.sampled[0]!.same.comparisons)} comparisons of sets that are drawn as above. “From 1 %” is the smallest effect that matters: what moved by less is
not called worse, however surely it moved. All figures at once see more than the latency, since a queue grows by more than the
cost that it waits for. Other seeds show what common random numbers are worth: without them the same ${seeds} seeds see next to nothing of
this. How much a change of the code leaves of them lies between the two.
`
}

const lookedAt = ({ metrics, minimum }: Looked): string =>
  `${metrics.length === 1 ? `\`${metrics[0]}\`` : 'all'}, from ${percent(minimum)}`

const percent = (ratio: number): string => `${formatNumber(Number((100 * ratio).toPrecision(3)))} %`

const share = (count: number, of: number): string =>
  `${count === 0 ? '0' : ((100 * count) / of).toFixed(count === of ? 0 : 1)} %`

function signed(ratio: number): string {
  const shown = (100 * Math.abs(ratio)).toFixed(2)
  return `${Number(shown) === 0 ? '' : ratio < 0 ? '−' : '+'}${shown} %`
}

/** Wilson's interval of a share (1927), in per cent. */
function interval(count: number, of: number): string {
  const z = 1.959964
  const p = count / of
  const scale = 1 + (z * z) / of
  const centre = (p + (z * z) / (2 * of)) / scale
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / scale
  const shown = (value: number): string => (100 * Math.max(0, value)).toFixed(1)
  return `${shown(count === 0 ? 0 : centre - half)} to ${shown(centre + half)} %`
}
