// What can be set on the network, on one of its links, and on the connections over it.

import {
  bandwidth,
  bytes,
  choice,
  count,
  type DistributionSpec,
  distribution,
  duration,
  flag,
  kind,
  optional,
  type Parameters,
  ratio,
  record,
  type Values,
} from '../../parameters.ts'
import { KiB, MiB, type Nanos, seconds, us } from '../../units.ts'
import { topologies } from './topologies.ts'

const constant = (value: Nanos): DistributionSpec => ({ kind: 'constant', value })

const basic = {
  latency: distribution('ns', {
    meaning: 'one-way latency between two hosts',
    default: constant(us(100)),
    source: '[P] Redis over 1 GbE: 200 µs there and back',
  }),
  bandwidth: bandwidth({
    meaning:
      'bandwidth of each direction between two hosts, or of each host where a switch joins them; 0: unlimited',
    default: 125e6,
    source: '1 GbE',
  }),
  loopback: duration({
    meaning: 'one-way latency between processes of one host',
    default: us(15),
    source: '[P] Redis over a unix socket: 30 µs there and back',
  }),
  overhead: bytes({
    meaning: 'bytes that framing adds to each message (Ethernet, IP, TCP and a short HTTP header)',
    default: 150,
    source: '[D] 66 bytes of Ethernet, IP and TCP, and a minimal HTTP header',
  }),
} as const

/** What can be wrong with a link for good; a fault makes it worse for a while. */
const flaws = {
  loss: ratio({
    meaning: 'share of packets that is lost: a stream sends them again, a datagram is gone',
    default: 0,
  }),
  duplicate: ratio({
    meaning: 'share of datagrams that comes twice; a stream drops the second',
    default: 0,
  }),
  corrupt: ratio({
    meaning: 'share of packets that arrives damaged, which the checksum finds: as good as lost',
    default: 0,
  }),
  reorder: ratio({
    meaning:
      'share of messages that takes as long again as one more latency, and may be overtaken; a stream waits for it',
    default: 0,
  }),
} as const

/** Round trips before the first byte. */
export const HANDSHAKES = { none: 0, tcp: 1, tls: 2, 'tls-1.2': 3 } as const

const connection = {
  handshake: choice(['none', 'tcp', 'tls', 'tls-1.2'], {
    meaning: 'what a new connection begins with: nothing, 1 round trip, 2 (TLS 1.3) or 3 (TLS 1.2)',
    default: 'tcp',
    source: '[S] RFC 9293 3.5, RFC 8446 2, RFC 5246 7.3',
  }),
  limit: count({
    meaning: 'connections that one process opens to another, at most; further requests wait. 0: any number',
    default: 0,
  }),
  requestsAtOnce: count({
    meaning: 'requests that one connection carries at once: 1 as HTTP/1.1, 100 as HTTP/2. 0: any number',
    default: 0,
    source: '[S] RFC 9112 9.3, RFC 9113 5.1.2',
  }),
  idle: optional(
    duration({ meaning: 'a connection without use for so long is closed. Left out: it stays', min: 1 }),
  ),
  retransmit: flag({
    meaning:
      'what a cut or a crashed host swallows is sent again until it gets through; else it is lost at once',
    default: true,
    source: '[S] RFC 9293 3.8',
  }),
  connectTimeout: duration({
    meaning: 'a connection that is not open after so long fails; attempts are repeated after 1 s, 2 s, 4 s …',
    default: seconds(127),
    min: 1,
    source: '[S] Linux tcp(7): tcp_syn_retries 6, RFC 6298 2: 1 s at first',
  }),
  keepAlive: optional(
    duration({
      meaning:
        'a connection on which an answer is awaited is probed after so long without a word. Left out: never',
      min: 1,
    }),
  ),
  keepAliveInterval: duration({
    meaning: 'from one probe without an answer to the next',
    default: seconds(75),
    min: 1,
    source: '[S] Linux tcp(7): tcp_keepalive_intvl',
  }),
  keepAliveProbes: count({
    meaning: 'after so many probes without an answer the connection is given up',
    default: 9,
    min: 1,
    source: '[S] Linux tcp(7): tcp_keepalive_probes',
  }),
} as const

const tcp = {
  segment: bytes({
    meaning: 'most bytes in one packet of a stream (MSS) or piece of a datagram',
    default: 1460,
    min: 1,
    source: '[S] 1500 bytes of Ethernet less 40 of IP and TCP',
  }),
  minTimeout: duration({
    meaning: 'least time until an unacknowledged segment is sent again; doubled each time',
    default: seconds(0.2),
    min: 1,
    source: '[S] Linux TCP_RTO_MIN; RFC 6298 says 1 s',
  }),
  maxTimeout: duration({
    meaning: 'the most that doubling leads to',
    default: seconds(120),
    min: 1,
    source: '[S] Linux TCP_RTO_MAX',
  }),
  retries: count({
    meaning: 'a stream is given up when a segment was sent again so often in vain',
    default: 15,
    source: '[S] Linux tcp(7): tcp_retries2, about 924.6 s',
  }),
  initialWindow: count({
    meaning: 'segments that a stream sends before the first acknowledgement',
    default: 10,
    min: 1,
    source: '[S] RFC 6928',
  }),
  receiveWindow: bytes({
    meaning: 'most bytes of a stream that are under way; counts on links that lose packets',
    default: 6 * MiB,
    min: 1,
    source: '[S] Linux tcp(7): tcp_rmem, highest',
  }),
} as const

const overlay = {
  encapsulation: bytes({
    meaning: 'bytes added to each packet',
    default: 50,
    source: '[S] RFC 7348 5: outer Ethernet, IP, UDP and VXLAN headers',
  }),
  packetCost: duration({
    meaning: 'time that each host takes to wrap or unwrap a packet, one after another',
    default: us(1),
    source: '[G] packets pass the kernel twice; halves what one core sends (Zhuo et al., NSDI 2019)',
  }),
  latency: duration({
    meaning: 'one-way latency added',
    default: us(3),
    source:
      '[P] 20 instead of 17.1 µs between containers of two machines over a bridge (qperf, Yang 2017); a tunnel is no faster',
  }),
} as const

/** What a declaration says where nothing is set. */
function defaultsOf<P extends Parameters>(parameters: P): Values<P> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]),
  ) as Values<P>
}

export const TCP: TcpValues = defaultsOf(tcp)

const further = {
  jitter: optional(distribution('ns', { meaning: 'drawn for each message and added to its latency' })),
  ...flaws,
  sharing: choice(['fifo', 'fair'], {
    meaning:
      'who gets the bandwidth: messages one after another, or all at once, each its max-min fair share of every link on its way',
    default: 'fifo',
  }),
  flow: bytes({
    meaning: 'with fair sharing, a message above this size has a share; smaller ones find room between',
    default: 64 * KiB,
    source: '[G] a few round trips of the initial window',
  }),
  oneWay: choice(['stream', 'datagram'], {
    meaning: 'how one-way messages travel: in order and sent again when lost, or neither',
    default: 'stream',
  }),
  local: choice(['loopback', 'bridge', 'shared-memory'], {
    meaning: 'how processes of one host reach each other',
    default: 'loopback',
  }),
  bridge: duration({
    meaning: 'one-way latency between containers of one host over its bridge',
    default: us(20),
    source: '[D] loopback × 9.04/6.73, measured in containers over docker0 and without (qperf, Yang 2017)',
  }),
  sharedMemory: duration({
    meaning: 'one-way latency through memory that two processes share',
    default: us(0.3),
    source: '[G] a few cache lines from core to core',
  }),
  topology: kind(topologies, {
    meaning: 'what stands between the hosts',
    default: { kind: 'flat', values: {} },
  }),
  overlay: optional(record(overlay, { meaning: 'packets between hosts are wrapped in others (VXLAN)' })),
  connections: optional(
    record(connection, {
      meaning:
        'streams are connections that are opened, carry requests, and break. Left out: a stream is always there, and what a cut swallows is lost',
    }),
  ),
  tcp: record(tcp, { meaning: 'how streams deal with loss', default: TCP }),
} as const

export const networkParameters = { ...basic, ...further } as const

export const linkParameters = {
  latency: optional(distribution('ns', { meaning: 'one-way latency of this link' })),
  jitter: optional(distribution('ns', { meaning: 'drawn for each message and added to its latency' })),
  bandwidth: optional(
    bandwidth({
      meaning:
        'bandwidth of each direction of this link; 0: unlimited. Behind a switch, a limit of this pair’s own',
    }),
  ),
  loss: optional(ratio({ meaning: 'share of packets that is lost' })),
  duplicate: optional(ratio({ meaning: 'share of datagrams that comes twice' })),
  corrupt: optional(ratio({ meaning: 'share of packets that arrives damaged' })),
  reorder: optional(ratio({ meaning: 'share of messages that may be overtaken' })),
} as const

/** What is left out is as its default says. */
export type NetworkValues = Values<typeof basic> & Partial<Values<typeof further>>
export type LinkValues = Partial<Values<typeof linkParameters>>
export type ConnectionValues = Values<typeof connection>
export type TcpValues = Values<typeof tcp>
export type OverlayValues = Values<typeof overlay>
