// One seed, one course of events: how many replicas, who lies and how, what is lost, late or cut off, who crashes, and how batches,
// pipeline and log are set. After a time of chaos the network is well again, and what was asked must be answered.

import type { PbftTerms } from '../../../src/coordination/consensus/pbft-terms.ts'
import { RandomStream } from '../../../src/kernel/random.ts'
import { ms, seconds } from '../../../src/units.ts'
import { LIES, type Lie, type Listener, TestGroup, type Way } from './group-fixture.ts'

export interface Course {
  readonly group: TestGroup
  readonly liars: Readonly<Record<string, Lie>>
  /** What went wrong, in words. */
  readonly wrong: string | undefined
}

interface Options {
  readonly fastPath?: PbftTerms['fastPath']
  /** One kind of lie only, and the primary of the first view tells it; none: nobody lies. */
  readonly lie?: Lie | 'none'
  /** One request of one client to four replicas, so that people can follow what happens. */
  readonly small?: boolean
  readonly listener?: Listener
}

const CALM = ms(400)
const DEADLINE = seconds(60)
const REQUESTS = 4

const drawn = <T>(random: RandomStream, values: readonly T[]): T => values[random.integer(values.length)]!

export function explore(
  seed: number,
  { fastPath = 'none', lie, small = false, listener }: Options = {},
): Course {
  const random = new RandomStream(`exploration/${seed}`)
  const n = small ? 4 : drawn(random, [4, 4, 4, 5, 7])
  const liars = liarsOf(n, random, lie)
  const durable = !small && random.uniform() < 0.2
  const clients = small ? 1 : 1 + random.integer(3)
  const requests = small ? 1 : REQUESTS
  const group = new TestGroup({
    n,
    seed: String(seed),
    way: chaos(random, n),
    liars,
    clients,
    ...(listener ? { listener } : {}),
    terms: {
      fastPath,
      fastTimeout: ms(4),
      timeout: ms(30),
      retransmission: ms(15),
      clientTimeout: ms(25),
      checkpoint: drawn(random, [2, 4]),
      window: 8,
      batch: drawn(random, [1, 2, 8]),
      pipeline: drawn(random, [1, 3, 8]),
      durable,
    },
  })
  for (let client = 0; client < clients; client++) group.askInTurn(client, requests)
  if (durable) crashes(group, random)
  group.runUntilAnswered(DEADLINE)
  return { group, liars, wrong: wrongIn(group, clients * requests) }
}

function liarsOf(n: number, random: RandomStream, lie: Options['lie']): Record<string, Lie> {
  if (lie === 'none') return {}
  const f = Math.floor((n - 1) / 3)
  const liars: Record<string, Lie> = {}
  if (lie || random.uniform() < 0.6) liars.r0 = lie ?? drawn(random, LIES)
  while (Object.keys(liars).length < f) liars[`r${random.integer(n)}`] = lie ?? drawn(random, LIES)
  return liars
}

/** Delays, losses and cuts of a seed's own measure, until all is calm. */
function chaos(random: RandomStream, n: number): Way {
  const loss = drawn(random, [0, 0.02, 0.1, 0.25])
  const mean = drawn(random, [ms(0.5), ms(2), ms(10)])
  const cut = drawn(random, [0, 0.1, 0.3])
  // The worst for who commits alone: it hears all votes and the others few, and of its own state nobody hears.
  const favoured = random.uniform() < 0.4 ? `r${random.integer(n)}` : undefined
  const cuts = new Map<string, number>()
  let sent = 0
  return (from, to, { kind }) => {
    sent++
    if (sent > CALM_MESSAGES) return ms(1) + random.integer(ms(0.2))
    const link = `${from}>${to}`
    if (sent < (cuts.get(link) ?? 0)) return undefined
    if (random.uniform() < cut * 0.05) cuts.set(link, sent + random.integer(CALM_MESSAGES / 2))
    const unheard =
      favoured !== undefined &&
      (from === favoured ? kind === 'pbft.view-change' : VOTES.includes(kind) && to !== favoured)
    if (random.uniform() < (unheard ? 0.8 : loss)) return undefined
    return Math.floor(random.exponential(mean))
  }
}

const VOTES = ['pbft.prepare', 'pbft.commit', 'pbft.committed']

/** So many messages are sent in chaos. */
const CALM_MESSAGES = 600

/** Sound replicas that crash and come back with what they have saved. */
function crashes(group: TestGroup, random: RandomStream): void {
  for (let i = 0; i < 4; i++) {
    const name = drawn(random, group.sound)
    const at = random.integer(CALM)
    group.simulation.schedule(at, { fire: () => group.crash(name) } as never, 0)
    group.simulation.schedule(at + random.integer(ms(60)), { fire: () => group.restart(name) } as never, 0)
  }
}

function wrongIn(group: TestGroup, requests: number): string | undefined {
  const two = group.disagreement()
  if (two) return `place ${two[0].instance}: ${two[0].by} and ${two[1].by} decided differently`
  const divergence = group.divergence()
  if (divergence) return divergence
  if (group.answered < requests) return `${group.answered} of ${requests} requests answered`
  return undefined
}
