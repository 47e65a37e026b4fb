// Services alone in a small data centre, and clients that keep what came of each request and where its time went.

import { Account, type Message, type Waiter } from '../../../src/env/index.ts'
import { kebab, type Values } from '../../../src/parameters.ts'
import { Call, type CallTerms } from '../../../src/world/call.ts'
import type { Process } from '../../../src/world/process.ts'
import { ServiceBehaviour, ServiceContext, type ServiceDefinition } from '../../../src/world/service.ts'
import type { World } from '../../../src/world/world.ts'

/** A service's values: what is given, else the declared default. */
export function valuesOf<D extends ServiceDefinition>(
  definition: D,
  given: Readonly<Record<string, unknown>>,
): Values<D['parameters']> {
  const values: Record<string, unknown> = { ...given }
  for (const [name, parameter] of Object.entries(definition.parameters)) {
    if (name in given || parameter.optional) continue
    if (!('default' in parameter)) throw new Error(`missing ${kebab(name)}`)
    values[name] = parameter.default
  }
  return values as Values<D['parameters']>
}

// biome-ignore lint/suspicious/noExplicitAny: definitions of all parameters
type AnyDefinition = ServiceDefinition<any>

export function addService(
  world: World,
  host: string,
  name: string,
  definition: AnyDefinition,
  given: Readonly<Record<string, unknown>> = {},
): Process {
  const process = world.addProcess(world.hosts.get(host)!, name, name)
  const context = new ServiceContext(process, world.recorder, definition.metrics)
  const values = valuesOf(definition, given)
  process.behaviour = new ServiceBehaviour(() => definition.create(context, values))
  process.begin()
  return process
}

/** A process that only asks. */
export function addClient(world: World, host: string, name = 'client'): Process {
  const process = world.addProcess(world.hosts.get(host)!, name, name)
  process.behaviour = { cost: () => 0, begin() {}, deliver() {} }
  return process
}

/** One request and what came of it. */
export class Asked<R extends Message = Message> implements Waiter {
  readonly account = new Account()
  readonly sentAt: number
  reply: R | undefined
  error: (Error & { status?: number }) | undefined
  endedAt = -1
  headAt = -1
  readonly #call: Call<R>

  constructor(
    readonly scope: Process,
    readonly to: Process,
    readonly message: Message,
    terms: Partial<CallTerms> = {},
    public ended: (asked: Asked<R>) => void = () => {},
  ) {
    this.sentAt = scope.now()
    const onHead = () => {
      this.headAt = scope.now()
    }
    this.#call = new Call<R>(scope, to, scope.world.sealed(message), { timeout: 1e15, onHead, ...terms })
    this.#call.start(this)
  }

  get latency(): number {
    return this.endedAt - this.sentAt
  }

  cancel(): void {
    this.#call.cancel()
  }

  resume(reply: unknown): void {
    this.reply = reply as R
    this.#end()
  }

  fail(error: unknown): void {
    this.error = error as Error
    this.#end()
  }

  #end(): void {
    this.endedAt = this.scope.now()
    this.#call.attribute(this.account, this.latency)
    this.ended(this)
  }
}

/** Does something at a time, in nobody's name. */
export function at(world: World, time: number, then: () => void): void {
  world.simulation.schedule(time, { id: 0, fire: then }, 0)
}

/** The value of a metric at this instant. */
export const metric = (world: World, name: string): number | null => {
  const { metrics } = world.recorder.finish(world.simulation.now)
  if (!(name in metrics)) throw new Error(`no metric ${name}; known: ${Object.keys(metrics).join(', ')}`)
  return metrics[name]!.value
}

/** Mean of a correlated series, and its standard error by batch means. */
export function batchMeans(
  values: readonly number[],
  batches = 40,
): { readonly mean: number; readonly error: number } {
  const size = Math.floor(values.length / batches)
  const means = Array.from({ length: batches }, (_, i) => {
    let sum = 0
    for (let j = i * size; j < (i + 1) * size; j++) sum += values[j]!
    return sum / size
  })
  const mean = means.reduce((sum, m) => sum + m, 0) / batches
  const variance = means.reduce((sum, m) => sum + (m - mean) ** 2, 0) / (batches - 1)
  return { mean, error: Math.sqrt(variance / batches) }
}
