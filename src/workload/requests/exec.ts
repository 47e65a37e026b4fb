// A command in a container, by a Docker engine's exec.

import type { ExecRequest } from '../../env/clients/docker.ts'
import { createDistribution } from '../../kernel/distributions/registry.ts'
import { bytes, count, type DistributionSpec, distribution, flag, text } from '../../parameters.ts'
import { defineRequest } from './request-kind.ts'

const nothing: DistributionSpec = { kind: 'constant', value: 0 }

export const exec = defineRequest({
  name: 'exec',
  meaning: 'a command in a container, by docker exec',
  parameters: {
    container: text({ meaning: 'the container: a service or coordinator of the scenario' }),
    instances: count({
      meaning: 'how many instances there are of it, one of which is drawn for each command',
      default: 1,
      min: 1,
      max: 1_000_000,
    }),
    cost: distribution('ns', {
      meaning: 'core time of the command, within the limits of the container',
      default: nothing,
    }),
    time: distribution('ns', { meaning: 'time that it takes besides', default: nothing }),
    memory: bytes({ meaning: 'memory that it holds while it runs', default: 0 }),
    detach: flag({ meaning: 'whether the answer comes as soon as it runs', default: false }),
  },
  create({ container, instances, cost, time, memory, detach }, streams) {
    const [costs, times] = [createDistribution(cost), createDistribution(time)]
    const instance = streams('instance')
    const drawn = { cost: streams('cost'), time: streams('time') }
    return (): ExecRequest => ({
      kind: 'docker.exec',
      container: instances === 1 ? container : `${container}.${instance.integer(instances) + 1}`,
      cost: Math.round(costs.sample(drawn.cost)),
      time: Math.round(times.sample(drawn.time)),
      ...(memory === 0 ? {} : { memory }),
      ...(detach ? { detach } : {}),
    })
  },
})
