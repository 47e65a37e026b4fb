// A replica of a PBFT group as a coordinator of its own: a key-value store or a register that outlives liars. What a workload asks it, it
// asks the group as a client that stands beside it.

import {
  type Address,
  type Coordinator,
  defineCoordinator,
  type Env,
  type Message,
  type Request,
  type Task,
} from '../../env/index.ts'
import { choice, type Values } from '../../parameters.ts'
import { answerOf } from './client.ts'
import { PbftReplica } from './pbft-replica.ts'
import { pbftMetrics, pbftParameters } from './pbft-terms.ts'
import { KeyValueStore, Register } from './state-machine.ts'

const parameters = {
  ...pbftParameters,
  machine: choice(['register', 'key-value'], {
    meaning:
      'what is replicated; register: counts operations, whatever they are; key-value: takes redis requests (GET, SET, DEL, INCR)',
    default: 'register',
  }),
} as const

export const pbftReplica = defineCoordinator({
  name: 'pbft-replica',
  meaning: 'one of 3f + 1 replicas that agree on the order of operations though f of them lie (PBFT)',
  parameters,
  metrics: pbftMetrics,
  create: (env, values) => new Replica(env, values),
})

class Replica implements Coordinator {
  readonly #replica: PbftReplica

  constructor(env: Env, values: Values<typeof parameters>) {
    const machine = values.machine === 'register' ? new Register() : new KeyValueStore()
    this.#replica = new PbftReplica(env, values, machine)
  }

  receive(from: Address, message: Message): void {
    this.#replica.receive(from, message)
  }

  *handle(_from: Address, request: Request<unknown>): Task<unknown> {
    return answerOf(request, yield* this.#replica.submit(request))
  }
}
