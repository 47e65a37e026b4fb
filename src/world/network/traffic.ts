// What is counted of all messages: whatever is sent or doubled is delivered, lost or withdrawn, or still under way.

import type { Counter } from '../../observe/counter.ts'
import type { Recorder } from '../../observe/recorder.ts'

export class Traffic {
  readonly messages: Counter
  readonly bytes: Counter
  readonly delivered: Counter
  readonly lost: Counter
  readonly withdrawn: Counter
  readonly duplicated: Counter
  readonly held: Counter
  readonly retransmitted: Counter
  readonly connections: Counter
  readonly resets: Counter

  constructor(recorder: Recorder) {
    const counter = (
      name: string,
      better: 'lower' | 'neither',
      meaning: string,
      unit: 'count' | 'bytes' = 'count',
    ) => recorder.counter(`network.${name}`, { unit, better, meaning })
    this.messages = counter('messages', 'neither', 'messages sent between processes')
    this.bytes = counter('bytes', 'neither', 'bytes sent between processes, framing included', 'bytes')
    this.delivered = counter('delivered', 'neither', 'messages that arrived, second ones included')
    this.lost = counter(
      'lost',
      'lower',
      'messages lost to partitions, crashed hosts, bad links and broken connections',
    )
    this.withdrawn = counter('withdrawn', 'lower', 'messages given up while they waited for a connection')
    this.duplicated = counter('duplicated', 'lower', 'messages that came twice')
    this.held = counter('held', 'lower', 'messages kept back for a while')
    this.retransmitted = counter('retransmitted', 'lower', 'segments that streams sent again')
    this.connections = counter('connections', 'neither', 'connections opened')
    this.resets = counter('resets', 'lower', 'connections that broke while they were in use')
  }
}
