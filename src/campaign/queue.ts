// A campaign on many machines: its jobs in a BullMQ queue over Redis, its records beside them. Workers come and leave at will: the job of
// one that died is given to another, and a record is known by the hash of its content, so that a job which was run twice must have
// given the same twice.

import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { quote, ScenarioError } from '../errors.ts'
import type { Job } from '../experiment/job.ts'
import { hash } from '../results/hash.ts'
import { DeterminismError, type RunRecord } from '../run/replication.ts'
import { type Campaign, identityOf } from './campaign.ts'
import { jobKey } from './records.ts'

/** A worker that has not been heard of for so long is taken for dead, and its job given to another. */
const LOST_AFTER_MS = 15_000
/** A job that has brought so many workers down is set aside. */
const MOST_DEATHS = 3

const CAMPAIGNS = 'rehearsal:campaigns'
const keyOf = (id: string, what: string): string => `rehearsal:campaign:${id}:${what}`
const queueOf = (id: string): string => `rehearsal-${id}`

export interface Posted {
  readonly id: string
  readonly name: string
  readonly campaign: Campaign
  readonly jobs: readonly Job[]
}

export interface Status {
  readonly id: string
  readonly name: string
  readonly build: string
  readonly jobs: number
  readonly done: number
  readonly active: number
  readonly waiting: number
  /** Set aside, with their errors. */
  readonly failed: readonly { readonly job: Job; readonly error: string }[]
  readonly workers: number
}

/** The Redis that machines share. Throws ScenarioError where it cannot be reached. */
export async function openQueueServer(url: string): Promise<QueueServer> {
  if (!/^rediss?:\/\//.test(url))
    throw new ScenarioError(
      `invalid --queue: ${quote(url)}; expected the URL of a Redis, such as redis://host:6379`,
    )
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    lazyConnect: true,
    connectTimeout: 5000,
    retryStrategy: () => null,
  })
  let reason: Error | undefined
  redis.on('error', (error: Error) => {
    reason = error
  })
  try {
    await redis.connect()
  } catch (error) {
    redis.disconnect()
    throw new ScenarioError([
      {
        message: `cannot reach ${quote(withoutPassword(url))}: ${(reason ?? (error as Error)).message || 'no answer'}`,
        hint: 'start a Redis there, or mend --queue',
      },
    ])
  }
  return new QueueServer(url, redis)
}

const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//…@')

export class QueueServer {
  readonly #url: string
  readonly #redis: Redis
  readonly #connections: Redis[] = []

  constructor(url: string, redis: Redis) {
    this.#url = url
    this.#redis = redis
  }

  /** Puts a campaign's jobs into its queue; one that is there already goes on. */
  async post(name: string, campaign: Campaign, jobs: readonly Job[]): Promise<Posted> {
    const id = hash({ identity: identityOf(campaign), jobs })
    const posted: Posted = { id, name, campaign, jobs }
    await this.#redis.set(keyOf(id, 'campaign'), JSON.stringify(posted))
    await this.#redis.sadd(CAMPAIGNS, id)
    await this.#withQueue(id, (queue) =>
      queue.addBulk(
        jobs.map((_, place) => ({
          name: 'run',
          data: { place },
          // BullMQ takes a job of the same name only once.
          opts: { jobId: `job-${place}`, attempts: 1, removeOnComplete: false, removeOnFail: false },
        })),
      ),
    )
    return posted
  }

  /** Gives the jobs that were set aside another try; how many. */
  async retry(id: string): Promise<number> {
    return this.#withQueue(id, async (queue) => {
      const failed = await queue.getFailed()
      for (const job of failed) await job.retry()
      return failed.length
    })
  }

  /** All that were posted, by name. */
  async campaigns(): Promise<readonly Posted[]> {
    const ids = (await this.#redis.smembers(CAMPAIGNS)).sort()
    const found = await Promise.all(ids.map((id) => this.find(id)))
    return found.filter((posted) => posted !== undefined)
  }

  async find(id: string): Promise<Posted | undefined> {
    const text = await this.#redis.get(keyOf(id, 'campaign'))
    return text === null ? undefined : (JSON.parse(text) as Posted)
  }

  async status({ id, name, campaign, jobs }: Posted): Promise<Status> {
    return this.#withQueue(id, async (queue) => {
      const counts = await queue.getJobCounts('active', 'waiting', 'failed')
      const failed = await queue.getFailed()
      return {
        id,
        name,
        build: campaign.build,
        jobs: jobs.length,
        done: await this.#redis.hlen(keyOf(id, 'records')),
        active: counts.active ?? 0,
        waiting: counts.waiting ?? 0,
        failed: failed.map((job) => ({
          job: jobs[(job.data as { place: number }).place]!,
          error: job.failedReason ?? 'unknown',
        })),
        workers: await queue.getWorkersCount(),
      }
    })
  }

  /** Serves a campaign with so many jobs at once; `done` is told of each. Ends when it is closed. */
  work(
    { id, jobs }: Posted,
    concurrency: number,
    run: (job: Job) => Promise<RunRecord>,
    done: (job: Job, error?: Error) => void,
  ): { close(): Promise<void> } {
    const worker = new Worker(
      queueOf(id),
      async ({ data }) => {
        const { place } = data as { place: number }
        const record = await run(jobs[place]!)
        return this.#keep(id, place, record)
      },
      {
        connection: this.#connect(),
        concurrency,
        lockDuration: LOST_AFTER_MS,
        stalledInterval: LOST_AFTER_MS / 3,
        maxStalledCount: MOST_DEATHS - 1,
      },
    )
    worker.on('completed', ({ data }) => done(jobs[(data as { place: number }).place]!))
    worker.on('failed', (job, error) => {
      if (job) done(jobs[(job.data as { place: number }).place]!, error)
    })
    worker.on('error', () => {})
    return { close: () => worker.close() }
  }

  /** What has come of its jobs so far, by `jobKey`. */
  async records({ id, jobs }: Posted): Promise<ReadonlyMap<string, RunRecord>> {
    const records = new Map<string, RunRecord>()
    for (const [place, digest] of Object.entries(await this.#redis.hgetall(keyOf(id, 'records')))) {
      const bytes = await this.#redis.getBuffer(keyOf(id, `record:${digest}`))
      if (bytes)
        records.set(jobKey(jobs[Number(place)]!), JSON.parse(gunzipSync(bytes).toString('utf8')) as RunRecord)
    }
    return records
  }

  /** Takes everything of a campaign away. */
  async forget({ id }: Posted): Promise<void> {
    await this.#withQueue(id, (queue) => queue.obliterate({ force: true }))
    const digests = await this.#redis.hvals(keyOf(id, 'records'))
    for (const digest of digests) await this.#redis.del(keyOf(id, `record:${digest}`))
    await this.#redis.del(keyOf(id, 'records'), keyOf(id, 'campaign'))
    await this.#redis.srem(CAMPAIGNS, id)
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.disconnect()
    this.#redis.disconnect()
  }

  /** Keeps a record under the hash of its content. Throws DeterminismError where the same job has given another one. */
  async #keep(id: string, place: number, record: RunRecord): Promise<string> {
    const text = JSON.stringify(record)
    const digest = createHash('sha256').update(text).digest('hex')
    await this.#redis.set(keyOf(id, `record:${digest}`), gzipSync(text))
    const first = await this.#redis.hsetnx(keyOf(id, 'records'), `${place}`, digest)
    const kept = first ? digest : await this.#redis.hget(keyOf(id, 'records'), `${place}`)
    if (kept !== digest)
      throw new DeterminismError(`two workers differ on seed ${record.seed}: records ${kept} and ${digest}`)
    return digest
  }

  async #withQueue<T>(id: string, act: (queue: Queue) => Promise<T>): Promise<T> {
    const queue = new Queue(queueOf(id), { connection: this.#connect() })
    queue.on('error', () => {})
    try {
      return await act(queue)
    } finally {
      await queue.close()
    }
  }

  #connect(): Redis {
    const connection = new Redis(this.#url, { maxRetriesPerRequest: null })
    connection.on('error', () => {})
    this.#connections.push(connection)
    return connection
  }
}
