// Facts: what a process says has happened, for the checkers and the timeline. No metric follows from them, and where
// nobody listens they cost nothing to speak of.

/** Plain data; `group`, `queue`, `store` … name what the fact is of, so that several of a kind can be told apart. */
export type Fact =
  /** Consensus: a value was put forward, or decided, in an instance (a slot, a height) of a group. */
  | {
      readonly fact: 'proposed' | 'decided'
      readonly group: string
      readonly instance: number
      readonly value: string
    }
  /** Election: the process leads the group in this term. */
  | { readonly fact: 'elected'; readonly group: string; readonly term: number }
  /** A task was taken responsibility for; `once`: nobody may do it twice. */
  | { readonly fact: 'submitted'; readonly queue: string; readonly task: string; readonly once: boolean }
  /** A task has taken effect, or was given up with its submitter told. */
  | { readonly fact: 'done' | 'dropped'; readonly queue: string; readonly task: string }
  /** The `sequence`-th message of a producer entered a stream, or was handed to a consumer. */
  | {
      readonly fact: 'produced' | 'consumed'
      readonly stream: string
      readonly producer: string
      readonly sequence: number
    }
  /**
   * An operation on a key-value store began; `value` is what is written (`null`: the key is deleted). A write without a
   * value leaves the key in a state that cannot be followed; of the key '', all keys.
   */
  | {
      readonly fact: 'invoked'
      readonly store: string
      readonly operation: number
      readonly op: 'read' | 'write'
      readonly key: string
      readonly value?: string | null
    }
  /** … and ended: `value` is what was read; `unknown`: it may or may not have taken effect, or still will. */
  | {
      readonly fact: 'returned'
      readonly store: string
      readonly operation: number
      readonly outcome: 'ok' | 'failed' | 'unknown'
      readonly value?: string | null
    }
  /** Credits moved into (or, below 0, out of) an account of a ledger; the sum over a ledger's accounts is conserved. */
  | { readonly fact: 'credited'; readonly ledger: string; readonly account: string; readonly by: number }
  /** Credits came into the ledger from outside, or left it. */
  | { readonly fact: 'issued'; readonly ledger: string; readonly by: number }
  /** A process has another started in its charge, or ended. */
  | { readonly fact: 'spawned' | 'reaped'; readonly child: string }
  /** A port of the host was taken or given back. */
  | { readonly fact: 'bound' | 'unbound'; readonly port: number }
  /** Something was achieved, as liveness asks: an entry committed, a backlog cleared. */
  | { readonly fact: 'progress'; readonly of: string }
  /** Somebody has begun to wait for something, so that it is due … */
  | { readonly fact: 'asked'; readonly of: string }
  /** … and has got it, or no longer waits. */
  | { readonly fact: 'answered'; readonly of: string; readonly ok: boolean }

/** The facts of one name. */
export type FactNamed<N extends Fact['fact'], F extends Fact = Fact> = F extends Fact
  ? N extends F['fact']
    ? F
    : never
  : never
