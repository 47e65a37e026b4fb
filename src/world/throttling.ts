// How often and how long processes of a part stand still because the core time of their cgroup's period is used up
// (nr_throttled and throttled_usec of cpu.stat).

import type { Process } from './process.ts'

export function observeThrottling({ cpuGroup, part, world }: Process): void {
  const { cgroup } = cpuGroup
  if (!cgroup || cgroup.period === 0) return
  const { recorder, simulation } = world
  const level = recorder.level(`process.${part}.throttled`, {
    unit: 'count',
    better: 'lower',
    meaning: `processes of ${part} that have used up their core time of a period`,
  })
  const count = recorder.counter(`process.${part}.throttles`, {
    unit: 'count',
    better: 'lower',
    meaning: `how often a process of ${part} had used up its core time of a period`,
  })
  level.add(0, 0)
  cgroup.observer = (throttled) => {
    level.add(simulation.now, throttled ? 1 : -1)
    if (throttled) count.add(simulation.now, 1)
  }
}
