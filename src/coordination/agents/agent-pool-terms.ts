// What can be set on a pool of agents.

import {
  bytes,
  count,
  duration,
  flag,
  list,
  map,
  number,
  optional,
  rate,
  ratio,
  record,
  reference,
  text,
  type Values,
} from '../../parameters.ts'
import { MiB, minutes, ms, seconds } from '../../units.ts'

const forecast = record(
  {
    interval: duration({ meaning: 'requests are counted by the interval', default: seconds(1), min: 1 }),
    lead: duration({
      meaning: 'warm agents are to suffice for the requests of so long: what it takes to bring another up',
      default: ms(150),
      min: 1,
      source: 'OM-01',
    }),
    levelWeight: ratio({ meaning: 'α of Holt’s method', default: 0.5, source: '[G]' }),
    trendWeight: ratio({ meaning: 'β of Holt’s method', default: 0.1, source: '[G]' }),
    safety: number({
      meaning: 'standard deviations of a Poisson number that are kept beyond what is expected',
      default: 2,
      min: 0,
      source: '[D] 2: enough in 97.7 % of the intervals',
    }),
  },
  {
    meaning: 'how demand is forecast, where warm-most is above warm',
    default: { interval: seconds(1), lead: ms(150), levelWeight: 0.5, trendWeight: 0.1, safety: 2 },
  },
)

export const agentPoolParameters = {
  server: optional(reference('service', { meaning: 'the MCP server whose agent_spawn brings an agent up' })),
  docker: optional(
    reference('service', { meaning: 'the Docker engine that starts and stops the agents’ containers' }),
  ),
  agents: optional(
    reference('any', {
      meaning:
        'the processes that agents live in, one each, which do their tasks; left out: a task takes its time and nothing else',
    }),
  ),
  spawnTime: duration({
    meaning: 'time to bring an agent up where neither an MCP server nor Docker does',
    default: ms(150),
    source: 'OM-01',
  }),
  spawnTimeout: duration({ meaning: 'time limit of bringing one up', default: seconds(60), min: 1 }),
  retry: duration({
    meaning: 'pause after a start that came to nothing',
    default: seconds(1),
    min: 1,
    source: '[G]',
  }),
  capacity: count({
    meaning: 'agents at most, and not more than there are processes for them',
    default: 100,
    min: 1,
    max: 100_000,
    source: 'OllamaMax: queue of 100',
  }),
  limit: count({ meaning: 'tasks that an agent does at once', default: 1, min: 1 }),
  queue: count({
    meaning: 'requests that may wait for an agent; more are refused with 429',
    default: 1000,
    source: '[G]',
  }),
  patience: duration({
    meaning: 'how long a request waits for an agent until it is refused with 503',
    default: seconds(30),
    min: 1,
    source: '[G]',
  }),
  initial: map(count({ meaning: 'how many' }), {
    meaning: 'agents that are brought up at the beginning, by capability',
    default: {},
  }),
  concurrency: count({ meaning: 'of these, brought up at a time', default: 1000, min: 1 }),
  reuse: flag({
    meaning: 'whether an agent serves one request after another; or else it ends with its first',
    default: true,
  }),
  idleFor: duration({
    meaning: 'an agent that has been idle for so long ends; 0s: never',
    default: minutes(5),
    source: '[G]',
  }),
  warm: count({
    meaning: 'warm agents that are kept: up, but without a capability until a template is applied',
    default: 0,
    source: 'OllamaMax: 20 to 30',
  }),
  warmMost: optional(
    count({
      meaning: 'warm agents at most: as many are kept as the forecast of demand says, from warm to this',
    }),
  ),
  refill: rate({
    meaning: 'warm agents brought up in the place of those that were taken, at most',
    default: 20,
    min: 1e-6,
    source: '[G]',
  }),
  template: duration({
    meaning: 'time that it takes to apply a template to a warm agent',
    default: ms(5),
    source:
      '[G] an exchange over HTTP with a Node server takes 1.7 ms of its thread; the rest is the agent’s',
  }),
  templates: optional(
    list(text({ meaning: 'a capability' }), {
      meaning: 'capabilities for which there is a template; left out: for all',
    }),
  ),
  forecast,
  work: duration({ meaning: 'time of a task that states none', default: seconds(1) }),
  timeout: duration({ meaning: 'time limit of a task in its agent’s process', default: minutes(10), min: 1 }),
  attempts: count({ meaning: 'agents that a task is given to, if they break', default: 2, min: 1 }),
  healthEvery: duration({
    meaning: 'idle agents that live in processes are asked for their health so often; 0s: never',
    default: seconds(10),
    source: '[G]',
  }),
  healthTimeout: duration({
    meaning: 'how long an answer may take',
    default: seconds(1),
    min: 1,
    source: '[G]',
  }),
  healthRetries: count({
    meaning: 'answers missing in a row until an agent is given up',
    default: 3,
    min: 1,
    source: '[S] moby daemon/health.go has 3',
  }),
  agentMemory: bytes({
    meaning: 'memory of an agent, for the figure of what idle ones hold',
    default: 256 * MiB,
    source: '[G]',
  }),
  connections: count({
    meaning: 'connections to the MCP server, kept; 0: a new one for each message',
    default: 1,
  }),
  inFlight: count({ meaning: 'messages outstanding on one of them', default: 1000, min: 1 }),
  linger: duration({
    meaning:
      'spawns that come within this time of one another go to the MCP server in one batch; 0s: each by itself',
    default: 0,
  }),
} as const

export type AgentPoolValues = Values<typeof agentPoolParameters>
