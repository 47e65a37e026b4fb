// The handlers of the coordinators, on a stage: real code, with peers and answers as they would come.

import { processExecutor } from '../../coordination/agents/process-executor.ts'
import { swarmSetup } from '../../coordination/agents/swarm-setup.ts'
import { worker } from '../../coordination/agents/worker.ts'
import { dispatcher } from '../../coordination/allocation/dispatcher.ts'
import { specialist } from '../../coordination/allocation/specialist.ts'
import { taskDistributor } from '../../coordination/allocation/task-distributor.ts'
import { raftElection } from '../../coordination/election/raft-election.ts'
import { pipeline } from '../../coordination/messaging/pipeline.ts'
import type { Message, RedisCommand, RedisRequest, RedisValue, ToolBatchRequest } from '../../env/index.ts'
import type { StageBench } from './bench.ts'
import { type Answers, Stage } from './stage.ts'

export const named = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `${name}.${i + 1}` }))

export const JOB = { kind: 'job', service: 1000 } as const
const GENERATE = { kind: 'ollama.generate', model: 'llama3.2:3b', promptTokens: 512, outputTokens: 128 }
const GENERATED = {
  kind: 'ollama.generated',
  model: 'llama3.2:3b',
  totalDuration: 1,
  loadDuration: 0,
  promptEvalCount: 512,
  promptEvalDuration: 1,
  evalCount: 128,
  evalDuration: 1,
  firstTokenAfter: 1,
}

/** A master without a cluster, whose every value is 1. */
function redisValue({ command, args }: RedisCommand): RedisValue {
  if (command === 'CLUSTER') return { error: 'ERR This instance has cluster support disabled' }
  if (command === 'ROLE') return ['master', 0, []]
  // Carried out now, one value each.
  if (command === 'FCALL') return [1, Array.from({ length: Number(args[1]) }, () => 1)]
  return 1
}

/** What services answer at once. */
export const services: Answers = (request) => {
  switch (request.kind) {
    case 'redis':
      return { kind: 'redis.reply', values: (request as RedisRequest).commands.map(redisValue) } as Message
    case 'ollama.generate':
      return GENERATED
    case 'job':
      return { kind: 'job.done' }
    case 'skills':
      return { kind: 'skills.told', skills: { code: 0.9, text: 0.5 } } as Message
    case 'mcp.call':
      return { kind: 'mcp.result', tool: 'agent_spawn', content: { ok: true } } as Message
    case 'mcp.batch': {
      const { calls } = request as ToolBatchRequest
      const results = calls.map(({ tool }) => ({ kind: 'mcp.result', tool, content: { ok: true } }))
      return { kind: 'mcp.batch-result', results } as Message
    }
    case 'mcp.connect':
      return { kind: 'mcp.connected' }
    case 'amqp.consume':
      return { kind: 'amqp.done' }
    default:
      return undefined
  }
}

/** One coordinator that is asked again and again. */
export function asked(stage: Stage, requests: readonly Message[], atOnce = 50) {
  let turn = 0
  stage.begin()
  stage.settle()
  return {
    stage,
    drive() {
      for (let i = 0; i < atOnce; i++) stage.ask('one', requests[turn++ % requests.length]!)
      stage.settle()
    },
  }
}

export const flat = { others: '1' } as const

const raft: StageBench = {
  coordinator: 'raft-election',
  size: 'members',
  sizes: [3, 5, 16, 64],
  growth: { others: '1', timer: 'n' },
  prepare(size) {
    const stage = new Stage()
    const members = named('one', size)
    for (const { name } of members) stage.add(name, raftElection, { members })
    stage.begin()
    let turn = 0
    return {
      stage,
      drive() {
        // Heartbeats, and now and then a member that stands for election though the leader lives.
        for (let i = 0; i < 20; i++) {
          stage.step()
          stage.settle()
        }
        const { name } = members[turn++ % size]!
        const ask = { kind: 'election.ask', term: 1_000_000 + turn, log: 0 } as Message
        for (const other of members) if (other.name !== name) stage.tell(other.name, ask, name)
        stage.settle()
      },
    }
  },
}

const dispatching: StageBench = {
  coordinator: 'dispatcher',
  size: 'workers',
  sizes: [1, 4, 16, 64],
  growth: { others: '1', 'redis.reply': 'n' },
  prepare(size) {
    const stage = new Stage(services)
    stage.add('one', dispatcher, { workers: named('worker', size), state: named('redis', 1) })
    return asked(stage, [GENERATE])
  },
}

const pipelining: StageBench = {
  coordinator: 'pipeline',
  sizes: [1],
  growth: flat,
  prepare() {
    const stage = new Stage(services)
    const step = {
      ask: named('ollama', 1),
      request: () => GENERATE,
      timeout: 1e9,
      retries: 0,
      pause: 0,
      optional: false,
      compute: 0,
      beside: false,
    }
    stage.add('one', pipeline, { steps: [step, step, { ...step, beside: true }] })
    return asked(stage, [JOB])
  },
}

const working: StageBench = {
  coordinator: 'worker',
  sizes: [1],
  growth: flat,
  prepare() {
    const stage = new Stage()
    stage.add('one', worker, {})
    return asked(stage, [JOB])
  },
}

const specialising: StageBench = {
  coordinator: 'specialist',
  sizes: [1],
  growth: flat,
  prepare() {
    const stage = new Stage()
    stage.add('one', specialist, { skills: { code: 0.9, text: 0.5 } })
    const job: Message = { ...JOB, capability: 'text' } as Message
    return asked(stage, [job, job, job, { kind: 'skills' }])
  },
}

const executing: StageBench = {
  coordinator: 'process-executor',
  size: 'workers',
  sizes: [1, 12, 96],
  growth: flat,
  prepare(size) {
    const stage = new Stage(services)
    stage.add('one', processExecutor, { workers: named('worker', size), loops: 1e9 })
    stage.begin()
    return {
      stage,
      drive() {
        for (let i = 0; i < 200; i++) stage.step()
      },
    }
  },
}

const distributing: StageBench = {
  coordinator: 'task-distributor',
  size: 'agents',
  sizes: [1, 8, 64],
  growth: { others: '1', timer: 'n' },
  prepare(size) {
    const stage = new Stage(services)
    stage.add('one', taskDistributor, { agents: named('agent', size), method: 'round-robin' })
    stage.begin()
    stage.settle()
    const jobs = ['code', 'text', 'code'].map((capability) => ({ ...JOB, capability }))
    return {
      stage,
      drive() {
        for (let i = 0; i < 20; i++) stage.ask('one', jobs[i % 3]!)
        stage.settle()
        // The window closes.
        stage.step()
        stage.settle()
      },
    }
  },
}

const settingUp: StageBench = {
  coordinator: 'swarm-setup',
  sizes: [1],
  growth: flat,
  prepare() {
    const stage = new Stage(services)
    const terms = { server: named('mcp', 1), agents: 54, mode: 'concurrent', cycles: 10 }
    return {
      stage,
      drive() {
        stage.add('one', swarmSetup, terms)
        stage.begin('one')
        stage.settle()
      },
    }
  },
}

export const coordinatorBenches: readonly StageBench[] = [
  dispatching,
  distributing,
  executing,
  pipelining,
  raft,
  settingUp,
  specialising,
  working,
]
