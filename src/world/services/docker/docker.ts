// A Docker engine: requests to it hold the daemon's thread for a moment, then cores of the host for what they start (exec,
// start), and act upon the containers of its hosts, which are the scenario's parts. While the daemon hangs or is down,
// nothing is answered, restarted or checked, and the containers run on (live-restore).
// [S] moby: restart policies, stop, kill, health checks (world/container*.ts). [P] exec and start (parameters.ts).
// Left out: networks, volumes, builds, layers, events, pausing, and of Swarm all but rolling updates.

import type { DockerReply, DockerRequest, UpdateRequest } from '../../../env/clients/docker.ts'
import { QUEUE, RefusedError } from '../../../env/index.ts'
import { createDistribution, type Distribution } from '../../../kernel/distributions/registry.ts'
import type { Nanos } from '../../../units.ts'
import { Container } from '../../container.ts'
import type { Envelope } from '../../envelope.ts'
import { defineService, type Service, type ServiceContext } from '../../service.ts'
import { Line, Place } from '../line.ts'
import { type Exec, Execs } from './exec.ts'
import { Hands, type Then } from './hands.ts'
import { Images } from './images.ts'
import { type DockerValues, metrics, parameters } from './parameters.ts'
import { rollingUpdate } from './rolling-update.ts'
import { isRunning, statusOf } from './status.ts'

export const docker = defineService({
  name: 'docker',
  meaning: 'a Docker engine: exec, start, stop and the like for the containers of its host',
  parameters,
  metrics,
  faults: { hang: 'the daemon answers nothing; containers run on, and none is restarted or checked' },
  create: (context, values) => new Docker(context, values),
})

/** A request in hand: waiting for its turn, or being worked on. */
class Job extends Place {
  working = false
  exec: Exec | undefined
  /** Calls off an exec whose command does not run yet; everything else goes on whoever asked. */
  callOff: (() => void) | undefined

  constructor(readonly request: Envelope) {
    super()
  }
}

class Docker implements Service {
  readonly #context: ServiceContext
  readonly #values: DockerValues
  readonly #exec: Distribution
  readonly #hands: Hands
  readonly #execs: Execs
  readonly #line = new Line<Job>()
  readonly #jobs = new Map<Envelope, Job>()
  readonly #queue
  readonly #execTime
  readonly #images: Images
  #busy = 0
  /** Requests that came while it hung. */
  #held: Envelope[] | undefined

  constructor(context: ServiceContext, values: DockerValues) {
    this.#context = context
    this.#values = values
    this.#exec = createDistribution(values.exec)
    this.#hands = new Hands(context, values)
    this.#execs = new Execs(
      context,
      ({ process }, cost, then) => this.#hands.work(process.host, process.cpuGroup, cost, then),
      ({ request }) => void this.#jobs.delete(request),
    )
    this.#queue = context.queueLevel()
    this.#queue.set(context.now(), 0)
    this.#execTime = context.recording('exec')
    this.#images = new Images(context, values.pullBandwidth)
  }

  begin(): void {
    const own = this.#context.process.supervisor
    if (own instanceof Container) own.underEngine = false
    for (const container of this.#hands.all()) container.engine.resume('down')
  }

  cost(): Nanos {
    return this.#values.cost
  }

  handle(request: Envelope): void {
    if (this.#held) {
      this.#held.push(request)
      return
    }
    const { concurrency } = this.#values
    const job = new Job(request)
    this.#jobs.set(request, job)
    if (concurrency > 0 && this.#busy >= concurrency) {
      this.#line.push(job)
      this.#queue.set(this.#context.now(), this.#line.length)
    } else this.#begin(job)
  }

  abandon(request: Envelope): void {
    this.#held = this.#held?.filter((each) => each !== request)
    const job = this.#jobs.get(request)
    if (!job) return
    if (!job.working) {
      this.#line.remove(job)
      this.#jobs.delete(request)
      this.#queue.set(this.#context.now(), this.#line.length)
    } else if (job.exec) this.#execs.orphan(job.exec)
    else if (job.callOff) {
      job.callOff()
      this.#over(job)
    }
  }

  fault(): () => void {
    for (const container of this.#hands.all()) container.engine.suspend('hang')
    this.#held ??= []
    return () => {
      const held = this.#held ?? []
      this.#held = undefined
      for (const container of this.#hands.all()) container.engine.resume('hang')
      for (const request of held) this.handle(request)
    }
  }

  crash(): void {
    for (const exec of [...this.#execs.running]) exec.forget()
    this.#queue.set(this.#context.now(), 0)
    for (const { engine } of this.#hands.all()) {
      engine.suspend('down')
      engine.resume('hang')
    }
  }

  #begin(job: Job): void {
    job.working = true
    job.request.book(QUEUE)
    this.#busy++
    const message = job.request.message as DockerRequest
    switch (message.kind) {
      case 'docker.ps':
        this.#answer(job, { kind: 'docker.containers', containers: this.#hands.all().map(statusOf) })
        break
      case 'docker.top':
        this.#answer(job, { kind: 'docker.processes', processes: this.#execs.list(message.container) })
        break
      case 'docker.reap':
        this.#answer(job, { kind: 'docker.reaped', processes: this.#execs.reap(message.exec) })
        break
      case 'docker.pull':
        this.#images.pull(message.image, message.length, (fresh) =>
          this.#answer(job, { kind: 'docker.pulled', fresh }),
        )
        break
      case 'docker.update':
        this.#update(job, message)
        break
      default: {
        const { container: name = '' } = message as { container?: string }
        const container = this.#hands.named(name)
        if (container) this.#act(job, container)
        else this.#refuse(job, 404, `No such container: ${name}`)
      }
    }
  }

  /** What is asked of one container. */
  #act(job: Job, container: Container): void {
    const { process } = container
    const message = job.request.message as DockerRequest
    const done: Then = (failure) => {
      if (failure !== undefined) this.#refuse(job, 500, failure)
      else this.#answer(job, { kind: 'docker.container', ...statusOf(container) })
    }
    switch (message.kind) {
      case 'docker.exec':
        this.#startExec(job, container)
        break
      case 'docker.inspect':
        done(undefined)
        break
      case 'docker.create':
        if (container.state !== 'removed')
          this.#refuse(job, 409, `The container name ${process.name} is already in use`)
        else {
          container.create()
          done(undefined)
        }
        break
      case 'docker.start':
        this.#hands.start(container, done)
        break
      case 'docker.stop':
        this.#hands.stop(container, message.grace, () => done(undefined))
        break
      case 'docker.restart':
        this.#hands.restart(container, message.grace, done)
        break
      case 'docker.kill':
      case 'docker.remove': {
        const removes = message.kind === 'docker.remove'
        if (isRunning(container) === removes)
          this.#refuse(job, 409, `Container ${process.name} is ${removes ? '' : 'not '}running`)
        else {
          if (removes) container.remove()
          else container.kill()
          done(undefined)
        }
        break
      }
      case 'docker.logs':
        this.#answer(job, { kind: 'docker.log', bytes: message.length })
        break
      case 'docker.stats': {
        const { used, limit } = process.memory
        this.#answer(job, { kind: 'docker.usage', memoryBytes: used, memoryLimitBytes: limit })
        break
      }
      default:
        this.#refuse(job, 404, `${this.#context.name} answers no ${message.kind}`)
    }
  }

  #startExec(job: Job, container: Container): void {
    const { process } = container
    const { request } = job
    const life = process.epoch
    const runs = () => isRunning(container) && process.epoch === life
    const refuse = () => this.#refuse(job, 409, `Container ${process.name} is not running`)
    if (!runs()) {
      refuse()
      return
    }
    const cost = Math.round(this.#exec.sample(this.#context.random('exec')))
    job.callOff = this.#hands.work(process.host, process.host.cpu.group(), cost, () => {
      request.paid(Math.round(cost / process.host.cpu.speed))
      if (!runs()) {
        refuse()
        return
      }
      const now = this.#context.now()
      this.#execTime.record(now, now - request.arrivedAt)
      this.#free()
      this.#execs.begin(container, request, (exec) => {
        job.exec = exec
      })
    })
  }

  #update(job: Job, { service, parallelism = 1, delay = 0, grace }: UpdateRequest): void {
    const containers = this.#hands.of(service)
    if (containers.length === 0) {
      this.#refuse(job, 404, `service ${service} not found`)
      return
    }
    rollingUpdate(containers, {
      parallelism,
      delay,
      restart: (container, then) => this.#hands.restart(container, grace, then),
      whenReady: (container, then) => container.whenReady(this.#hands.alive(then)),
      later: (time, then) => void this.#context.later(time, then),
      ended: (failure) => {
        if (failure !== undefined) this.#refuse(job, 500, `update paused: ${failure}`)
        else this.#answer(job, { kind: 'docker.updated', instances: containers.length })
      },
    })
  }

  #answer(job: Job, message: DockerReply): void {
    job.request.reply(message)
    this.#over(job)
  }

  #refuse(job: Job, status: number, why: string): void {
    job.request.refuse(new RefusedError(status, why))
    this.#over(job)
  }

  #over(job: Job): void {
    if (this.#jobs.delete(job.request)) this.#free()
  }

  /** The next may begin. */
  #free(): void {
    this.#busy--
    const next = this.#line.takeFirst()
    if (!next) return
    this.#queue.set(this.#context.now(), this.#line.length)
    this.#begin(next)
  }
}
