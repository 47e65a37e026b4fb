// Which models are loaded (server/sched.go): one request after the other is taken from the pending queue, and what it needs (an
// eviction, a load) is waited for before the next is looked at, even if that one's model is loaded meanwhile or elsewhere.
// As in the source, who gives up while pending keeps its place in the queue until its turn comes, and an eviction under way
// is waited for until some model is unloaded, whichever it is.
// Left out: the ping of a runner before its use, weights that are still in the page cache.

import { Fifo, QUEUE } from '../../../env/index.ts'
import type { Nanos } from '../../../units.ts'
import type { CpuGroup } from '../../cpu.ts'
import type { ServiceContext } from '../../service.ts'
import { automaticBatch } from './context.ts'
import type { Generation } from './generation.ts'
import { Load } from './load.ts'
import { chooseVictim, LoadedModel } from './loaded-model.ts'
import type { Observations } from './observations.ts'
import { Runner } from './runner.ts'
import { type Machine, StepTime } from './step-time.ts'

/** A host without a GPU holds so many models where nothing is set [S]. */
const AUTOMATIC_MAX_LOADED = 3

export interface SchedulerTerms {
  readonly parallel: number
  readonly maxQueue: number
  readonly keepAlive: Nanos
  readonly maxLoadedModels: number
  readonly loadTimeout: Nanos
  readonly numBatch: number
  readonly machine: Machine
}

export class Scheduler {
  readonly #context: ServiceContext
  readonly #terms: SchedulerTerms
  readonly #observations: Observations
  readonly #pending = new Fifo<Generation>()
  readonly #loaded = new Map<string, LoadedModel>()
  /** The cores' terms by number of threads, used again when their runner is gone. */
  readonly #groups = new Map<number, CpuGroup[]>()
  /** The request that the scheduler is at. */
  #current: Generation | undefined
  #load: Load | undefined
  /** Unloads that the current request waits for. */
  #unloadsAwaited = 0

  constructor(context: ServiceContext, terms: SchedulerTerms, observations: Observations) {
    this.#context = context
    this.#terms = terms
    this.#observations = observations
  }

  get loaded(): Iterable<LoadedModel> {
    return this.#loaded.values()
  }

  submit(generation: Generation): void {
    const loaded = this.#loaded.get(generation.model.name)
    if (loaded && !loaded.mustReloadFor(generation)) {
      this.#observations.waits(1)
      this.#use(loaded, generation)
    } else if (this.#current === undefined) {
      this.#observations.waits(1)
      this.#current = generation
      this.#look()
      this.#next()
    } else if (this.#pending.length < this.#terms.maxQueue) {
      this.#observations.waits(1)
      this.#pending.push(generation)
      this.#observations.pending(this.#pending.length)
    } else {
      this.#observations.rejected()
      generation.refuse(503, 'server busy, please try again.  maximum pending requests exceeded')
    }
  }

  /** The caller has gone. */
  abandon(generation: Generation): void {
    generation.gone = true
    if (generation.user) {
      generation.user.runner.abandon(generation)
      return
    }
    this.#observations.waits(-1)
    if (generation !== this.#current || !this.#load) return
    // The load is aborted when health is polled next.
    const load = this.#load
    load.abort(() => {
      this.#abortLoad(load)
      this.#finish()
    })
  }

  /** An empty request with keep-alive 0: unloads the model as soon as it is idle. */
  expire(generation: Generation): void {
    const loaded = this.#loaded.get(generation.model.name)
    loaded?.use(0)
    loaded?.release()
    generation.readyAt = this.#context.now()
    generation.reply(generation.readyAt)
  }

  crash(): void {
    this.#load?.cancel()
    for (const { runner } of this.#loaded.values()) runner.crash()
  }

  /** Takes the pending requests in their order, until one has to wait. */
  #next(): void {
    while (this.#current === undefined) {
      const generation = this.#pending.shift()
      if (!generation) return
      this.#observations.pending(this.#pending.length)
      this.#current = generation
      this.#look()
    }
  }

  /** Done with the current request. */
  #finish(): void {
    this.#current = undefined
    this.#next()
  }

  /** Does what the current request needs next: nothing more, a load, or an eviction. */
  #look(): void {
    const generation = this.#current!
    if (generation.gone) {
      this.#current = undefined
      return
    }
    const maxLoaded = this.#terms.maxLoadedModels || AUTOMATIC_MAX_LOADED
    const same = this.#loaded.get(generation.model.name)
    if (same && !same.mustReloadFor(generation)) {
      this.#current = undefined
      this.#use(same, generation)
    } else if (same) this.#evict([same])
    else if (this.#loaded.size >= maxLoaded) this.#evict([chooseVictim(this.#loaded.values())])
    else this.#beginLoad(generation)
  }

  #evict(victims: readonly LoadedModel[]): void {
    this.#unloadsAwaited = victims.length
    for (const victim of victims) victim.evict()
  }

  #use(loaded: LoadedModel, generation: Generation): void {
    generation.readyAt = this.#context.now()
    loaded.use(generation.request.keepAlive)
    if (generation.request.promptTokens > 0) {
      generation.user = loaded
      loaded.runner.submit(generation)
      return
    }
    this.#observations.waits(-1)
    generation.envelope.book(QUEUE)
    generation.reply(generation.readyAt)
    loaded.release()
  }

  #ended(generation: Generation): void {
    const loaded = generation.user!
    generation.user = undefined
    loaded.release()
  }

  #unload(loaded: LoadedModel): void {
    this.#loaded.delete(loaded.model.name)
    loaded.runner.close()
    this.#groups.get(loaded.threads)!.push(loaded.runner.group)
    this.#context.release(loaded.memory)
    if (loaded.evictedAt !== undefined) this.#observations.evicted()
    if (this.#unloadsAwaited === 0 || --this.#unloadsAwaited > 0) return
    this.#look()
    this.#next()
  }

  /** Takes the memory there is and reads the file, beside whoever reads from the disk; where the memory ends before the model does, so does the load. */
  #beginLoad(generation: Generation): void {
    const { process } = this.#context
    const { weights, kvPerToken } = generation.model
    const needed = weights + kvPerToken * generation.numCtx * this.#terms.parallel
    const memory = Math.min(needed, Math.floor(process.memory.free))
    this.#context.allocate(memory)
    this.#load = new Load({
      context: this.#context,
      bytes: Math.min(weights, memory),
      memory,
      timeout: this.#terms.loadTimeout,
      read: () => {
        if (memory < needed) this.#runIntoLimit(needed)
        else this.#loads(generation, memory)
      },
      timedOut: () => this.#failLoad('timed out waiting for llama-server to start - '),
    })
  }

  #loads(generation: Generation, memory: number): void {
    const { model, numCtx, threads, request } = generation
    const load = this.#load!
    this.#load = undefined
    this.#observations.loaded(this.#context.now() - load.startedAt)
    const keepAlive = request.keepAlive ?? this.#terms.keepAlive
    const runner = this.#runner(generation)
    const loaded: LoadedModel = new LoadedModel(
      model,
      numCtx,
      threads,
      memory,
      runner,
      keepAlive,
      this.#context,
      () => this.#unload(loaded),
    )
    this.#loaded.set(model.name, loaded)
    this.#use(loaded, generation)
    this.#finish()
  }

  /** The memory is full: all others are evicted and the load tried once more, if there are any. */
  #runIntoLimit(needed: number): void {
    if (this.#loaded.size === 0) {
      this.#failLoad(`llama-server reported out-of-memory during startup: failed to allocate ${needed} bytes`)
      return
    }
    this.#abortLoad(this.#load!)
    this.#evict([...this.#loaded.values()])
    this.#next()
  }

  #failLoad(text: string): void {
    const generation = this.#current!
    this.#abortLoad(this.#load!)
    this.#observations.waits(-1)
    generation.envelope.book(QUEUE)
    generation.refuse(500, text)
    this.#finish()
  }

  #abortLoad(load: Load): void {
    this.#load = undefined
    this.#context.release(load.memory)
    this.#observations.loadFailed()
  }

  #runner({ model, numCtx, threads }: Generation): Runner {
    const { process, host } = this.#context
    const { parallel, numBatch } = this.#terms
    const memoryBandwidth = host.bulkBandwidth(process.cpuGroup.affinity, threads)
    const machine = { ...this.#terms.machine, memoryBandwidth }
    return new Runner({
      id: process.world.nextId(),
      simulation: process.world.simulation,
      cpu: host.cpu,
      owner: process,
      group: this.#group(threads),
      stepTime: new StepTime(model, machine, threads),
      parallel,
      numCtx,
      numBatch: numBatch || automaticBatch(numCtx * parallel),
      observations: this.#observations,
      ended: (generation) => this.#ended(generation),
    })
  }

  #group(threads: number): CpuGroup {
    const free = this.#groups.get(threads)
    if (!free) this.#groups.set(threads, [])
    const { affinity, cgroup } = this.#context.process.cpuGroup
    return free?.pop() ?? this.#context.host.cpu.ownGroup({ threads, affinity, cgroup })
  }
}
