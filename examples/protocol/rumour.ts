// A rumour, told by push gossip: whoever knows it tells one other member a round, chosen at random (Pittel, "On spreading a rumor",
// 1987: about log2 n + ln n rounds until all of n members know it).

import {
  type Address,
  defineCoordinator,
  duration,
  type Env,
  type Message,
  ms,
  reference,
  type Values,
} from 'rehearsal'

const parameters = {
  members: reference('coordinator', { meaning: 'all members, this one included' }),
  round: duration({ meaning: 'how often whoever knows it tells another', default: ms(100), min: 1 }),
  until: duration({ meaning: 'when everybody falls silent', default: ms(5000), min: 1 }),
} as const

export default defineCoordinator({
  name: 'rumour',
  meaning: 'tells what it has heard to one other member a round',
  parameters,
  metrics: {
    'rumour.heard': {
      observed: 'value',
      unit: 'ns',
      better: 'lower',
      meaning: 'from the beginning until a member has heard it',
    },
    'rumour.told': { observed: 'count', unit: 'count', better: 'lower', meaning: 'times that it was told' },
  },
  create: (env, values) => new Member(env, values),
})

class Member {
  readonly #env: Env
  readonly #values: Values<typeof parameters>
  readonly #others: readonly Address[]
  #knows = false

  constructor(env: Env, values: Values<typeof parameters>) {
    this.#env = env
    this.#values = values
    this.#others = values.members.filter(({ name }) => name !== env.self.name)
    if (values.members[0]!.name === env.self.name) this.#hear()
  }

  receive(_from: Address, message: Message): void {
    if (message.kind === 'rumour' && !this.#knows) this.#hear()
  }

  #hear(): void {
    this.#knows = true
    this.#env.observe({ kind: 'value', metric: 'rumour.heard', value: this.#env.now() })
    // Telling it at once would let it run through many members in one round.
    this.#env.after(this.#values.round, () => this.#tell())
  }

  #tell(): void {
    const { round, until } = this.#values
    if (this.#env.now() >= until) return
    const chosen = this.#others[this.#env.random('whom').integer(this.#others.length)]!
    this.#env.send(chosen, { kind: 'rumour', bytes: 64, datagram: true })
    this.#env.observe({ kind: 'count', metric: 'rumour.told' })
    this.#env.after(round, () => this.#tell())
  }
}
