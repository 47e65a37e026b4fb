// A loaded model at work (llama-server): slots, those who wait for one, and steps of continuous batching. A step generates one
// token in each slot that has read its prompt, and reads prompts up to num_batch tokens in all; who comes meanwhile joins at its end.
// Steps that are alike but for the growing context are one event: when each of them ends has a closed form, so that a
// newcomer, or other cores than before, find the step under way where it is. Steps of single events would give the same times.

import { Fifo, QUEUE } from '../../../env/index.ts'
import { invariant } from '../../../errors.ts'
import type { EventTarget, Simulation } from '../../../kernel/simulation.ts'
import type { Nanos } from '../../../units.ts'
import type { Cpu, CpuGroup, CpuJob, CpuWaiter } from '../../cpu.ts'
import { fittingPrompt } from './context.ts'
import type { Generation } from './generation.ts'
import type { Observations } from './observations.ts'
import { chooseSlot, Slot } from './slot.ts'
import type { StepTime } from './step-time.ts'

/** The runner's threads hold cores from its first step to its last; when steps end is reckoned here, so the job itself never ends. */
const HELD_FOR: Nanos = 2 ** 52

export interface RunnerTerms {
  readonly id: number
  readonly simulation: Simulation
  readonly cpu: Cpu
  /** The process it belongs to. */
  readonly owner: object
  readonly group: CpuGroup
  readonly stepTime: StepTime
  readonly parallel: number
  readonly numCtx: number
  readonly numBatch: number
  readonly observations: Observations
  /** A request has ended, answered or given up, and needs the runner no more. */
  readonly ended: (generation: Generation) => void
}

export class Runner implements EventTarget, CpuWaiter {
  readonly id: number
  readonly group: CpuGroup
  readonly #terms: RunnerTerms
  readonly #slots: readonly Slot[]
  readonly #waiting = new Fifo<Generation>()
  readonly #ended: Generation[] = []
  #inUse = 0
  /** The threads' hold on the cores; undefined: idle. */
  #job: CpuJob | undefined
  /** Under what conditions; with no core it stands still. */
  #cores = 0
  #streams = 0
  #pace = 1
  /** The steps under way began here; of the first of them `#left` (a fraction) was still to do. */
  #startedAt: Nanos = 0
  #left = 1
  /** How many steps until the next event. */
  #steps = 0
  /** Slots that generate in these steps, and tokens in their contexts at the beginning. */
  #generating = 0
  #contexts = 0
  /** Nanoseconds of the first of these steps whole, and how much longer each is than the one before. */
  #first = 0
  #growth = 0
  #handle = -1

  constructor(terms: RunnerTerms) {
    this.id = terms.id
    this.group = terms.group
    this.#terms = terms
    this.#slots = Array.from({ length: terms.parallel }, () => new Slot(terms.numCtx))
    terms.group.speed = (cores, _threadsPerCore, streams, pace) => {
      this.#share(cores, streams, pace)
      return cores === 0 ? 0 : 1 / HELD_FOR
    }
    terms.observations.addSlots(terms.parallel)
  }

  /** Waits for a slot, without bound; the caller has been counted as waiting. */
  submit(generation: Generation): void {
    this.#waiting.push(generation)
    if (!this.#job) this.#begin()
    else if (this.#inUse < this.#slots.length) this.#cut()
  }

  /** The caller of a request is gone: one that waits leaves at once, one in a slot at the end of the step. */
  abandon(generation: Generation): void {
    if (this.#slots.some((slot) => slot.generation === generation)) {
      this.#cut()
      return
    }
    this.#terms.observations.waits(-1)
    this.#terms.ended(generation)
  }

  /** Unloads; only an idle runner is. */
  close(): void {
    invariant(this.#job === undefined && this.#inUse === 0, 'a runner at work was unloaded')
    this.#terms.observations.addSlots(-this.#slots.length)
  }

  crash(): void {
    this.#unschedule()
    this.#job = undefined
  }

  fire(): void {
    this.#handle = -1
    this.#boundary()
  }

  computed(): void {
    invariant(false, 'a runner held its cores for 52 days')
  }

  #begin(): void {
    const { cpu, group, owner } = this.#terms
    this.#job = cpu.run(group, 1, this, owner)
    this.#boundary()
  }

  /** A step has ended: what it gave, who leaves, who comes, and the next. */
  #boundary(): void {
    this.#advance(this.#steps)
    this.#release()
    this.#admit()
    if (this.#inUse > 0) this.#plan()
    else this.#idle()
    for (let generation = this.#ended.shift(); generation; generation = this.#ended.shift())
      this.#terms.ended(generation)
  }

  #idle(): void {
    this.#steps = 0
    this.#terms.cpu.cancel(this.#job!)
    this.#job = undefined
  }

  /** So many of the steps under way are done. */
  #advance(steps: number): void {
    if (steps === 0) return
    const now = this.#terms.simulation.now
    for (const slot of this.#slots) {
      if (slot.chunk > 0) {
        if (slot.read()) this.#firstToken(slot.generation!, now)
      } else if (slot.generating) slot.generate(steps)
    }
    this.#contexts += steps * this.#generating
    this.#steps -= steps
  }

  #firstToken(generation: Generation, now: Nanos): void {
    const { computed, request } = generation
    generation.firstTokenAt = now
    if (generation.gone) return
    const { observations, numCtx } = this.#terms
    const cached = fittingPrompt(request.promptTokens, numCtx) - computed
    observations.firstToken(now - generation.arrivedAt, computed, cached)
    if (generation.streamed) generation.envelope.head()
  }

  #release(): void {
    const { simulation, observations } = this.#terms
    for (const slot of this.#slots) {
      const { generation } = slot
      if (!generation || (!generation.gone && slot.outputsLeft > 0)) continue
      slot.free(simulation.now)
      this.#inUse--
      observations.usesSlots(-1)
      observations.generated(generation.generated)
      if (!generation.gone) generation.reply(simulation.now)
      this.#ended.push(generation)
    }
  }

  #admit(): void {
    const { simulation, observations } = this.#terms
    while (this.#inUse < this.#slots.length) {
      const generation = this.#waiting.shift()
      if (!generation) return
      if (generation.gone) continue
      chooseSlot(this.#slots, generation)!.take(generation)
      generation.startedAt = simulation.now
      generation.envelope.book(QUEUE)
      this.#inUse++
      observations.waits(-1)
      observations.usesSlots(1)
    }
  }

  /** Lays out the next steps: one while prompts are read, else all until a slot's end or the shift of its context. */
  #plan(): void {
    let steps = Number.POSITIVE_INFINITY
    this.#generating = 0
    this.#contexts = 0
    for (const slot of this.#slots) {
      if (!slot.generating) continue
      steps = Math.min(steps, slot.stepsAhead())
      this.#generating++
      this.#contexts += slot.context
    }
    let room = Math.max(1, this.#terms.numBatch - this.#generating)
    for (const slot of this.#slots) {
      if (slot.promptLeft === 0) continue
      slot.chunk = Math.min(slot.promptLeft, room)
      room -= slot.chunk
      steps = 1
    }
    this.#steps = steps
    this.#startedAt = this.#terms.simulation.now
    this.#left = 1
    this.#reckon()
    this.#schedule()
  }

  /** What the steps take under the conditions there are. */
  #reckon(): void {
    const { stepTime } = this.#terms
    let tokens = this.#generating
    let attention = stepTime.byContext * this.#contexts
    for (const slot of this.#slots) {
      if (slot.chunk === 0) continue
      tokens += slot.chunk
      attention += stepTime.promptAttention(slot.chunk, slot.context)
    }
    this.#first = stepTime.step(tokens) + attention
    this.#growth = stepTime.byContext * this.#generating
  }

  /** When, after their beginning, so many of the steps under way have ended. */
  #endOf(steps: number): Nanos {
    if (steps === 0) return 0
    const whole = steps * this.#first + (this.#growth * steps * (steps - 1)) / 2
    return Math.round(whole - (1 - this.#left) * this.#first)
  }

  /** How many of the steps under way, at most `#steps`, have ended by now. */
  #done(elapsed: Nanos): number {
    let done = 0
    for (let over = this.#steps + 1; over - done > 1; ) {
      const middle = Math.floor((done + over) / 2)
      if (this.#endOf(middle) <= elapsed) done = middle
      else over = middle
    }
    return done
  }

  /** Lets the steps under way end with the present one; at once if it has only begun. */
  #cut(): void {
    const elapsed = this.#elapsed()
    const done = this.#done(elapsed)
    const begun = elapsed > this.#endOf(done) || (done === 0 && this.#left < 1)
    const steps = begun ? Math.min(this.#steps, done + 1) : done
    if (steps === this.#steps) return
    this.#steps = steps
    this.#schedule()
  }

  /** Conditions have changed: the present step goes on with what is left of it. */
  #share(cores: number, streams: number, pace: number): void {
    if (cores === this.#cores && streams === this.#streams && pace === this.#pace) return
    const elapsed = this.#elapsed()
    const done = this.#done(elapsed)
    this.#cores = cores
    this.#streams = streams
    this.#pace = pace
    if (cores > 0) this.#terms.stepTime.under(cores, streams, pace)
    if (!this.#job || done === this.#steps) return
    const present = this.#first + done * this.#growth
    const since = elapsed - this.#endOf(done)
    if (since > 0) this.#left = Math.max(0, (done === 0 ? this.#left : 1) - since / present)
    else if (done > 0) this.#left = 1
    this.#advance(done)
    this.#startedAt = this.#terms.simulation.now
    if (cores > 0) this.#reckon()
    this.#schedule()
  }

  /** Time that the steps under way have had. */
  #elapsed(): Nanos {
    return this.#cores === 0 ? 0 : this.#terms.simulation.now - this.#startedAt
  }

  #schedule(): void {
    const { simulation } = this.#terms
    this.#unschedule()
    if (this.#cores === 0) return
    const at = Math.max(simulation.now, this.#startedAt + this.#endOf(this.#steps))
    this.#handle = simulation.schedule(at, this, 0)
  }

  #unschedule(): void {
    if (this.#handle >= 0) this.#terms.simulation.cancel(this.#handle)
    this.#handle = -1
  }
}
