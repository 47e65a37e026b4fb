// What can be set on a PostgreSQL server, under the names of postgresql.conf where it has one, and what it observes.
// Core times are those of pgbench on the server's own host, its share included, as two published results give them:
//   8 cores, SELECT only, prepared: 150,000/s (Cybertec, "max_connections: performance impacts"): 8 / 150,000 = 53 µs;
//   one client, TPC-B-like, synchronous_commit off: 2,611/s (gist benmmurphy/49e83da3): 383 µs.
// TPC-B is seven messages, one row read and four written, so with s a message, r a read, w a write:
//   s + r = 53, 7 s + r + 4 w = 383; s = 30 [G], so r = 23 and w = 37.5.

import {
  bandwidth,
  bytes,
  choice,
  count,
  duration,
  optional,
  ratio,
  record,
  type Values,
} from '../../../parameters.ts'
import { GiB, MiB, minutes, ms, seconds, us } from '../../../units.ts'

const CONF = 'postgresql.conf'

export const parameters = {
  maxConnections: count({
    meaning: 'backends at most; more connections are refused',
    default: 100,
    min: 1,
    source: CONF,
  }),
  backendMemory: bytes({
    meaning: 'memory of a backend',
    default: 2 * MiB,
    source:
      '[P] A. Freund, "Measuring the memory overhead of a Postgres connection": less than 2 MiB; up to 10 MB without huge pages',
  }),
  connectCost: duration({
    meaning: 'core time of opening a connection: fork, authentication, catalogue',
    default: us(1500),
    source: '[G]',
  }),
  pool: optional(
    record(
      {
        size: count({
          meaning: 'backends that the clients share',
          default: 20,
          min: 1,
          source: 'pgbouncer.ini: default_pool_size',
        }),
        clients: count({
          meaning: 'clients at once, served or waiting; more are refused',
          default: 100,
          min: 1,
          source: 'pgbouncer.ini: max_client_conn',
        }),
        wait: duration({
          meaning: 'time that a transaction waits for a backend before it is refused',
          default: seconds(120),
          source: 'pgbouncer.ini: query_wait_timeout',
        }),
        cost: duration({
          meaning: 'time of its one thread for a transaction',
          default: us(20),
          source: '[G] 50,000/s a core',
        }),
      },
      { meaning: 'a PgBouncer in front, pooling by transaction; left out: none' },
    ),
  ),
  statementCost: duration({
    meaning: 'core time of a message, BEGIN and COMMIT included: protocol, parsing, planning',
    default: us(30),
    source: '[D] from two results of pgbench, the split [G]',
  }),
  readCost: duration({
    meaning: 'core time of finding a row',
    default: us(23),
    source: '[D] pgbench -S: 150,000/s on 8 cores',
  }),
  writeCost: duration({
    meaning: 'core time of writing a row, finding it included',
    default: us(37.5),
    source: '[D] pgbench TPC-B-like, synchronous_commit off: 2,611/s with one client',
  }),
  rowCost: duration({
    meaning: 'core time of each row of a scan',
    default: 100,
    source: '[G] ten million rows a second and core',
  }),
  rowsPerPage: count({
    meaning: 'rows on a page of 8 KiB, for scans',
    default: 61,
    min: 1,
    source: '[D] pgbench_accounts: rows of 121 bytes with header and padding',
  }),
  sharedBuffers: bytes({ meaning: 'memory for pages, taken at the start', default: 128 * MiB, source: CONF }),
  dataSize: bytes({
    meaning:
      'size of the data that is asked for, every page alike; what shared-buffers holds of it is found there',
    default: 0,
    source: '[G] all of it fits',
  }),
  hitRatio: optional(
    ratio({
      meaning:
        'share of pages found in memory, as pg_stat_database tells it, instead of shared-buffers / data-size',
    }),
  ),
  synchronousCommit: choice(['on', 'off'], {
    meaning: 'whether a commit waits until its WAL is on the disk',
    default: 'on',
    source: CONF,
  }),
  commitDelay: duration({
    meaning: 'how long a flush is put off so that others may join',
    default: 0,
    max: ms(100),
    source: CONF,
  }),
  commitSiblings: count({
    meaning: 'other transactions that must be under way, not waiting for a lock, for commit-delay to be kept',
    default: 5,
    max: 1000,
    source: CONF,
  }),
  walWriterDelay: duration({
    meaning: 'how long, with synchronous-commit off, WAL stays in memory at most',
    default: ms(200),
    min: ms(1),
    source: CONF,
  }),
  walBytes: bytes({ meaning: 'WAL of a row written, besides its value', default: 150, source: '[G]' }),
  checkpointTimeout: duration({
    meaning: 'time between checkpoints',
    default: minutes(5),
    min: seconds(1),
    source: CONF,
  }),
  checkpointCompletionTarget: ratio({
    meaning: 'share of that time over which a checkpoint is spread',
    default: 0.9,
    source: CONF,
  }),
  maxWalSize: bytes({
    meaning: 'WAL at which a checkpoint begins before its time',
    default: GiB,
    min: MiB,
    source: CONF,
  }),
  startTime: duration({
    meaning: 'time from the start of the process to the replay of WAL',
    default: seconds(1),
    source: '[G]',
  }),
  replayRate: bandwidth({
    meaning: 'WAL replayed a second after a crash, from the last finished checkpoint on',
    default: 50e6,
    min: 1,
    source: '[G] one process replays; 20 to 100 MB/s',
  }),
  deadlockTimeout: duration({
    meaning: 'time that a transaction waits for a lock before it looks for a deadlock',
    default: seconds(1),
    min: ms(1),
    source: CONF,
  }),
} as const

export type PostgresValues = Values<typeof parameters>

export const metrics = {
  latency: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time from the arrival of a transaction to its reply',
  },
  commits: { observed: 'count', unit: 'count', better: 'higher', meaning: 'transactions committed' },
  rollbacks: { observed: 'count', unit: 'count', better: 'lower', meaning: 'transactions rolled back' },
  deadlocks: {
    observed: 'count',
    unit: 'count',
    better: 'lower',
    meaning: 'transactions ended to break a deadlock',
  },
  'lock-wait': {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time that statements wait for a row that is locked',
  },
  flushes: { observed: 'count', unit: 'count', better: 'neither', meaning: 'flushes of the WAL' },
  group: {
    observed: 'value',
    unit: 'count',
    better: 'higher',
    meaning: 'commits that a flush makes durable',
  },
  wal: { observed: 'count', unit: 'bytes', better: 'neither', meaning: 'WAL written' },
  connects: { observed: 'count', unit: 'count', better: 'lower', meaning: 'connections opened' },
  refused: { observed: 'count', unit: 'count', better: 'lower', meaning: 'connections refused' },
  hits: { observed: 'count', unit: 'count', better: 'neither', meaning: 'pages found in memory' },
  misses: { observed: 'count', unit: 'count', better: 'lower', meaning: 'pages read from the disk' },
  recovery: {
    observed: 'value',
    unit: 'ns',
    better: 'lower',
    meaning: 'time from a start to the first connection',
  },
} as const
