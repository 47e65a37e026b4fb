// Apart from what makes it: whoever tells of errors need not load the data centre.

/** A module of the user's threw what is no outcome of a call: its bug, named with its place in the run. */
export class ForeignError extends Error {
  override name = 'ForeignError'
}
