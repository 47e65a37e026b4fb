// A client and an Ollama server on hosts of their own, over an ideal network, and what became of each request.

import {
  Account,
  type GenerateReply,
  type GenerateRequest,
  type ListRunningReply,
  type ListRunningRequest,
  RefusedError,
  Running,
  type Task,
} from '../../../src/env/index.ts'
import { Recorder } from '../../../src/observe/recorder.ts'
import type { Values } from '../../../src/parameters.ts'
import { hours, type Nanos } from '../../../src/units.ts'
import { Call } from '../../../src/world/call.ts'
import type { CpuTerms } from '../../../src/world/cpu.ts'
import type { HostValues } from '../../../src/world/host.ts'
import type { Process } from '../../../src/world/process.ts'
import { ServiceBehaviour, ServiceContext } from '../../../src/world/service.ts'
import { ollama } from '../../../src/world/services/ollama/ollama.ts'
import { World } from '../../../src/world/world.ts'
import { HOST, NETWORK } from '../fixture.ts'

export type OllamaValues = Values<typeof ollama.parameters>

/** What a scenario leaves out. Handling costs nothing here, so that times are those of the model alone. */
export const DEFAULTS = {
  ...Object.fromEntries(Object.entries(ollama.parameters).map(([name, { default: value }]) => [name, value])),
  cost: 0,
} as unknown as OllamaValues

/** A model of round figures: 1 GB read at 10 GB/s is 100 ms a step; prompts 1000 tokens/s; loaded in 1 s from 1 GB/s. */
export const PLAIN = { weights: 1e9, kvPerToken: 1000, promptRate: 1000 }
export const PLAIN_HOST: Partial<HostValues> = {
  cores: 12,
  memoryBandwidth: 10e9,
  diskBandwidth: 1e9,
  memory: 64e9,
}

export interface Outcome {
  readonly request: Partial<GenerateRequest>
  readonly sentAt: Nanos
  endedAt?: Nanos
  headAt?: Nanos
  reply?: GenerateReply
  error?: unknown
  readonly account: Account
}

export class Server {
  readonly world: World
  readonly process: Process
  readonly outcomes: Outcome[] = []
  readonly #client: Process

  constructor(
    values: Partial<OllamaValues> = {},
    host: Partial<HostValues> = PLAIN_HOST,
    terms: CpuTerms = {},
  ) {
    this.world = new World({ seed: '1', recorder: new Recorder(), network: NETWORK, checked: true })
    this.world.addHost('server', { ...HOST, ...host })
    this.world.addHost('client', { ...HOST })
    this.process = this.#add('server', 'ollama', terms)
    const context = new ServiceContext(this.process, this.world.recorder, ollama.metrics)
    const all = { ...DEFAULTS, models: { plain: PLAIN }, ...values }
    this.process.behaviour = new ServiceBehaviour(() => ollama.create(context, all))
    this.#client = this.#add('client', 'client', {})
    this.#client.behaviour = { cost: () => 0, begin() {}, deliver() {} }
  }

  get now(): Nanos {
    return this.world.simulation.now
  }

  get memoryUsed(): number {
    return this.world.hosts.get('server')!.memory.used
  }

  /** Does something at a time. */
  at(time: Nanos, then: () => void): void {
    this.world.simulation.schedule(time, { id: 0, fire: then }, 0)
  }

  /** Asks at a time; by default for one token of the plain model, with a time limit that never passes. */
  ask(sentAt: Nanos, request: Partial<GenerateRequest> = {}, timeout: Nanos = hours(1000)): Outcome {
    const outcome: Outcome = { request, sentAt, account: new Account() }
    this.outcomes.push(outcome)
    const message = {
      kind: 'ollama.generate',
      model: 'plain',
      promptTokens: 1,
      outputTokens: 1,
      ...request,
    } as GenerateRequest
    const server = this
    const task = function* (): Task<void> {
      const onHead = (): void => {
        outcome.headAt = server.now
      }
      const terms = { timeout, onHead }
      try {
        outcome.reply = yield* new Call<GenerateReply>(server.#client, server.process, message, terms)
      } catch (error) {
        outcome.error = error
      }
      outcome.endedAt = server.now
    }
    this.at(sentAt, () => void new Running(this.#client, task(), 'ask', outcome.account))
    return outcome
  }

  /** `/api/ps` at a time, handed to `then`. */
  list(at: Nanos, then: (reply: ListRunningReply) => void): void {
    const message: ListRunningRequest = { kind: 'ollama.ps' }
    const { process } = this
    const client = this.#client
    const task = function* (): Task<void> {
      then(yield* new Call<ListRunningReply>(client, process, message, { timeout: hours(1) }))
    }
    this.at(at, () => void new Running(client, task(), 'list'))
  }

  run(until?: Nanos): this {
    this.world.simulation.run(until === undefined ? {} : { until })
    return this
  }

  metric(name: string): number | null {
    return this.world.recorder.finish(this.now).metrics[`service.ollama.${name}`]!.value
  }

  #add(host: string, name: string, terms: CpuTerms): Process {
    const process = this.world.addProcess(this.world.hosts.get(host)!, name, name, terms)
    return process
  }
}

/** Tokens a second once the first token is there. */
export const generationRate = ({ evalCount, evalDuration }: GenerateReply): number =>
  ((evalCount - 1) / evalDuration) * 1e9

export const promptRate = ({ promptEvalCount, promptEvalDuration }: GenerateReply): number =>
  (promptEvalCount / promptEvalDuration) * 1e9

export const refusal = ({ error }: Outcome): string =>
  error instanceof RefusedError ? `${error.status} ${error.message}` : `not refused: ${String(error)}`
