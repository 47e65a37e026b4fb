// The registry of commands: one line each. A command's file is loaded when it is called: some load much.

import type { Command } from './command.ts'

interface Listed {
  readonly meaning: string
  load(): Promise<Command>
}

export const commands: Readonly<Record<string, Listed>> = {
  run: {
    meaning: 'run scenarios; print what was found, write a result file and a page',
    load: async () => (await import('./run.ts')).run,
  },
  campaign: {
    meaning: 'run a scenario on many machines: start, work, status, collect, by a queue on Redis',
    load: async () => (await import('./campaign.ts')).campaign,
  },
  merge: {
    meaning: 'put the parts together that `run --shard` left',
    load: async () => (await import('./merge.ts')).merge,
  },
  plan: {
    meaning: 'show what would be run: variants, seeds, metrics, expected cost',
    load: async () => (await import('./plan.ts')).plan,
  },
  faults: {
    meaning: 'print what will go wrong in a run, drawn faults included, as a file to edit and replay',
    load: async () => (await import('./faults.ts')).faults,
  },
  timeline: {
    meaning: 'run once and write what every process did, as a trace for Perfetto',
    load: async () => (await import('./timeline.ts')).timeline,
  },
  check: {
    meaning: 'say what is wrong with scenarios, all of it at once',
    load: async () => (await import('./check.ts')).check,
  },
  list: {
    meaning: 'list scenarios and their parts: services, coordinators, metrics, distributions …',
    load: async () => (await import('./list.ts')).list,
  },
  report: {
    meaning: 'show a result file: in the terminal, as a page, as SVG charts, as JSON',
    load: async () => (await import('./report.ts')).report,
  },
  view: {
    meaning: 'show results in a browser on this machine, and newer ones as runs end',
    load: async () => (await import('./view.ts')).view,
  },
  claims: {
    meaning: 'show what the makers of five systems claimed, with the verdicts of the results at hand',
    load: async () => (await import('./claims.ts')).claims,
  },
  compare: {
    meaning: 'compare two results, or two variants of one: better, worse, alike, or cannot tell',
    load: async () => (await import('./compare.ts')).compare,
  },
  explain: {
    meaning: 'say why B is slower than A: from which event on, by which cause, by which change',
    load: async () => (await import('./explain.ts')).explain,
  },
  capacity: {
    meaning: 'search the highest load that passes, or the smallest fleet that does',
    load: async () => (await import('./capacity.ts')).capacity,
  },
  sensitivity: {
    meaning: 'say what a metric hangs on: a tornado, elementary effects, shares of the variance',
    load: async () => (await import('./sensitivity.ts')).sensitivity,
  },
  trend: {
    meaning: 'show the history of figures over many results, and where they changed',
    load: async () => (await import('./trend.ts')).trend,
  },
  baseline: {
    meaning: 'accept the figures of scenarios as those that later runs are held against',
    load: async () => (await import('./baseline.ts')).baseline,
  },
  gate: {
    meaning: 'hold scenarios against their baselines, or against another revision',
    load: async () => (await import('./gate.ts')).gate,
  },
  bench: {
    meaning: 'measure the kernel and coordinators’ operations; against another revision, in ratios',
    load: async () => (await import('./bench.ts')).bench,
  },
  schema: {
    meaning: 'print the JSON Schema of scenarios, for editors',
    load: async () => (await import('./schema.ts')).schema,
  },
  init: {
    meaning: 'write a commented scenario to start from',
    load: async () => (await import('./init.ts')).init,
  },
  doctor: {
    meaning: 'show what this machine offers, what is missing, and what for',
    load: async () => (await import('./doctor.ts')).doctor,
  },
}
