// How the leader brings the catalogue in line with what the failure detector says: a member that is there is a node that
// passes, one that failed a node that is critical with all on it, one that left is forgotten (Consul, leader.go). At once when
// something changes, and all of it now and then and when it begins to lead.
// Left out: forgetting those that failed three days ago.

import type { Nanos } from '../../../units.ts'
import type { ServiceContext } from '../../service.ts'
import type { Command } from './catalog.ts'
import type { Member, Members } from './members.ts'
import type { ServerState } from './rpc.ts'

export class Reconciliation {
  constructor(
    readonly context: ServiceContext,
    readonly interval: Nanos,
    readonly server: ServerState,
    readonly members: Members,
    /** Members that failed and did not leave. */
    readonly failed: ReadonlySet<string>,
  ) {}

  begin(): void {
    const again = (): void => {
      this.context.process.after(this.interval, again)
      this.all()
    }
    this.context.process.after(this.interval, again)
  }

  all(): void {
    for (const member of this.members.list) this.changed(member)
    for (const name of this.failed) this.#write({ op: 'node', node: name, status: 'critical' })
  }

  changed({ name: node, state, up }: Member): void {
    if (up) this.#write({ op: 'node', node, status: 'passing' })
    else if (state === 'left') this.#write({ op: 'forget-node', node })
    else this.#write({ op: 'node', node, status: 'critical' })
  }

  /** What the catalogue knows already is not written again. */
  #write(command: Command): void {
    const { raft, catalog } = this.server
    if (raft.role !== 'leader') return
    if (command.op === 'node' && catalog.knows(command.node, command.status)) return
    if (command.op === 'forget-node' && !catalog.has(command.node)) return
    raft.propose(command, () => {})
  }
}
