// From a topology's name to the topology.

import { Hierarchical } from './hierarchical.ts'
import type { TopologyName } from './terms.ts'
import type { SwarmMember, Topology, TopologyState } from './topology.ts'

type Constructor = new (member: SwarmMember, from?: TopologyState) => Topology

const TOPOLOGIES: Readonly<Record<TopologyName, Constructor>> = {
  hierarchical: Hierarchical,
  mesh: Hierarchical,
  ring: Hierarchical,
  hybrid: Hierarchical,
}

/** @param from what it goes on from, where another topology ran before */
export const createTopology = (name: TopologyName, member: SwarmMember, from?: TopologyState): Topology =>
  new TOPOLOGIES[name](member, from)
