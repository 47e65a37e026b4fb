// How long one step of a runner takes: a step reads all weights once and computes some tokens. Three limits are joined by
// a p-norm (a smooth maximum): what its cores can read, what the memory can give, what its cores can compute.
// Attention grows with the context on top of it. Fitted to: two series of aggregate rates by batch size (llama.cpp#3478,
// ik_llama.cpp discussion 164), rates by threads (llama-bench's README), two rates with too many threads (llama.cpp#13079).
// Left out: cores that differ from one another (E-cores, hyper-threads), NUMA, quantised caches, speculative decoding.

import type { Nanos } from '../../../units.ts'
import type { Model } from './models.ts'

/** The cores that a model's prompt rate is stated for. */
const STATED_CORES = 12

/** At 4096 tokens of context generation goes 0.82 and prompts 0.78 times as fast as at none [P]; linear between. */
const GENERATION_BY_CONTEXT = (1 / 0.82 - 1) / 4096
const PROMPT_BY_CONTEXT = (1 / 0.78 - 1) / 4096

/** A machine, and the constants of the fit. */
export interface Machine {
  /** Speed of a core relative to the nominal one. */
  readonly coreSpeed: number
  /** Bytes per second that all readers share. */
  readonly memoryBandwidth: number
  /** Bytes per second that one core can read. */
  readonly coreBandwidth: number
  /** p of the p-norm; infinite would be the plain maximum. */
  readonly exponent: number
  /** Share by which each further core makes computing costlier. */
  readonly contention: number
  /** Share by which each runnable thread more per core makes a step longer. */
  readonly oversubscription: number
}

/** The time of steps, under conditions that change. */
export class StepTime {
  /** Nanoseconds that each token of context adds to a step, for each token generated. */
  byContext = 0
  readonly #model: Model
  readonly #machine: Machine
  readonly #threads: number
  /** p-th power of the nanoseconds for reading the weights. */
  #reading = 0
  /** Nanoseconds for computing one token. */
  #token = 0
  #penalty = 1

  constructor(model: Model, machine: Machine, threads: number) {
    this.#model = model
    this.#machine = machine
    this.#threads = threads
  }

  /** From now on there are `cores` for the threads, `streams` runners share the memory's bandwidth, and all goes at a pace, usually 1. */
  under(cores: number, streams: number, pace = 1): void {
    const { weights, promptRate } = this.#model
    const { coreSpeed, memoryBandwidth, coreBandwidth, contention, oversubscription } = this.#machine
    const byCores = (weights / (cores * coreBandwidth)) * 1e9
    const byMemory = ((weights * streams) / memoryBandwidth) * 1e9
    const rate = promptRate * coreSpeed * (capacity(cores, contention) / capacity(STATED_CORES, contention))
    this.#reading = this.#power(byCores) + this.#power(byMemory)
    this.#token = 1e9 / rate
    this.#penalty = (1 + oversubscription * Math.max(0, this.#threads / cores - 1)) / pace
    this.byContext = GENERATION_BY_CONTEXT * this.step(1)
  }

  /** Nanoseconds, not whole, of a step with so many tokens, generated or of prompts, without attention. */
  step(tokens: number): Nanos {
    const sum = this.#reading + this.#power(tokens * this.#token)
    return this.#penalty * Math.exp(Math.log(sum) / this.#machine.exponent)
  }

  /** Nanoseconds, not whole, that attention adds for `tokens` of a prompt behind `context` others. */
  promptAttention(tokens: number, context: number): Nanos {
    return this.#penalty * this.#token * tokens * PROMPT_BY_CONTEXT * (context + tokens / 2)
  }

  #power(x: number): number {
    return Math.exp(this.#machine.exponent * Math.log(x))
  }
}

/** What n cores compute together, in cores that nobody disturbs. */
const capacity = (cores: number, contention: number): number =>
  cores / (1 + contention * Math.max(0, cores - 1))
