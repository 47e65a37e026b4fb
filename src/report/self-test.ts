// What the gate's self-test found, as a page of Markdown that is committed: same runs, same bytes.

import { formatNumber } from '../units.ts'

export interface ShownTally {
  readonly comparisons: number
  readonly fail: number
  readonly inconclusive: number
  /** Passes, and a figure is shown as changed. */
  readonly shown: number
}

/** A gate as a scenario has it. */
export interface ShownGate {
  readonly seeds: number
  /** The scenario's `gate` section. */
  readonly text: string
  readonly exact: boolean
}

export interface ShownCauses {
  readonly seeds: number
  /** On so many seeds the change, and the cause, that is named first is the one injected. */
  readonly change: number
  readonly cause: number
  /** What is to be named. */
  readonly expected: { readonly change: string; readonly cause: string }
  /** What a gate's report says of the first seed. */
  readonly example: readonly string[]
}

export interface ShownSelfTest {
  readonly runs: number
  readonly pool: number
  readonly changed: number
  readonly significance: number
  readonly metrics: readonly string[]
  readonly gates: readonly ShownGate[]
  /** Where nothing differs, by gate: the same seeds run again, and other seeds. */
  readonly alike: readonly { readonly same: ShownTally; readonly other: ShownTally }[]
  /** Where something does. */
  readonly slower: readonly {
    readonly what: string
    /** Means over all seeds against those without it. */
    readonly effects: Readonly<Record<string, number>>
    /** By gate. On other seeds what is exact differs anyway: `null`. */
    readonly seen: readonly { readonly same: ShownTally; readonly other: ShownTally | null }[]
    readonly causes: ShownCauses
  }[]
  /** The changes that are made beside the injected one where it is explained. */
  readonly beside: readonly string[]
  readonly holds: readonly { readonly what: string; readonly holds: boolean }[]
}

export function renderSelfTest(found: ShownSelfTest): string {
  const { runs, metrics, significance, holds } = found
  return `# What the gate sees, and when it cries wolf

Written by \`rehearsal gate --self-test\`; the same bytes each time. ${formatNumber(runs)} runs of one small scenario (a queen at half load, a
ledger that she tells of each request in four messages, a worker) are judged as in CI: a baseline is accepted from one side, the other
is held against it; significance ${percent(significance)} after Holm. Its figures:
${metrics.map(code).join(', ')}.

${holds.map((each) => `- ${each.holds ? 'holds' : '**does not hold**'}: ${each.what}`).join('\n')}

${alikeText(found)}
${slowerText(found)}
${causesText(found)}
## What to rely on

- The same build on the same seeds is never red.
- \`exact\` is red for any change for the worse, however small, and its cause is named; and for any change of what has no better direction, as the
  use of cores. It is red for changes that do not matter, too: it suits counts of messages, and figures that should not move at all.
- One seed without a \`gate\` section *shows* any change of a figure that it keeps, and is red from 1 % on.
- A limit over several seeds catches what is well above it. Near it (here from half of it to twice) the gate is red, in doubt or green: set
  it well below what you want to catch, as the one of 0.2 % is below 1 %.
- Chance alone makes it red no more often than the significance says. Where all random numbers have moved, it is mostly in doubt.
`
}

function alikeText({ gates, alike, pool }: ShownSelfTest): string {
  const sampled = gates.find(({ exact }) => !exact)!
  const rows = gates.flatMap((gate, i) => [
    row([...gateCells(gate), 'run again', ...alikeCells(alike[i]!.same)]),
    row([...gateCells(gate), 'other seeds', ...alikeCells(alike[i]!.other)]),
  ])
  return `## Nothing differs

${head(3, ['seeds', 'gate', 'other side', 'comparisons', 'fail', 'cannot tell', 'only shown', 'fail, 95 % interval'])}
${rows.join('\n')}

*Run again*: a build that does the same gives the same events, so there is nothing to be wrong about. *Other seeds*: as if a change that
does not matter had moved every random number (a draw more, another order of messages), the worst that it can do. What is exact then fails nearly
always: it says that something has changed, not that it matters. What is sampled fails less often than the significance allows and
mostly ends in 3: ${sampled.seeds} seeds cannot tell so little from chance. Sets of ${sampled.seeds} seeds a side are drawn from ${formatNumber(pool)} runs,
disjoint until all are used and then anew, so each run serves several comparisons and the interval (Wilson’s), which takes them for
independent, is too short.
`
}

function slowerText({ gates, slower, changed, metrics }: ShownSelfTest): string {
  const [first] = slower as [ShownSelfTest['slower'][number]]
  const moved = metrics.filter((name) => Object.hasOwn(first.effects, name))
  const rows = slower.flatMap(({ what, seen }) =>
    seen.map(({ same, other }, i) =>
      row([
        what,
        ...gateCells(gates[i]!),
        share(same.fail, same),
        share(same.inconclusive, same),
        share(same.shown, same),
        share(unseen(same), same),
        other ? share(other.fail, other) : '',
        other ? share(other.inconclusive, other) : '',
      ]),
    ),
  )
  const { comparisons } = first.seen[0]!.same
  return `## Something is slower

What is injected does this to the means over ${formatNumber(changed)} seeds:

${head(1, ['injected', ...moved.map(code)])}
${slower.map(({ what, effects }) => row([what, ...moved.map((name) => signed(effects[name]!))])).join('\n')}

And this is what the gate says of it, on the same seeds and on others:

${head(3, ['injected', 'seeds', 'gate', 'fail', 'cannot tell', 'only shown', 'not seen', 'other seeds: fail', 'cannot tell'])}
${rows.join('\n')}

${formatNumber(comparisons)} comparisons each, so 100 % is ${interval(comparisons, comparisons)}. *Only shown*: the gate passes and lists what has changed by less
than its limit. Messages are those to the ledger, half of all. Other seeds show what common random numbers are worth: without them the same number
of seeds sees next to nothing of this. How much a change of the code leaves of them lies between the two.
`
}

function causesText({ slower, beside }: ShownSelfTest): string {
  const [first] = slower as [ShownSelfTest['slower'][number]]
  const rows = slower.map(({ what, causes: { seeds, change, cause, expected } }) =>
    row([what, code(expected.change), `${change} of ${seeds}`, expected.cause, `${cause} of ${seeds}`]),
  )
  const causeAt = (i: number): string => slower[i]!.causes.expected.cause
  const smallest = slower.filter((_, i) => slower.findIndex((_, j) => causeAt(j) === causeAt(i)) === i)
  const examples = smallest.map(({ what, causes }) => `- ${what}: ${causes.example.join(' ')}`)
  return `## Which cause is named

${head(5, ['injected', 'change named first', 'seeds', 'cause named first', 'seeds'])}
${rows.join('\n')}

As \`rehearsal explain\` finds it, each of ${first.causes.seeds} seeds by itself, where B has other changes beside the injected one: ${beside.map(code).join(', ')}.
The change is found by putting each into A alone and taking it out of B alone. The cause needs no change of the scenario, so that it is found
of a change of the code as well: the kind of message whose number differs most or, where none does, the handler whose time does. That
requests *wait* longer for her (the mailbox) comes of it, and is the larger part at this load; so a report begins with what it comes of:

${examples.join('\n')}
`
}

const code = (text: string): string => `\`${text}\``

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** So many columns of words come first; figures stand to the right. */
const head = (words: number, cells: readonly string[]): string =>
  `${row(cells)}\n${row(cells.map((_, i) => (i < words ? '---' : '---:')))}`

const gateCells = ({ seeds, text }: ShownGate): readonly string[] => [
  String(seeds),
  text === '' ? 'none: worse by 1 %' : code(text),
]

const alikeCells = (tally: ShownTally): readonly string[] => [
  formatNumber(tally.comparisons),
  share(tally.fail, tally),
  share(tally.inconclusive, tally),
  share(tally.shown, tally),
  interval(tally.fail, tally.comparisons),
]

const unseen = ({ comparisons, fail, inconclusive, shown }: ShownTally): number =>
  comparisons - fail - inconclusive - shown

const percent = (ratio: number): string => `${formatNumber(Number((100 * ratio).toPrecision(3)))} %`

const share = (count: number, { comparisons }: ShownTally): string =>
  `${count === 0 ? '0' : ((100 * count) / comparisons).toFixed(count === comparisons ? 0 : 1)} %`

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
  const shown = (value: number): string => (100 * Math.min(1, Math.max(0, value))).toFixed(1)
  return `${shown(count === 0 ? 0 : centre - half)} to ${shown(centre + half)} %`
}
