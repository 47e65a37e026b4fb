// Requests to a Docker engine, as far as coordinators use it. Containers are named as the scenario's parts and their
// instances are: `redis`, `agent.7`. Refusals carry the status of the Engine API: 404 no such container, 409 it is not in a
// state for that, 500 it could not be started.

import type { Nanos } from '../../units.ts'
import type { Message, Request } from '../env.ts'

/** `docker exec`: a command in a running container. */
export interface ExecRequest extends Request<ExecReply> {
  readonly kind: 'docker.exec'
  readonly container: string
  /** Core time of the command, within the container's limits. Default 0. */
  readonly cost?: Nanos
  /** Time that the command takes besides, waiting for others. Default 0. */
  readonly time?: Nanos
  /** Memory that it holds while it runs, within the container's limit. Bytes. */
  readonly memory?: number
  /** Answered as soon as it runs; the command goes on by itself. */
  readonly detach?: boolean
}

export interface ExecReply extends Message {
  readonly kind: 'docker.executed'
  /** Names the command's process for `docker.reap`. */
  readonly exec: string
  /** `null`: it runs detached; 137: it was killed, or its container ended. */
  readonly exitCode: number | null
}

/** `docker create`, `start`, `kill`, `rm`. Starting what runs and stopping what does not is no mistake. */
export interface LifecycleRequest extends Request<ContainerReply> {
  readonly kind: 'docker.create' | 'docker.start' | 'docker.kill' | 'docker.remove'
  readonly container: string
}

/** `docker stop`, `restart`: SIGTERM, and SIGKILL after the grace. */
export interface StopRequest extends Request<ContainerReply> {
  readonly kind: 'docker.stop' | 'docker.restart'
  readonly container: string
  /** Default: the engine's, 10 s. */
  readonly grace?: Nanos
}

export interface InspectRequest extends Request<ContainerReply> {
  readonly kind: 'docker.inspect'
  readonly container: string
}

export interface ContainerReply extends Message, ContainerStatus {
  readonly kind: 'docker.container'
}

export interface ContainerStatus {
  readonly container: string
  readonly state: 'created' | 'running' | 'restarting' | 'exited'
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy'
  readonly exitCode: number
  readonly oomKilled: boolean
  /** By its restart policy. */
  readonly restarts: number
  /** Nanoseconds since the run began. */
  readonly startedAt: Nanos
  /** Why it did not start. */
  readonly error?: string
}

/** `docker ps -a`. */
export interface ListRequest extends Request<ListReply> {
  readonly kind: 'docker.ps'
}

export interface ListReply extends Message {
  readonly kind: 'docker.containers'
  readonly containers: readonly ContainerStatus[]
}

/** `docker logs --tail`: so many bytes of them. */
export interface LogsRequest extends Request<LogsReply> {
  readonly kind: 'docker.logs'
  readonly container: string
  readonly length: number
}

export interface LogsReply extends Message {
  readonly kind: 'docker.log'
}

/** `docker stats --no-stream`. */
export interface StatsRequest extends Request<StatsReply> {
  readonly kind: 'docker.stats'
  readonly container: string
}

export interface StatsReply extends Message {
  readonly kind: 'docker.usage'
  readonly memoryBytes: number
  /** Infinity: none. */
  readonly memoryLimitBytes: number
}

/** `docker top`: the processes that were started by exec and have not ended. */
export interface TopRequest extends Request<TopReply> {
  readonly kind: 'docker.top'
  /** Default: of all containers. */
  readonly container?: string
}

export interface TopReply extends Message {
  readonly kind: 'docker.processes'
  readonly processes: readonly {
    readonly exec: string
    readonly container: string
    /** Who asked for it has gone. */
    readonly orphaned: boolean
    readonly startedAt: Nanos
  }[]
}

/** Kills processes that were started by exec (as a kill in the container does, which Docker has no command for). */
export interface ReapRequest extends Request<ReapReply> {
  readonly kind: 'docker.reap'
  /** Left out: all that are orphaned. */
  readonly exec?: string
}

export interface ReapReply extends Message {
  readonly kind: 'docker.reaped'
  readonly processes: number
}

/** `docker pull`; an image that is there costs nothing but the question. */
export interface PullRequest extends Request<PullReply> {
  readonly kind: 'docker.pull'
  readonly image: string
  /** Size of its layers as they are transferred. */
  readonly length: number
}

export interface PullReply extends Message {
  readonly kind: 'docker.pulled'
  /** It was not there. */
  readonly fresh: boolean
}

/** `docker service update --force`: all instances of a part are stopped and started again, some at a time. */
export interface UpdateRequest extends Request<UpdateReply> {
  readonly kind: 'docker.update'
  readonly service: string
  /** Instances at a time; 0: all at once. Default 1. */
  readonly parallelism?: number
  /** Time between the end of one batch and the next. Default 0. */
  readonly delay?: Nanos
  readonly grace?: Nanos
}

export interface UpdateReply extends Message {
  readonly kind: 'docker.updated'
  readonly instances: number
}

export type DockerRequest =
  | ExecRequest
  | LifecycleRequest
  | StopRequest
  | InspectRequest
  | ListRequest
  | LogsRequest
  | StatsRequest
  | TopRequest
  | ReapRequest
  | PullRequest
  | UpdateRequest

export type DockerReply =
  | ExecReply
  | ContainerReply
  | ListReply
  | LogsReply
  | StatsReply
  | TopReply
  | ReapReply
  | PullReply
  | UpdateReply
