// From a topology's name to the topology.

import { Adaptive } from './adaptive.ts'
import { Hierarchical } from './hierarchical.ts'
import { Hybrid } from './hybrid.ts'
import { Mesh } from './mesh.ts'
import { Ring } from './ring.ts'
import type { TopologyName } from './terms.ts'
import type { SwarmMember, Topology, TopologyState } from './topology.ts'

type Constructor = new (member: SwarmMember, from?: TopologyState) => Topology

const TOPOLOGIES: Readonly<Record<Exclude<TopologyName, 'adaptive'>, Constructor>> = {
  hierarchical: Hierarchical,
  mesh: Mesh,
  ring: Ring,
  hybrid: Hybrid,
}

/** @param from what it goes on from, where another topology ran before */
export const createTopology = (name: TopologyName, member: SwarmMember, from?: TopologyState): Topology =>
  name === 'adaptive' ? new Adaptive(member, createTopology, from) : new TOPOLOGIES[name](member, from)
