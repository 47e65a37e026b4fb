// The groups of jobs on the cores of a host: who shares one, and what holds for several of them together.

import { Cgroup } from './cgroup.ts'
import { type CoreLimit, coreLimits } from './core-sets.ts'
import type { Cpu } from './cpu.ts'
import { CpuGroup, type CpuTerms, coreSet } from './cpu-group.ts'

export class CpuGroups {
  readonly all: CpuGroup[] = []
  /** Cgroups with a period. */
  readonly periodic: Cgroup[] = []
  /** What groups may use together. */
  limits: readonly CoreLimit[]
  /** Whether some may not use every core. */
  pinned = false
  readonly #cpu: Cpu
  /** Groups that others on the same terms may join, by their terms. */
  readonly #shared = new Map<string, CpuGroup>()
  /** Cgroups with several groups. */
  readonly #wide = new Set<Cgroup>()

  constructor(cpu: Cpu) {
    this.#cpu = cpu
    this.limits = [{ cores: cpu.cores, members: undefined }]
  }

  /** The group for jobs on these terms. Outside cgroups, those on equal terms share one. */
  of(terms: CpuTerms): CpuGroup {
    const { threads = 1, weight = threads, quota, share, cgroup } = terms
    if ((quota ?? share ?? cgroup) !== undefined) return this.make(terms)
    const { allCores } = this.#cpu
    const affinity = coreSet(terms.affinity ?? allCores, allCores)
    const key = `${threads}/${weight}/${affinity === allCores ? 'all' : affinity.join(',')}`
    let group = this.#shared.get(key)
    if (!group) {
      group = this.make(terms)
      this.#shared.set(key, group)
    }
    return group
  }

  make(terms: CpuTerms): CpuGroup {
    const cpu = this.#cpu
    const cgroup = this.#cgroupOf(terms)
    const group = new CpuGroup(cpu.nextId(), cpu, terms, cgroup)
    this.all.push(group)
    this.pinned ||= group.affinity !== cpu.allCores
    if (cgroup && cgroup.groups.push(group) > 1) this.#wide.add(cgroup)
    if (this.pinned || this.#wide.size > 0) this.#limit()
    return group
  }

  #cgroupOf({ cgroup, quota, share, period, phase }: CpuTerms): Cgroup | undefined {
    if (cgroup || (quota ?? share) === undefined) return cgroup
    const made = new Cgroup(this.#cpu.nextId(), this.#cpu, { quota, share, period, phase })
    if (made.period > 0) this.periodic.push(made)
    return made
  }

  #limit(): void {
    const { cores } = this.#cpu
    const quotas = [...this.#wide]
      .filter(({ period, quota }) => period === 0 && quota < cores)
      .map(({ quota, groups }) => ({ cores: quota, members: new Set(groups) }))
    this.limits = [
      ...(this.pinned ? coreLimits(this.all, cores) : [{ cores, members: undefined }]),
      ...quotas,
    ]
  }
}
