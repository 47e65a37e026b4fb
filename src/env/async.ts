// Coordinators written with `async` and `await`: an adapter from promises to tasks. A promise goes on in a turn of the event loop,
// so the world has to stand still for one after every event that concerns such a coordinator: the same events and
// observations as of the same flow, at up to four times the real time. After a crash, promises of the life that has ended never settle.
// Left out: a handler whose caller has given up goes on to its end, and Promise.all leaves the others running where one fails (`all`
// calls them off); the account of a request books what it awaits as idle; what waits for the machine's own clock, disk or network
// (setTimeout, fetch) is not waited for.

import type { Parameters, Values } from '../parameters.ts'
import type { Nanos } from '../units.ts'
import type { Coordinator, CoordinatorDefinition } from './coordinator.ts'
import type { Address, Env, Message, Observation, Random, Request, Timer, Work } from './env.ts'
import { type Running, type Task, Wait, type Waiter } from './task.ts'

/** The port as `Env` has it, with promises for tasks. What is called begins at once, whether or not it is awaited. */
export interface AsyncEnv
  extends Pick<Env, 'self' | 'now' | 'clock' | 'random' | 'uuid' | 'send' | 'saved' | 'observe'> {
  /** Rejects with TimeoutError, UnreachableError or RefusedError. */
  call<R>(to: Address, request: Request<R>, timeout: Nanos): Promise<R>
  sleep(duration: Nanos): Promise<void>
  compute(work: Work): Promise<void>
  /** Rejects with RefusedError (507) where the disk is full. */
  save(state: unknown): Promise<void>
  after(delay: Nanos, then: () => void | Promise<void>): Timer
  /** Runs something beside; an error that it ends in is in the run's report. */
  spawn(work: () => Promise<void>, name: string): void
}

/** One instance of a coordinator, in one process. */
export interface AsyncCoordinator {
  start?(): Promise<void>
  receive?(from: Address, message: Message): void | Promise<void>
  handle?(from: Address, request: Request<unknown>): Promise<unknown>
}

export interface AsyncCoordinatorDefinition<P extends Parameters = Parameters>
  extends Omit<CoordinatorDefinition<P>, 'create' | 'promises'> {
  create(env: AsyncEnv, values: Values<P>): AsyncCoordinator
}

/** Declares a coordinator written with `async`; a scenario names it as any other. */
export const defineAsyncCoordinator = <const P extends Parameters>({
  create,
  ...definition
}: AsyncCoordinatorDefinition<P>): CoordinatorDefinition<P> => ({
  ...definition,
  promises: true,
  create: (env, values) => adapted(env, (asyncEnv) => create(asyncEnv, values)),
})

function adapted(env: Env, create: (env: AsyncEnv) => AsyncCoordinator): Coordinator {
  env.settle?.()
  const inner = create(new PromisedEnv(env))
  return {
    ...(inner.start ? { start: () => new Awaited(env, () => inner.start!()) } : {}),
    ...(inner.receive
      ? {
          receive(from, message) {
            env.settle?.()
            const result = inner.receive!(from, message)
            if (result) env.spawn(new Awaited(env, () => result), message.kind)
          },
        }
      : {}),
    ...(inner.handle
      ? { handle: (from, request) => new Awaited(env, () => inner.handle!(from, request)) }
      : {}),
  }
}

/** A task that waits for a promise, which is made when the task begins. */
class Awaited<T> extends Wait<T> {
  #waiter: Waiter | undefined

  constructor(
    readonly env: Env,
    readonly make: () => Promise<T>,
  ) {
    super()
  }

  start(waiter: Waiter): void {
    this.#waiter = waiter
    this.env.settle?.()
    let promise: Promise<T>
    try {
      promise = Promise.resolve(this.make())
    } catch (error) {
      waiter.scope.wakeFailed(waiter, error)
      return
    }
    promise.then(
      (value) => this.#waiter?.scope.wake(this.#waiter, value),
      (error: unknown) => this.#waiter?.scope.wakeFailed(this.#waiter, error),
    )
  }

  /** The promise goes on, and nobody waits for it. */
  cancel(): void {
    this.#waiter = undefined
  }
}

/** Waits for nothing: it ends with the life of its process. */
class Lifelong extends Wait<void> {
  start(): void {}
  cancel(): void {}
}

const nothing = (): void => {}

class PromisedEnv implements AsyncEnv {
  readonly #env: Env
  readonly #life: Running<void>

  constructor(env: Env) {
    this.#env = env
    this.#life = env.spawn(new Lifelong(), 'life')
  }

  get self(): Address {
    return this.#env.self
  }

  now(): Nanos {
    return this.#env.now()
  }

  clock(): Nanos {
    return this.#env.clock()
  }

  random(stream: string): Random {
    return this.#env.random(stream)
  }

  uuid(): string {
    return this.#env.uuid()
  }

  saved(): unknown {
    return this.#env.saved()
  }

  send(to: Address, message: Message): void {
    if (!this.#life.ended) this.#env.send(to, message)
  }

  observe(observation: Observation): void {
    if (!this.#life.ended) this.#env.observe(observation)
  }

  call<R>(to: Address, request: Request<R>, timeout: Nanos): Promise<R> {
    return this.#promise(() => this.#env.call(to, request, timeout), request.kind)
  }

  sleep(duration: Nanos): Promise<void> {
    return this.#promise(() => this.#env.sleep(duration), 'sleep')
  }

  compute(work: Work): Promise<void> {
    return this.#promise(() => this.#env.compute(work), 'compute')
  }

  save(state: unknown): Promise<void> {
    return this.#promise(() => this.#env.save(state), 'save')
  }

  after(delay: Nanos, then: () => void | Promise<void>): Timer {
    if (this.#life.ended) return { cancel: nothing }
    return this.#env.after(delay, () => {
      this.#env.settle?.()
      const result = then()
      if (result) this.#env.spawn(new Awaited(this.#env, () => result), 'a timer')
    })
  }

  spawn(work: () => Promise<void>, name: string): void {
    if (!this.#life.ended) this.#env.spawn(new Awaited(this.#env, work), name)
  }

  #promise<T>(task: () => Task<T>, name: string): Promise<T> {
    const promise = new Promise<T>((resolve, reject) => {
      if (this.#life.ended) return
      this.#env.spawn(task(), name).watch({
        ended: ({ state, value, error }) => {
          this.#env.settle?.()
          if (state === 'done') resolve(value as T)
          else reject(error)
        },
      })
    })
    // Whoever awaits it hears of it; that nobody has yet is no mistake.
    promise.catch(nothing)
    return promise
  }
}
