// What can be set on a task distributor, and what it observes.

import type { ObservedMetrics } from '../../env/index.ts'
import { choice, count, duration, number, ratio, reference, type Values } from '../../parameters.ts'
import { minutes, ms, seconds } from '../../units.ts'
import { methods } from './methods.ts'

export const parameters = {
  agents: reference('coordinator', { meaning: 'who does the tasks: specialists' }),
  method: choice(Object.keys(methods), { meaning: 'how tasks are assigned', default: 'hungarian' }),
  window: duration({
    meaning: 'how long a batch waits for more tasks after its first; 0s: for those of the same instant',
    default: ms(50),
    source: '[G] the document gives none',
  }),
  batchSize: count({
    meaning: 'tasks at which a batch waits no longer',
    default: 100,
    min: 1,
    source: '[G]',
  }),
  load: choice(['predicted', 'tasks'], {
    meaning: 'what an agent’s load is: the time its tasks are expected to take, or their number',
    default: 'predicted',
  }),
  mismatchWeight: number({
    meaning: 'weight of 1 − compatibility in a pair’s cost',
    default: 0.6,
    min: 0,
    source: 'OllamaMax’s document',
  }),
  loadWeight: number({
    meaning: 'weight of load / max load in a pair’s cost',
    default: 0.4,
    min: 0,
    source: 'OllamaMax’s document',
  }),
  maxLoad: count({
    meaning:
      'tasks that count as a full load (of mean length, where it is predicted); 0: the largest load there is',
    default: 0,
    source: '[G] the document does not say which it means',
  }),
  leastCompatibility: ratio({ meaning: 'below this an agent is never given the task', default: 0 }),
  learning: ratio({
    meaning: 'weight of the newest service time in the moving means',
    default: 0.2,
    source: '[G]',
  }),
  firstGuess: duration({
    meaning: 'how long a task is expected to take before any was done',
    default: seconds(1),
    source: '[G]',
  }),
  attempts: count({ meaning: 'agents tried before a task fails', default: 2, min: 1 }),
  timeout: duration({ meaning: 'time limit of one attempt', default: minutes(10), min: 1 }),
  askTimeout: duration({
    meaning: 'time limit of asking an agent for its skills, and pause before it is asked again',
    default: seconds(1),
    min: 1,
  }),
} as const

export type DistributorTerms = Values<typeof parameters>

export const metrics: ObservedMetrics = {
  'batch.makespan': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'from the closing of a batch to the end of its last task',
  },
  'batch.size': { observed: 'value', unit: 'count', better: 'neither', meaning: 'tasks of a batch' },
  'assignment.time': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'from the closing of a batch to the placing of its last task',
  },
  'assignment.mismatch': {
    observed: 'value',
    unit: 'ratio',
    better: 'lower',
    meaning: '1 − compatibility of each task placed; its mean is the mismatch share',
  },
  'assignment.retries': {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'attempts after the first',
  },
  'load.imbalance': {
    observed: 'value',
    unit: 'number',
    better: 'lower',
    meaning: 'the most tasks under way at an agent over their mean, after each batch',
  },
  'work.imbalance': {
    observed: 'value',
    unit: 'number',
    better: 'lower',
    meaning: 'of each batch, the most time worked by an agent over their mean',
  },
  'task.wait': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'from the coming of a task to its beginning at its agent',
  },
  'task.service': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'what a task took its agent, as the distributor sees it',
  },
}
