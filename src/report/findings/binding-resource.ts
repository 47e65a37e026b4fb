// What is nearest to its capacity, with its figure, and what comes second; or that nothing is.

import type { Result, Variant } from '../../results/result.ts'
import { numberOn } from '../axes.ts'
import { percent } from '../figures.ts'
import type { Evidence, Finder, Finding } from './finding.ts'
import { type Use, usesOf } from './uses.ts'
import { shareInWords, timeInVariants, timeInWords, workingShare } from './waiting.ts'
import { inBrackets, listed, ofVariants, placed, sentence, setApart, tellingAxes } from './wording.ts'

/** From here on a resource holds up the rest: with M/M/1, whoever comes waits for nearly six times a service. */
export const LIMIT = 0.85
/** Nothing more can be got out of it. */
const FULL = 0.95
/** What is nearer to the fullest is as full. */
const ALIKE = 0.03
/** Below it nothing is near its capacity. */
const FREE = 0.4
/** More that are the limit in some variants are not named. */
const MOST_LIMITS = 2
/** Nobody uses it. */
const UNUSED = 0.005

export const bindingResource: Finder = (result) => {
  const tops = topsOf(result)
  if (tops.length === 0) return []
  const limited = tops.filter(({ top }) => top.share >= LIMIT)
  if (limited.length === 0) return [ofFree(result, tops)]
  return [result.variants.length === 1 ? ofOne(limited[0]!) : ofSeveral(result, tops, limited)]
}

interface Top {
  readonly variant: Variant
  readonly uses: readonly Use[]
  readonly top: Use
}

/** Of what is at its limit alike in a variant, what is so in most of them: twelve agents and the twelve cores they have are one limit. */
function topsOf(result: Result): readonly Top[] {
  const tops = result.variants.flatMap((variant): Top[] => {
    const uses = usesOf(result, variant).filter(({ share }) => share >= UNUSED)
    return uses.length === 0 ? [] : [{ variant, uses, top: uses[0]! }]
  })
  const alike = ({ uses, top }: Top): readonly Use[] => {
    if (top.share < LIMIT) return []
    const full = uses.filter(({ share }) => share >= Math.max(LIMIT, top.share - ALIKE))
    // Who waits for a core is busy too: where there are no more cores, these are what is wanted.
    const cores = full.filter(({ key }) => /^hosts cores /.test(key))
    return cores.length > 0 ? full.filter(({ key }) => !key.startsWith('thread ')) : full
  }
  const counts = new Map<string, number>()
  for (const top of tops) for (const { key } of alike(top)) counts.set(key, (counts.get(key) ?? 0) + 1)
  return tops.map((each) => ({
    ...each,
    top:
      alike(each).reduce<Use | undefined>(
        (most, use) => (most === undefined || counts.get(use.key)! > counts.get(most.key)! ? use : most),
        undefined,
      ) ?? each.top,
  }))
}

const verb = ({ plural }: Use): string => (plural ? 'are' : 'is')

const limitOf = ({ share, plural }: Use): string =>
  share >= FULL ? 'the limit is' : `nearest to the limit ${plural ? 'are' : 'is'}`

const evidenceOf = ({ variant, top }: Top): Evidence => ({
  variant: variant.name,
  metric: top.metric,
  value: top.share,
  unit: 'ratio',
})

/** `, all of its kind on average 42 %`, of one that stands out. */
const besideOthers = ({ average }: Use): string =>
  average === null ? '' : `, all of its kind on average ${percent(average)}`

function ofOne({ variant, uses, top }: Top): Finding {
  const second = uses.find((use) => use !== top)
  const next = second === undefined ? '' : `; next ${verb(second)} ${second.words} (${percent(second.share)})`
  return {
    name: 'binding-resource',
    weight: 70 + 15 * top.share,
    text: `${sentence(limitOf(top))} ${top.words}, ${percent(top.share)} in use${besideOthers(top)}${next}.${atLimitInWords(variant, top)}`,
    where: [],
    evidence: [evidenceOf({ variant, uses, top })],
    chart: chartOf(top),
  }
}

/** Cores are shared: who finds them taken is not made to wait, but served more slowly. */
const atLimitInWords = (variant: Variant, { metric }: Use): string =>
  /^host\..*(?<!disk)\.utilisation\.mean$/.test(metric) &&
  variant.breakdown.length > 0 &&
  workingShare(variant.breakdown) >= 0.9
    ? ` It shows as slower service, not as waiting: ${shareInWords(workingShare(variant.breakdown))} of a request’s time is service, computing and network.`
    : timeInWords(variant)

function ofFree(result: Result, tops: readonly Top[]): Finding {
  const most = fullest(tops)
  const { top, variant, uses } = most
  const second = uses[1]
  const next = second === undefined ? '' : `, next ${second.words} (${percent(second.share)})`
  const free = top.share < FREE
  return {
    name: 'binding-resource',
    weight: free ? 45 : 55,
    text: `${free ? 'Nothing is near its capacity' : 'Nothing is at its limit'}: busiest ${verb(top)} ${top.words} with ${percent(top.share)} in use on average${inBrackets(result, variant)}${besideOthers(top)}${next}.${timeInVariants(result, variant)}`,
    where: result.variants.length === 1 ? [] : [variant.name],
    evidence: [evidenceOf(most)],
    chart: chartOf(top),
  }
}

function ofSeveral(result: Result, tops: readonly Top[], limited: readonly Top[]): Finding {
  const byKey = new Map<string, Top[]>()
  for (const each of limited) byKey.set(each.top.key, [...(byKey.get(each.top.key) ?? []), each])
  const groups = [...byKey.values()].sort((a, b) => b.length - a.length)
  return {
    name: 'binding-resource',
    weight: 70 + 10 * (limited.length / result.variants.length),
    text:
      alongAxis(result, tops) ??
      (groups.length === 1 ? ofOneLimit(result, tops, groups[0]!) : ofLimits(result, groups)),
    where: limited.map(({ variant }) => variant.name),
    evidence: groups.map((group) => evidenceOf(fullest(group))),
    chart: chartOf(limited[0]!.top),
  }
}

const fullest = (group: readonly Top[]): Top =>
  group.reduce((most, each) => (each.top.share > most.top.share ? each : most))

function rangeOf(group: readonly Top[]): string {
  const shares = group.map(({ top }) => top.share)
  const [low, high] = [percent(Math.min(...shares)), percent(Math.max(...shares))]
  return low === high ? `${high} in use` : `${low} to ${high} in use`
}

/** ` In 4 of them it is one instance alone: with hot=1 all of its kind are used 42 % on average.` */
function unevenInWords(result: Result, group: readonly Top[]): string {
  const uneven = group.filter(({ top }) => top.average !== null)
  if (uneven.length < group.length / 4) return ''
  const most = uneven.reduce((most, each) => (each.top.average! < most.top.average! ? each : most))
  const many = uneven.length === group.length ? 'Everywhere' : `In ${uneven.length} of them`
  return ` ${many} it is the busiest alone: all of its kind are ${percent(most.top.average!)} in use on average${inBrackets(result, most.variant)}.`
}

/** ` (slots=1)` where one axis tells them from the rest, else an example. */
const whichOf = (result: Result, group: readonly Top[], most: Variant): string =>
  group.length === 1
    ? inBrackets(result, most)
    : setApart(result, new Set(group.map(({ variant }) => variant))) ||
      `, such as ${placed(most, tellingAxes(result))}`

function ofOneLimit(result: Result, tops: readonly Top[], group: readonly Top[]): string {
  const { top, variant } = fullest(group)
  const rest = tops.filter((each) => !group.includes(each))
  const most = rest.length === 0 ? undefined : fullest(rest)
  const others =
    most === undefined ? '' : ` Otherwise nothing is above ${percent(most.top.share)} (${most.top.whole}).`
  const where = rest.length === 0 ? '' : whichOf(result, group, variant)
  return `${sentence(limitOf(top))} ${top.whole} in ${ofVariants(group.length, result.variants.length)}, ${rangeOf(group)}${where}.${unevenInWords(result, group)}${others}`
}

function ofLimits(result: Result, groups: readonly (readonly Top[])[]): string {
  const axes = tellingAxes(result)
  const told = groups.slice(0, MOST_LIMITS).map((group) => {
    const most = fullest(group)
    return `${most.top.whole} in ${group.length} (${percent(most.top.share)} in use with ${placed(most.variant, axes)})`
  })
  const all = result.variants.length
  const free = all - groups.flat().length
  const none = free === 0 ? '' : ` In ${ofVariants(free, all)} nothing is above ${percent(LIMIT)}.`
  const others = groups.slice(MOST_LIMITS).flat().length
  const more = others === 0 ? [] : [`others in ${others}`]
  return `The limit depends on the variant: ${listed([...told, ...more])}.${none}`
}

/** Over a single numeric axis where it changes; `undefined` where the axes are others, or it goes to and fro. */
function alongAxis(result: Result, tops: readonly Top[]): string | undefined {
  const axes = tellingAxes(result)
  const [axis] = axes
  if (axes.length !== 1 || !axis!.numeric || tops.length < 2) return undefined
  const runs: { key: string | null; members: Top[] }[] = []
  for (const each of tops.toSorted((a, b) => numberOn(a.variant, axis!) - numberOn(b.variant, axis!))) {
    const key = each.top.share >= LIMIT ? each.top.key : null
    const last = runs.at(-1)
    if (last?.key === key) last.members.push(each)
    else runs.push({ key, members: [each] })
  }
  if (runs.length < 2 || runs.length > 4) return undefined
  const told = runs.map(({ key, members }, i) => {
    const most = fullest(members)
    const from = placed(members[0]!.variant, axes)
    const where =
      i > 0
        ? `from ${from} on`
        : members.length === 1
          ? `with ${from}`
          : `up to ${placed(members.at(-1)!.variant, axes)}`
    return key === null
      ? `${where} nothing is above ${percent(most.top.share)}`
      : `${where} ${limitOf(most.top)} ${most.top.whole} (${rangeOf(members)})`
  })
  return `${sentence(told.join(', '))}.`
}

const chartOf = ({ owner }: Use): string =>
  owner?.[0] === 'hosts' ? 'utilisation-by-core' : 'utilisation-by-service'
