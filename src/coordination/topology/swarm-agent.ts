// An agent of a swarm (OllamaMax, spec: system 1): computes parts of tasks on a core of its host, and coordinates with the others
// as its topology has it.

import {
  type Address,
  type Coordinator,
  defineCoordinator,
  type Env,
  type Message,
  type Request,
  Semaphore,
  type Task,
} from '../../env/index.ts'
import { createTopology } from './create.ts'
import { FailureDetector } from './failure-detector.ts'
import { swarmMetrics } from './metrics.ts'
import { type SwarmTerms, swarmParameters } from './terms.ts'
import {
  Elsewhere,
  type Part,
  type PartResult,
  type Redirect,
  type SwarmMember,
  type SwarmResult,
  type SwarmTask,
  type Topology,
} from './topology.ts'
import { WorkLine } from './work-line.ts'

export const swarmAgent = defineCoordinator({
  name: 'swarm-agent',
  meaning:
    'an agent of a swarm: computes parts of tasks, and shares work with the others in a topology (OllamaMax)',
  parameters: swarmParameters,
  metrics: swarmMetrics,
  create: (env, terms) => new SwarmAgent(env, terms),
})

class SwarmAgent implements Coordinator, SwarmMember {
  readonly env: Env
  readonly terms: SwarmTerms
  readonly members: readonly Address[]
  readonly detector: FailureDetector
  readonly #line: WorkLine
  readonly #decisions: Semaphore
  readonly #topology: Topology

  constructor(env: Env, terms: SwarmTerms) {
    this.env = env
    this.terms = terms
    this.members = terms.members
    this.detector = new FailureDetector(env, terms)
    this.#line = new WorkLine(env, terms.slice)
    this.#decisions = new Semaphore(terms.decisionsAtOnce)
    this.#topology = createTopology(terms.topology, this)
  }

  get load(): number {
    return this.#line.load
  }

  execute(part: Part): Task<PartResult> {
    return this.#line.execute(part)
  }

  has(part: Part): boolean {
    return this.#line.has(part)
  }

  known() {
    return this.#line.known()
  }

  *decide(): Task<void> {
    const { decision } = this.terms
    if (decision > 0) yield* this.#decisions.held(this.env.sleep(decision))
  }

  receive(from: Address, message: Message): void {
    if (!this.detector.receive(from, message)) this.#topology.receive(from, message)
  }

  handle(from: Address, request: Request<unknown>): Task<unknown> {
    this.detector.heard(from)
    if (request.kind === 'swarm.task') return this.#answer(request as SwarmTask)
    return this.#topology.handle(from, request) as Task<unknown>
  }

  *#answer(task: SwarmTask): Task<SwarmResult | Redirect> {
    try {
      return yield* this.#topology.submit(task)
    } catch (error) {
      if (error instanceof Elsewhere && error.to) return { kind: 'swarm.redirect', to: error.to.name }
      throw error
    }
  }
}
