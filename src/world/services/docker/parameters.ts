// What can be set on a Docker engine, and what it observes.

import {
  bandwidth,
  count,
  distribution,
  duration,
  optional,
  reference,
  type Values,
} from '../../../parameters.ts'
import { ms, seconds, us } from '../../../units.ts'

export const parameters = {
  hosts: optional(
    reference('host', {
      meaning: 'the hosts whose containers it acts on, as a manager of a swarm does. Left out: its own',
    }),
  ),
  cost: duration({
    meaning: 'core time of the daemon for taking a request and writing its reply',
    default: us(500),
    source: '[G] a request over HTTP with a JSON answer',
  }),
  exec: distribution('ns', {
    meaning:
      'core time of starting a command by exec (daemon, containerd, shim, runc), outside the limits of the container: on a busy host it takes longer',
    default: { kind: 'uniform', low: ms(100), high: ms(400) },
    source:
      '[P] docker exec 0.1 to 0.4 s, seconds on a loaded host; a second and more with 50 execs a second (moby#43480), failures above 20 a second (moby#33933): it is core time',
  }),
  startCost: duration({
    meaning: 'core time of starting a container',
    default: ms(100),
    source: '[G]',
  }),
  startTime: distribution('ns', {
    meaning: 'time of starting a container besides, mostly for its file systems',
    default: { kind: 'constant', value: ms(470) },
    source: '[P] a container starts in 0.57 s on an SSD, 1.16 s on a hard disk (arXiv 2602.15214)',
  }),
  concurrency: count({
    meaning: 'requests it works on at once; more wait. 0: no limit',
    default: 0,
    source: '[S] moby: the engine has none of its own',
  }),
  grace: duration({
    meaning: 'time from SIGTERM to SIGKILL where a request does not say',
    default: seconds(10),
    source: '[S] docker stop',
  }),
  pullBandwidth: bandwidth({
    meaning: 'bandwidth to the registry; pulls follow one another',
    default: 12.5e6,
    min: 1,
    source: '[G] 100 Mbit/s',
  }),
} as const

export const metrics = {
  execs: { observed: 'count', unit: 'count', better: 'neither', meaning: 'commands started by exec' },
  exec: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time from the arrival of an exec until its command runs',
  },
  orphaned: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'commands started by exec whose caller went away before their end',
  },
} as const

export type DockerValues = Values<typeof parameters>
