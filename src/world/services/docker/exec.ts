// Commands in running containers. The command is a child of the engine's, not of whoever asked for it: when its caller goes
// away it runs on, as an orphan, until it ends by itself, somebody kills it or its container ends (runc#3359, moby#9098).

import type { ExecReply, ExecRequest, TopReply } from '../../../env/clients/docker.ts'
import type { Fact } from '../../../env/index.ts'
import type { Level } from '../../../observe/level.ts'
import type { Nanos } from '../../../units.ts'
import type { Container } from '../../container.ts'
import type { Envelope } from '../../envelope.ts'
import type { Process } from '../../process.ts'
import type { ServiceContext } from '../../service.ts'

const KILLED = 137

/** A command that runs. */
export class Exec {
  orphaned = false
  readonly startedAt: Nanos
  #stop: () => void = () => {}
  /** Memory that it has. */
  #held = 0
  #ended = false

  constructor(
    readonly id: string,
    readonly container: Container,
    readonly request: Envelope,
    readonly command: ExecRequest,
    readonly execs: Execs,
  ) {
    this.startedAt = execs.context.now()
  }

  begin(): void {
    const { container, command, execs } = this
    const { process } = container
    const { memory = 0, cost = 0 } = command
    container.endings.add(this.#killed)
    if (memory > 0 && !process.memory.allocate(execs.context.now(), memory)) {
      this.kill()
      return
    }
    this.#held = memory
    if (cost === 0) this.#wait()
    else this.#stop = execs.workIn(container, cost, () => this.#computed(cost))
  }

  kill(): void {
    this.#end(KILLED)
  }

  /** The engine is gone, and with it whoever would answer. */
  forget(): void {
    this.#ended = true
    this.#letGo()
  }

  readonly #killed = (): void => this.#end(KILLED)

  #computed(cost: Nanos): void {
    this.request.paid(Math.round(cost / this.container.process.host.cpu.speed))
    this.#wait()
  }

  #wait(): void {
    const { time = 0 } = this.command
    if (time === 0) this.#end(0)
    else this.#stop = this.execs.context.later(time, () => this.#end(0))
  }

  #end(exitCode: number): void {
    if (this.#ended) return
    this.#ended = true
    this.#letGo()
    this.answer(exitCode)
  }

  /** Nothing if it is answered. */
  answer(exitCode: number | null): void {
    const reply: ExecReply = { kind: 'docker.executed', exec: this.id, exitCode }
    this.request.reply(reply)
    this.execs.answered(this)
  }

  #letGo(): void {
    const { container, execs } = this
    container.endings.remove(this.#killed)
    this.#stop()
    // What a container held that has ended was given back with it.
    if (container.process.up) container.process.memory.release(execs.context.now(), this.#held)
    execs.ended(this)
  }
}

/** All commands that run. */
export class Execs {
  readonly #running = new Map<string, Exec>()
  readonly #orphans: Level
  readonly #begun
  readonly #orphaned
  #number = 0

  constructor(
    readonly context: ServiceContext,
    /** Core time in the container's name; returns the means to cancel. */
    readonly workIn: (container: Container, cost: Nanos, then: () => void) => () => void,
    /** Nobody waits for it any more. */
    readonly answered: (exec: Exec) => void,
  ) {
    this.#orphans = context.level('orphans', 'count', 'lower', 'commands whose caller has gone, at')
    this.#orphans.set(context.now(), 0)
    this.#begun = context.counter('execs')
    this.#orphaned = context.counter('orphaned')
  }

  get running(): Iterable<Exec> {
    return this.#running.values()
  }

  list(container: string | undefined): TopReply['processes'] {
    return [...this.#running.values()]
      .filter((exec) => container === undefined || exec.container.process.name === container)
      .map(({ id, container: { process }, orphaned, startedAt }) => ({
        exec: id,
        container: process.name,
        orphaned,
        startedAt,
      }))
  }

  /** `begun` has it before it can end. */
  begin(container: Container, request: Envelope, begun: (exec: Exec) => void): void {
    const command = request.message as ExecRequest
    const id = `${container.process.name}/exec-${++this.#number}`
    const exec = new Exec(id, container, request, command, this)
    this.#running.set(id, exec)
    begun(exec)
    this.#begun.add(this.context.now())
    // In charge of it is whoever waits for it.
    this.#say(command.detach ? container.process : request.from, { fact: 'spawned', child: id })
    if (command.detach) exec.answer(null)
    exec.begin()
  }

  /** Who asked for it has gone. */
  orphan(exec: Exec): void {
    exec.orphaned = true
    this.#orphaned.add(this.context.now())
    this.#orphans.add(this.context.now(), 1)
  }

  ended(exec: Exec): void {
    this.#running.delete(exec.id)
    if (exec.orphaned) this.#orphans.add(this.context.now(), -1)
    this.#say(exec.container.process, { fact: 'reaped', child: exec.id })
  }

  /** Kills one, or all orphans; how many there were. */
  reap(id: string | undefined): number {
    const chosen = [...this.#running.values()].filter((exec) =>
      id === undefined ? exec.orphaned : exec.id === id,
    )
    for (const exec of chosen) exec.kill()
    return chosen.length
  }

  #say(process: Process, fact: Fact): void {
    process.world.said(process, fact)
  }
}
