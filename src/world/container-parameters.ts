// What can be said of the container around a service or coordinator.

import {
  bytes,
  count,
  type DistributionSpec,
  distribution,
  duration,
  flag,
  list,
  number,
  optional,
  reference,
  type Values,
} from '../parameters.ts'
import { ms, type Nanos, seconds } from '../units.ts'
import { restartParameter } from './container-restart.ts'

const constant = (value: Nanos): DistributionSpec => ({ kind: 'constant', value })

export const healthParameters = {
  interval: duration({
    meaning: 'time from the start, and then from the end of each check, to the next',
    default: seconds(30),
    min: 1,
    source: '[S] moby daemon/health.go',
  }),
  timeout: duration({
    meaning: 'how long a check may take once its command runs',
    default: seconds(30),
    min: 1,
    source: '[S] moby daemon/health.go',
  }),
  retries: count({
    meaning: 'checks that fail in a row before it is unhealthy',
    default: 3,
    min: 1,
    source: '[S] moby daemon/health.go',
  }),
  startPeriod: duration({
    meaning: 'time from its start in which checks that fail do not count, until one has passed',
    default: 0,
    source: '[S] moby daemon/health.go',
  }),
  startInterval: duration({
    meaning: 'the interval within the start period, until a check has passed',
    default: seconds(5),
    min: 1,
    source: '[S] moby daemon/health.go',
  }),
  kill: flag({
    meaning:
      'whether it is killed when it becomes unhealthy, as Swarm does; what follows is up to its restart policy',
    default: false,
  }),
  cost: duration({
    meaning: 'core time of starting the command of a check (an exec) and running it, within the CPU limit',
    default: ms(250),
    source:
      '[D] the middle of 0.1 to 0.4 s of a docker exec; [P] checks every second take 25 % of a core (shuttle#427)',
  }),
} as const

/** Its memory. */
export const memoryParameters = {
  memory: optional(
    bytes({ meaning: 'memory limit of the container; beyond it, its process is killed', min: 1 }),
  ),
  memoryReservation: bytes({
    meaning: 'memory it is promised: who holds more is evicted first, where the host evicts',
    default: 0,
  }),
  baseMemory: bytes({ meaning: 'memory that the process takes when it begins', default: 0 }),
  oomScoreAdj: number({
    meaning:
      'thousandths of the memory of the host that are added to what it holds, when the kernel looks whom to kill; -1000: never',
    default: 0,
    min: -1000,
    max: 1000,
    source: '[S] Linux mm/oom_kill.c',
  }),
} as const

/** When a container starts, and what its end is followed by. */
export const lifeParameters = {
  start: distribution('ns', {
    meaning: 'time from docker start until the process runs',
    default: constant(0),
    source: '[P] 0.57 s on an SSD, 1.16 s on a hard disk (arXiv 2602.15214), where it matters',
  }),
  startsAt: duration({ meaning: 'when it is started, after the run has begun', default: 0 }),
  autostart: flag({
    meaning: 'whether it is started with the run; or else it is there, and somebody has to start it',
    default: true,
  }),
  dependsOn: optional(
    reference('any', {
      meaning:
        'services or coordinators it waits for before its first start: until healthy where they have checks, else until they run',
    }),
  ),
  needs: optional(
    reference('any', {
      meaning: 'services or coordinators without which its process ends at once, with code 1',
    }),
  ),
  restart: restartParameter,
  exitAfter: optional(
    distribution('ns', { meaning: 'the process ends by itself so long after it has begun, each time' }),
  ),
  exitCode: count({ meaning: 'with which code it then ends; 0 is no failure', default: 1, max: 255 }),
  stopTime: distribution('ns', {
    meaning: 'time from SIGTERM until it has ended, while it goes on; it is killed when the grace is over',
    default: constant(0),
  }),
  ports: list(count({ meaning: 'port of the host', min: 1, max: 65_535 }), {
    meaning: 'ports of the host it takes while it runs; if one is taken, it does not start',
    default: [],
    max: 1000,
  }),
  portStep: count({
    meaning: 'what is added to the ports for each further instance on a host',
    default: 0,
    max: 1000,
  }),
} as const

export type MemoryValues = Values<typeof memoryParameters>
export type LifeValues = Values<typeof lifeParameters>
export type HealthValues = Values<typeof healthParameters>
