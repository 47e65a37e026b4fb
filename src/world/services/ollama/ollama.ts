// Ollama on a host without a GPU: its Go server, its scheduler of models and the llama-server of each.
// Source: ollama/ollama at fb307609 and llama.cpp's server; what each part models and leaves out stands in its file.

import { type GenerateRequest, type ListRunningReply, RefusedError } from '../../../env/index.ts'
import { bandwidth, count, duration, number, ratio, tokens, type Values } from '../../../parameters.ts'
import { hours, minutes, type Nanos, us } from '../../../units.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { LEAST_CONTEXT } from './context.ts'
import { Generation } from './generation.ts'
import { type Model, modelsParameter, modelsWith } from './models.ts'
import { metrics, Observations } from './observations.ts'
import { Scheduler } from './scheduler.ts'

const envconfig = '[S] envconfig/config.go'

const parameters = {
  parallel: count({
    meaning: 'slots of each loaded model (OLLAMA_NUM_PARALLEL); more wait, without bound',
    default: 1,
    min: 1,
    max: 1024,
    source: envconfig,
  }),
  maxQueue: count({
    meaning:
      'capacity of the pending queue (OLLAMA_MAX_QUEUE), where requests wait whose model is not loaded; more are refused with 503',
    default: 512,
    source: envconfig,
  }),
  keepAlive: duration({
    meaning: 'how long an idle model stays loaded (OLLAMA_KEEP_ALIVE); 0: until the reply, -1s: for ever',
    default: minutes(5),
    min: -hours(24),
    source: envconfig,
  }),
  maxLoadedModels: count({
    meaning: 'models loaded at once (OLLAMA_MAX_LOADED_MODELS); 0: 3, as without a GPU',
    default: 0,
    source: envconfig,
  }),
  loadTimeout: duration({
    meaning: 'after how long a load is given up (OLLAMA_LOAD_TIMEOUT)',
    default: minutes(5),
    source: envconfig,
  }),
  numCtx: tokens({
    meaning: 'context of a slot where a request states none (OLLAMA_CONTEXT_LENGTH)',
    default: 4096,
    min: LEAST_CONTEXT,
    max: 10_000_000,
    source: envconfig,
  }),
  numBatch: tokens({
    meaning: 'tokens of a step at most; 0: 512, above 4k of context of all slots 1024, above 32k 2048',
    default: 0,
    source: '[S] server/sched.go',
  }),
  threads: count({
    meaning:
      'threads of each loaded model where a request states none; 0: as many as the process has cores, second hardware threads not counted',
    default: 0,
    max: 1024,
    source: '[S] llama-server',
  }),
  models: modelsParameter,
  cost: duration({
    meaning: 'core time of handling a request in the Go server',
    default: us(200),
    source: '[G]',
  }),
  rooflineExponent: number({
    meaning:
      'p of the p-norm that joins reading the weights and computing the tokens to the time of a step; higher is nearer to the plain maximum',
    default: 4,
    min: 1,
    max: 16,
    source: '[D] 2 to 6 fit three published series best; 4 is within 4.5 % of all of them',
  }),
  coreBandwidth: bandwidth({
    meaning: 'memory bandwidth that one core can use',
    default: 15e9,
    min: 1,
    source: '[D] llama-bench’s README: 4.05 tokens/s of a 7B Q4_0 with one thread, 16.7 with eight',
  }),
  contention: ratio({
    meaning: 'share by which each further core makes computing a token costlier',
    default: 0.075,
    source: '[D] llama-bench’s README: prompts 6.2, 12.3, 23.2, 32.3 tokens/s with 1, 2, 4, 8 threads',
  }),
  oversubscription: number({
    meaning: 'share by which a step takes longer for each runnable thread more than one a core',
    default: 1.61,
    min: 0,
    max: 1e6,
    source: '[P] llama.cpp#13079: 26.4 tokens/s with 4 threads on 4 cores, 10.1 with 8',
  }),
} as const

export const ollama = defineService({
  name: 'ollama',
  meaning: 'an Ollama server on a host without a GPU',
  parameters,
  metrics,
  create: (context, values) => new Ollama(context, values),
})

class Ollama implements Service {
  readonly #context: ServiceContext
  readonly #values: Values<typeof parameters>
  readonly #models: ReadonlyMap<string, Model>
  readonly #scheduler: Scheduler
  readonly #generations = new WeakMap<Envelope, Generation>()

  constructor(context: ServiceContext, values: Values<typeof parameters>) {
    const { host } = context
    this.#context = context
    this.#values = values
    this.#models = modelsWith(values.models)
    const machine = {
      coreSpeed: host.values.speed,
      memoryBandwidth: host.values.memoryBandwidth,
      coreBandwidth: values.coreBandwidth,
      exponent: values.rooflineExponent,
      contention: values.contention,
      oversubscription: values.oversubscription,
    }
    this.#scheduler = new Scheduler(context, { ...values, machine }, new Observations(context))
  }

  cost(): Nanos {
    return this.#values.cost
  }

  handle(request: Envelope): void {
    switch (request.message.kind) {
      case 'ollama.generate':
        this.#generate(request, request.message as GenerateRequest)
        break
      case 'ollama.ps':
        request.reply(this.#running())
        break
      default:
        request.refuse(new RefusedError(404, `${this.#context.name} answers no ${request.message.kind}`))
    }
  }

  abandon(request: Envelope): void {
    const generation = this.#generations.get(request)
    if (generation) this.#scheduler.abandon(generation)
  }

  crash(): void {
    this.#scheduler.crash()
  }

  #generate(envelope: Envelope, request: GenerateRequest): void {
    const model = this.#models.get(request.model)
    if (!model) {
      envelope.refuse(new RefusedError(404, `model "${request.model}" not found, try pulling it first`))
      return
    }
    const numCtx = Math.max(LEAST_CONTEXT, request.numCtx ?? this.#values.numCtx)
    const { cpuGroup, host } = this.#context.process
    const threads = request.numThread || this.#values.threads || host.cpu.coresOf(cpuGroup.affinity)
    const generation = new Generation(envelope, request, model, numCtx, threads, this.#context.now())
    this.#generations.set(envelope, generation)
    if (request.promptTokens === 0 && request.keepAlive === 0) this.#scheduler.expire(generation)
    else this.#scheduler.submit(generation)
  }

  #running(): ListRunningReply {
    const models = [...this.#scheduler.loaded].map((loaded) => ({
      name: loaded.model.name,
      sizeBytes: loaded.memory,
      contextLength: loaded.numCtx,
      expiresAt: loaded.expiresAt,
    }))
    return { kind: 'ollama.running', models }
  }
}
