// `rehearsal campaign`: the runs of a scenario on many machines, by a queue on a Redis that they share.

import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildOf } from '../campaign/build.ts'
import { type Campaign, campaignOf } from '../campaign/campaign.ts'
import { fromRecords } from '../campaign/gathered.ts'
import { openQueueServer, type Posted, type QueueServer, type Status } from '../campaign/queue.ts'
import { openKept } from '../campaign/source.ts'
import type { Threads } from '../campaign/threads.ts'
import { quote, ScenarioError, unknownName } from '../errors.ts'
import { jobsOf } from '../experiment/experiment.ts'
import type { Job } from '../experiment/job.ts'
import { counted } from '../report/figures.ts'
import { safeFileName } from '../report/file-name.ts'
import { canonicalJson } from '../results/canonical.ts'
import type { RunRecord } from '../run/replication.ts'
import { formatNumber } from '../units.ts'
import { defineCommand, type OptionValues } from './command.ts'
import { EXIT, Exit } from './exit.ts'
import { resultFrom, termsOf, threadsOf } from './experiment.ts'
import { refuseUnwritable } from './files.ts'
import { openForRuns, SCENARIO_OPTIONS } from './open.ts'
import { leave } from './run.ts'
import { exitCodeOf } from './summary.ts'
import type { Terminal } from './terminal.ts'
import { validate } from './validate.ts'

const OPTIONS = {
  queue: {
    type: 'text',
    value: 'URL',
    meaning: 'the Redis that the machines share',
    default: 'redis://127.0.0.1:6379',
  },
  ...SCENARIO_OPTIONS,
  checked: { type: 'flag', meaning: 'start: freeze messages as they are sent' },
  verify: { type: 'flag', meaning: 'start: run every seed twice and compare fingerprints' },
  retry: { type: 'flag', meaning: 'start: give jobs that were set aside another try' },
  jobs: { type: 'text', value: 'COUNT', meaning: 'work: threads to run on; without it, one a core' },
  stay: { type: 'flag', meaning: 'work: wait for further campaigns where there is nothing left to do' },
  wait: { type: 'flag', meaning: 'collect: wait until everything is done' },
  out: { type: 'text', value: 'FOLDER', meaning: 'collect: where the result goes', default: 'reports' },
  html: { type: 'flag', meaning: 'collect: do not write the page', default: true },
  json: { type: 'flag', meaning: 'status, collect: print JSON' },
  quiet: { type: 'flag', meaning: 'print what went wrong and nothing else' },
} as const

type CampaignOptions = OptionValues<typeof OPTIONS>

interface Call {
  readonly server: QueueServer
  readonly options: CampaignOptions
  readonly terminal: Terminal
  /** What stands after the action. */
  readonly what: string | undefined
}

const ACTIONS: Readonly<Record<string, (call: Call) => Promise<number>>> = {
  start,
  work,
  status,
  collect,
  forget,
}

/** Between two looks at what others have done. */
const POLL_MS = 250

export const campaign = defineCommand({
  words: [
    { name: 'action', meaning: 'start, work, status, collect or forget', required: true },
    {
      name: 'what',
      meaning: 'start: a scenario; else a campaign, by its name or the beginning of its identifier',
    },
  ],
  options: OPTIONS,
  examples: [
    ['campaign start fleet.yaml --seeds 1000 --queue redis://head:6379', 'post its runs'],
    ['campaign work --queue redis://head:6379', 'on each machine, as many as there are'],
    ['campaign collect fleet --wait --queue redis://head:6379', 'the result, as if run on one'],
  ],
  async run({ words: [action, what], options }, terminal) {
    const act = ACTIONS[action!]
    if (!act) throw new ScenarioError([unknownName('action', action!, Object.keys(ACTIONS))])
    const server = await openQueueServer(options.queue)
    try {
      return await act({ server, options, terminal, what })
    } finally {
      await server.close()
    }
  },
})

async function start({ server, options, terminal, what }: Call): Promise<number> {
  if (what === undefined) throw new ScenarioError('missing scenario: campaign start SCENARIO')
  const { opened: file, source } = await openForRuns(what, options)
  validate(file)
  const posted = await server.post(
    file.name,
    campaignOf(file, source, termsOf(file, options.checked)),
    jobsOf(file, options.verify),
  )
  const again = options.retry ? await server.retry(posted.id) : 0
  if (!options.quiet) {
    terminal.print(`campaign ${posted.id}: ${file.name}, ${counted(posted.jobs.length, 'run')}`)
    if (again > 0) terminal.print(`${counted(again, 'run')} that had been set aside will be tried again`)
    terminal.print(`rehearsal campaign work --queue ${options.queue}   on each machine`)
    terminal.print(`rehearsal campaign collect ${posted.id.slice(0, 8)} --wait --queue ${options.queue}`)
  }
  return EXIT.pass
}

async function work({ server, options, terminal, what }: Call): Promise<number> {
  const threads = threadsOf(options.jobs)
  const refused = new Set<string>()
  let stopping = false
  const stop = () => {
    stopping = true
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  let worked = 0
  try {
    while (!stopping) {
      const offered = what === undefined ? await server.campaigns() : [await find(server, what)]
      const open: Posted[] = []
      for (const posted of offered) {
        if (refused.has(posted.id)) continue
        const reason = await reasonToRefuse(posted.campaign, options['allow-modules'])
        if (reason === undefined) {
          if (isOpen(await server.status(posted))) open.push(posted)
          continue
        }
        refused.add(posted.id)
        terminal.complain(`${posted.name} (${posted.id.slice(0, 8)}) is refused: ${reason}`)
        if (what !== undefined) return EXIT.usage
      }
      for (const posted of open) {
        if (stopping) break
        worked += await serve(server, posted, threads, options, terminal, () => stopping)
      }
      if (open.length > 0) continue
      if (!options.stay) break
      await sleep(POLL_MS)
    }
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await threads.close()
  }
  if (!options.quiet) terminal.print(`${counted(worked, 'run')} done by this worker`)
  return stopping ? EXIT.interrupted : refused.size > 0 && worked === 0 ? EXIT.usage : EXIT.pass
}

const isOpen = ({ waiting, active }: Status): boolean => waiting + active > 0

/** Works on one campaign until nothing of it is left or this worker is to stop; how many runs it did. */
async function serve(
  server: QueueServer,
  posted: Posted,
  threads: Threads,
  { quiet }: CampaignOptions,
  terminal: Terminal,
  stopping: () => boolean,
): Promise<number> {
  const { source, terms } = posted.campaign
  const runner = threads.runner(source)
  let count = 0
  const run = async (job: Job): Promise<RunRecord> => {
    let found: RunRecord | undefined
    await runner([job], terms, (_, record) => {
      found = record
    })
    return found!
  }
  if (!quiet)
    terminal.print(
      `${posted.name} (${posted.id.slice(0, 8)}): working on ${hostname()}, ${counted(threads.count, 'thread')}`,
    )
  const worker = server.work(posted, threads.count, run, (job, error) => {
    if (error) terminal.complain(`set aside: ${jobInWords(posted, job)}: ${error.message}`)
    else count++
  })
  try {
    while (!stopping() && isOpen(await server.status(posted))) await sleep(POLL_MS)
  } finally {
    await worker.close()
  }
  return count
}

async function status({ server, options, terminal, what }: Call): Promise<number> {
  const posted = what === undefined ? await server.campaigns() : [await find(server, what)]
  const all = await Promise.all(posted.map((each) => server.status(each)))
  if (options.json) terminal.write(canonicalJson({ schema: 'rehearsal/campaigns/1', campaigns: all }))
  else if (all.length === 0) terminal.print('no campaign is posted there')
  else
    for (const [i, each] of all.entries()) {
      const { id, name, jobs, done, active, waiting, failed, workers, build } = each
      const share = formatNumber(Math.floor((100 * done) / jobs))
      terminal.print(
        `${id.slice(0, 8)}  ${name}: ${done} of ${counted(jobs, 'run')} done (${share} %), ${active} under way, ${waiting} waiting, ${failed.length} set aside; ${counted(workers, 'worker')}`,
      )
      if (build !== buildOf())
        terminal.print(`          posted by another build, ${build}; this one is ${buildOf()}`)
      for (const { job, error } of failed)
        terminal.print(`          set aside: ${jobInWords(posted[i]!, job)}: ${firstLine(error)}`)
    }
  return EXIT.pass
}

async function collect({ server, options, terminal, what }: Call): Promise<number> {
  const posted = await find(server, what)
  while (options.wait && isOpen(await server.status(posted))) await sleep(POLL_MS)
  const { done, failed } = await server.status(posted)
  const { jobs, campaign } = posted
  if (failed.length > 0) {
    const [first] = failed
    throw new Exit(
      EXIT.failed,
      `${posted.name}: ${counted(failed.length, 'run')} set aside, ${jobInWords(posted, first!.job)} for one: ${firstLine(first!.error)}\n  mend what is wrong, or try again: rehearsal campaign start SCENARIO --retry`,
    )
  }
  if (done < jobs.length)
    throw new Exit(
      EXIT.inconclusive,
      `${posted.name}: ${done} of ${counted(jobs.length, 'run')} done; collect --wait waits for the others`,
    )
  const file = await openKept(campaign.source)
  const folder = join(options.out, safeFileName(file.name))
  refuseUnwritable(folder)
  const result = await resultFrom(
    file,
    fromRecords(await server.records(posted), 'post the campaign again'),
    {
      checked: campaign.terms.checked,
      verify: jobs.filter(({ again }) => again).length > 1,
      began: performance.now(),
    },
  )
  return exitCodeOf([await leave(result, folder, options, terminal)])
}

async function forget({ server, options, terminal, what }: Call): Promise<number> {
  const posted = await find(server, what)
  await server.forget(posted)
  if (!options.quiet) terminal.print(`${posted.name} (${posted.id.slice(0, 8)}) is forgotten`)
  return EXIT.pass
}

/** The campaign of this name, or whose identifier begins so. */
async function find(server: QueueServer, what: string | undefined): Promise<Posted> {
  const all = await server.campaigns()
  const found = all.filter(({ id, name }) => what !== undefined && (name === what || id.startsWith(what)))
  const [only] = found
  if (only && found.length === 1) return only
  const known = all.map(({ id, name }) => `${name} (${id.slice(0, 8)})`).join(', ')
  const hint = all.length === 0 ? 'none is posted there' : `posted: ${known}`
  if (what === undefined)
    throw new ScenarioError([{ message: 'missing campaign: its name or identifier', hint }])
  const problem = found.length > 1 ? 'is the name of several campaigns' : 'is no campaign'
  throw new ScenarioError([{ message: `${quote(what)} ${problem}`, hint }])
}

/** Why this machine may not work on it: its results would not be the same, or code would be run that nobody here allowed. */
async function reasonToRefuse(
  { build, source, terms, inputs }: Campaign,
  modules: boolean,
): Promise<string | undefined> {
  if (build !== buildOf()) return `it was posted by build ${build}; this is ${buildOf()}`
  if (source.modules && !modules) return 'it brings code of its own; if you trust it, say --allow-modules'
  try {
    const own = campaignOf(await openKept(source), source, terms).inputs
    const other = Object.keys(inputs).find((path) => own[path] !== inputs[path])
    return other === undefined ? undefined : `${quote(other, 200)} is another file here`
  } catch (error) {
    return (error as Error).message
  }
}

const jobInWords = ({ campaign }: Posted, { variant, seed }: Job): string =>
  `seed ${seed} of variant ${variant + 1} of ${quote(campaign.source.file, 200)}`

const firstLine = (text: string): string => quote(text.split('\n')[0], 300)
