// For the tests of coordinators: `import { simulate } from 'rehearsal/testing'`.

export { type Simulated, type SimulateOptions, simulate, type VariantFigures } from './simulate.ts'
