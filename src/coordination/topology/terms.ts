// What can be set on the agents of a swarm, in any topology. Figures of the document: OllamaMax, section "Coordination modules".

import { choice, count, duration, flag, reference, type Values } from '../../parameters.ts'
import { ms, seconds } from '../../units.ts'
import { adaptiveParameter } from './adaptive-parameters.ts'

export const swarmParameters = {
  members: reference('coordinator', {
    meaning: 'all agents of the swarm, this one included; their order is their rank',
  }),
  topology: choice(['hierarchical', 'mesh', 'ring', 'hybrid', 'adaptive'], {
    meaning: 'how they share work',
    default: 'hierarchical',
  }),
  adaptive: adaptiveParameter,
  fanOut: count({
    meaning: 'children of an agent of a tree; 0: as few as the depth needs',
    default: 0,
    max: 10_000,
  }),
  depth: count({
    meaning: 'levels below the root of a tree; agents that have no place else are leaves of the lowest',
    default: 1,
    min: 1,
    max: 64,
    source: '[D] one queen and her agents, as the document draws it',
  }),
  groupSize: count({
    meaning: 'agents of one mesh of a hybrid',
    default: 4,
    min: 1,
    max: 1000,
    source: '[D] the fewest that stand one Byzantine agent: 3f+1',
  }),
  election: flag({
    meaning: 'a dead queen is replaced by one elected',
    default: true,
    source: 'OllamaMax: today off',
  }),
  electionTimeout: duration({
    meaning: 'an agent that has heard nothing from the queen for so long stands for election',
    default: ms(500),
    min: 1,
    source: '[D] Raft §9.3 has 150 ms; longer, as an agent computes as well',
  }),
  electionSpread: duration({
    meaning: 'the election timeout is longer by up to so much, drawn anew each time',
    default: ms(500),
    source: '[D] Raft §9.3: as long as the timeout itself',
  }),
  heartbeat: duration({
    meaning: 'how often the queen says that she lives, and an agent pings whom it waits for',
    default: ms(100),
    min: 1,
    source: '[G] a fifth of the timeouts',
  }),
  gossip: duration({
    meaning: 'how often an agent of a mesh tells another about load',
    default: ms(200),
    min: 1,
    source: '[G]',
  }),
  durable: flag({
    meaning:
      'agents of a mesh write to disk what they vote for before they say so; if not, one that restarts counts as one that lies',
    default: true,
  }),
  checkpoint: count({
    meaning: 'decisions of a mesh from one checkpoint to the next; its log holds twice as many at most',
    default: 128,
    min: 1,
    source: '[S] Castro and Liskov, TOCS 2002, §6',
  }),
  suspicion: duration({
    meaning: 'an agent from which nothing has come for so long is held for dead, until it is heard of again',
    default: ms(500),
    min: 1,
    source: '[G] five heartbeats',
  }),
  attempt: duration({
    meaning:
      'time limit of one delegation, after which its parts are given to others though nobody is held for dead',
    default: seconds(10),
    min: 1,
    source: '[G]',
  }),
  decision: duration({
    meaning:
      'what a coordinating agent needs before it delegates a task; 300 ms is the document’s task_orchestrate',
    default: 0,
    source: '[G] decided by rule; by a language model or MCP call, as the document has it, 300 ms',
  }),
  decisionsAtOnce: count({
    meaning: 'decisions that one agent makes at the same time',
    default: 1,
    min: 1,
    source: '[D] an agent thinks about one thing at a time',
  }),
  slice: duration({
    meaning: 'the longest an agent computes without looking at what has come to it',
    default: ms(10),
    min: 1,
    source: '[G]',
  }),
  room: count({
    meaning:
      'parts that wait in an agent’s line, the one it computes included, before it passes more on (ring)',
    default: 1,
    min: 1,
    source: '[G]',
  }),
} as const

export type SwarmTerms = Values<typeof swarmParameters>
export type TopologyName = SwarmTerms['topology']
