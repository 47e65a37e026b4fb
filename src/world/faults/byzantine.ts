// Processes that do not keep to the protocol: what they send is not what they should. The rest of them works on, and believes
// itself sound, so the same coordinator code is tried from both sides. Kinds after Lamport, Shostak and Pease (1982) and the
// attacks that Castro and Liskov's PBFT (1999) must stand: silence, delay, telling different peers different things,
// speaking in others' names, and sending what was said before again.

import { createDistribution } from '../../kernel/distributions/registry.ts'
import type { RandomStream } from '../../kernel/random.ts'
import { choice, distribution, ratio, reference, text } from '../../parameters.ts'
import { seconds } from '../../units.ts'
import { Envelope } from '../envelope.ts'
import type { Decision, Rule } from '../network.ts'
import type { Process } from '../process.ts'
import type { World } from '../world.ts'
import { all, processesOf } from './effect.ts'
import { defineFault } from './fault.ts'
import { changed } from './lie.ts'

/** What a process remembers of what it sent, to send it again. */
const REMEMBERED = 64

export const byzantine = defineFault({
  name: 'byzantine',
  befalls: 'protocol',
  meaning:
    'processes break the protocol: they fall silent, answer late, tell peers different things, speak in others’ names or repeat themselves',
  parameters: {
    process: reference('any', { meaning: 'the services or coordinators that turn' }),
    how: choice(['silent', 'late', 'equivocate', 'forge', 'replay'], {
      meaning:
        'silent: sends nothing; late: sends late; equivocate: tells some peers otherwise; forge: sends in the names of other instances of its part; replay: sends again what it has sent',
    }),
    share: ratio({ meaning: 'share of its messages that are so', default: 1, min: 0.000001 }),
    delay: distribution('ns', {
      meaning: 'for late: how much later each message is',
      default: { kind: 'constant', value: seconds(1) },
      source: '[G]',
    }),
    field: text({
      meaning: 'for equivocate: the field of a message, at any depth, in which peers are told otherwise',
      default: 'value',
      pattern: /^[A-Za-z_][\w-]{0,63}$/,
    }),
  },
  begin(world, { process, how, share, delay, field }) {
    return all(
      processesOf(world, process).map((each) => {
        const random = world.streams.stream(`fault/byzantine/${how}/${each.name}`)
        const lateness = createDistribution(delay)
        const acts: Readonly<Record<typeof how, () => Act>> = {
          silent: () => () => 'drop',
          late: () => () => ({ after: Math.round(lateness.sample(random)) }),
          equivocate: () => equivocation(random, field),
          forge: () => forgery(world, each, random),
          replay: () => repetition(random),
        }
        return world.network.addRule(ruleFor(each, share, random, acts[how]()))
      }),
    )
  },
})

/** What becomes of a message; `instead` sends another, which no rule of this process looks at again. */
type Act = (envelope: Envelope, instead: (envelope: Envelope) => void) => Decision | undefined

function ruleFor(process: Process, share: number, random: RandomStream, act: Act): Rule {
  const own = new WeakSet<Envelope>()
  const instead = (envelope: Envelope): void => {
    own.add(envelope)
    if (envelope.role === 'request') envelope.call!.request = envelope
    process.world.network.send(envelope)
  }
  return {
    name: `byzantine ${process.name}`,
    decide(envelope) {
      if (envelope.from !== process || envelope.role === 'abandon' || own.has(envelope)) return undefined
      if (share < 1 && random.uniform() >= share) return undefined
      return act(envelope, instead)
    },
  }
}

/** Half of its peers, as chance has it, are told otherwise, and always the same half. */
function equivocation(random: RandomStream, field: string): Act {
  const liedTo = new Map<Process, boolean>()
  return (envelope, instead) => {
    let lie = liedTo.get(envelope.to)
    if (lie === undefined) {
      lie = random.uniform() < 0.5
      liedTo.set(envelope.to, lie)
    }
    const message = lie ? changed(envelope.message, field) : envelope.message
    if (message === envelope.message) return undefined
    instead(copyOf(envelope, message))
    return 'drop'
  }
}

/** One-way messages bear the name of another instance of the part, as chance has it. */
function forgery(world: World, process: Process, random: RandomStream): Act {
  const others = [...world.processes.values()].filter(
    (each) => each !== process && each.part === process.part,
  )
  return (envelope, instead) => {
    const name = others[random.integer(Math.max(1, others.length))]
    if (envelope.role !== 'one-way' || name === undefined) return undefined
    instead(new Forged(envelope, name))
    return 'drop'
  }
}

/** After each one-way message goes one that was sent before. */
function repetition(random: RandomStream): Act {
  const sent: Envelope[] = []
  return (envelope, instead) => {
    if (envelope.role !== 'one-way') return undefined
    const old = sent[random.integer(Math.max(1, sent.length))]
    if (sent.length < REMEMBERED) sent.push(envelope)
    else sent[random.integer(REMEMBERED)] = envelope
    if (old) instead(copyOf(old, old.message))
    return undefined
  }
}

function copyOf(envelope: Envelope, message: Envelope['message']): Envelope {
  const { from, to, role, call, account, error } = envelope
  return new Envelope(from, to, message, role, call, account, from.world.simulation.now, error)
}

/** Its receiver takes it for another's. */
class Forged extends Envelope {
  readonly #name: Process

  constructor(envelope: Envelope, name: Process) {
    super(
      envelope.from,
      envelope.to,
      envelope.message,
      'one-way',
      undefined,
      undefined,
      name.world.simulation.now,
    )
    this.#name = name
  }

  override get sender() {
    return this.#name.address
  }
}
