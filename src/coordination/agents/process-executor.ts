// The process executor of Autoresearch (spec: system 5): a job of which a fraction is serial and the rest is split evenly
// over P workers; rounds (`loops`) one after the other. Its speedup is what Amdahl's law bounds (AR-04).

import { all, defineCoordinator, type JobRequest, type Task } from '../../env/index.ts'
import { ScenarioError } from '../../errors.ts'
import { count, duration, ratio, reference } from '../../parameters.ts'
import { hours, seconds } from '../../units.ts'

export const processExecutor = defineCoordinator({
  name: 'process-executor',
  meaning: 'does a job in rounds: a serial part by itself, the rest split evenly over its workers',
  parameters: {
    workers: reference('coordinator', { meaning: 'the workers that share the parallel part' }),
    use: count({ meaning: 'how many of the workers to use; 0: all', default: 0 }),
    work: duration({ meaning: 'core time of the whole job', default: seconds(60), min: 1 }),
    serial: ratio({ meaning: 'fraction of the work that only the executor can do', default: 0.05 }),
    loops: count({ meaning: 'rounds the job is cut into', default: 10, min: 1 }),
    timeout: duration({ meaning: 'time limit of a worker’s share', default: hours(1), min: 1 }),
  },
  metrics: {
    makespan: {
      observed: 'value',
      unit: 'ns',
      better: 'lower',
      meaning: 'from the start of the job to its end',
    },
  },
  create: (env, { workers, use, work, serial, loops, timeout }) => {
    if (use > workers.length)
      throw new ScenarioError(
        `invalid use of process-executor: ${use}; expected at most the ${workers.length} workers that it has`,
      )
    const used = use === 0 ? workers : workers.slice(0, use)
    const share: JobRequest = {
      kind: 'job',
      service: Math.round((work * (1 - serial)) / loops / used.length),
    }
    return {
      *start(): Task<void> {
        const begun = env.now()
        for (let loop = 0; loop < loops; loop++) {
          yield* env.compute({ cost: Math.round((work * serial) / loops) })
          yield* all(used.map((worker) => env.call(worker, share, timeout)))
        }
        env.observe({ kind: 'value', metric: 'makespan', value: env.now() - begun })
      },
    }
  },
})
