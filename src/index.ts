// Rehearsal as a library: the port that coordinators are written against, and the units they speak.

export * from './env/index.ts'
export { ScenarioError } from './errors.ts'
export * from './parameters.ts'
export { hours, minutes, ms, type Nanos, seconds, us } from './units.ts'
