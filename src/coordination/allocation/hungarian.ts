// The linear assignment problem, solved to the optimum: rows to columns, one to one, at the least sum of costs. The Hungarian
// algorithm (H. W. Kuhn, 1955; J. Munkres, 1957) by shortest augmenting paths: R. Jonker and A. Volgenant, Computing 38 (1987),
// in the rectangular form of D. F. Crouse, IEEE Transactions on Aerospace and Electronic Systems 52 (2016). O(s² l) for sides s ≤ l.
// Left out: Jonker and Volgenant's initial reductions, which save time and change nothing in what is optimal.

/** Row after row in one array, or an array of rows; Infinity: the pair is forbidden. */
export type CostMatrix = Float64Array | readonly (readonly number[])[]

export interface Matching {
  /** The column of each row; -1: none. */
  readonly columnOf: Int32Array
  /** Pairs there are. Fewer than the smaller side has: what is forbidden leaves no full assignment. */
  readonly pairs: number
  /** Sum of the costs of the pairs. */
  readonly cost: number
  /** Dual prices: of a pair, row and column price sum to the cost; elsewhere to no more. That proves it optimal. */
  readonly rowPrice: Float64Array
  readonly columnPrice: Float64Array
}

/**
 * The cheapest assignment of rows to columns. All of the smaller side (rows, where the sides are equal) are matched, or as many
 * of them as what is forbidden lets, the lower index first, and those at the least cost. Ties: the smaller side is taken in
 * order of its index; of equally near partners one that is free comes first, then the lower index. NaN and -Infinity throw.
 */
export const hungarian = (cost: CostMatrix, rows: number, columns: number): Matching =>
  new Hungarian().solve(cost, rows, columns)

/** Solves one problem after another in the same memory; what it returns is the caller's. */
export class Hungarian {
  /** The problem with the smaller side as its rows. */
  #cost = new Float64Array(0)
  #rows = 0
  #columns = 0
  #rowPrice = new Float64Array(0)
  #columnPrice = new Float64Array(0)
  #columnOf = new Int32Array(0)
  #rowOf = new Int32Array(0)
  /** Of the search under way: each column's distance from the row that seeks one, the row before it, whether it is settled. */
  #distance = new Float64Array(0)
  #before = new Int32Array(0)
  #settled = new Uint8Array(0)

  solve(cost: CostMatrix, rows: number, columns: number): Matching {
    const turned = rows > columns
    this.#begin(turned ? columns : rows, turned ? rows : columns)
    this.#read(cost, rows, columns, turned)
    for (let row = 0; row < this.#rows; row++) this.#match(row)
    return this.#matching(turned)
  }

  #begin(rows: number, columns: number): void {
    this.#rows = rows
    this.#columns = columns
    if (this.#cost.length < rows * columns) this.#cost = new Float64Array(rows * columns)
    if (this.#columnOf.length < rows) {
      this.#rowPrice = new Float64Array(rows)
      this.#columnOf = new Int32Array(rows)
    }
    if (this.#rowOf.length < columns) {
      this.#columnPrice = new Float64Array(columns)
      this.#rowOf = new Int32Array(columns)
      this.#distance = new Float64Array(columns)
      this.#before = new Int32Array(columns)
      this.#settled = new Uint8Array(columns)
    }
    this.#rowPrice.fill(0)
    this.#columnPrice.fill(0)
    this.#columnOf.fill(-1)
    this.#rowOf.fill(-1)
  }

  #read(cost: CostMatrix, rows: number, columns: number, turned: boolean): void {
    const flat = cost instanceof Float64Array
    if (flat ? cost.length < rows * columns : cost.length < rows)
      throw new RangeError(`a cost matrix of ${cost.length}; expected ${rows} × ${columns}`)
    const into = this.#cost
    for (let i = 0; i < rows; i++) {
      const line = flat ? cost : cost[i]!
      const from = flat ? i * columns : 0
      for (let j = 0; j < columns; j++) {
        const value = line[from + j]!
        if (!(value > -Infinity)) throw new RangeError(`cost of row ${i}, column ${j}: ${value}`)
        into[turned ? j * rows + i : i * columns + j] = value
      }
    }
  }

  /** Finds the row a column by the shortest augmenting path, and prices to match; none where no path leads to a free one. */
  #match(row: number): void {
    const free = this.#search(row)
    if (free === -1) return
    const distance = this.#distance
    const reach = distance[free]!
    // Before the path is turned over: the settled columns' rows are those they have had so far.
    this.#rowPrice[row]! += reach
    for (let j = 0; j < this.#columns; j++)
      if (this.#settled[j] === 1 && j !== free) {
        this.#rowPrice[this.#rowOf[j]!]! += reach - distance[j]!
        this.#columnPrice[j]! -= reach - distance[j]!
      }
    let column = free
    for (;;) {
      const owner = this.#before[column]!
      const next = this.#columnOf[owner]!
      this.#rowOf[column] = owner
      this.#columnOf[owner] = column
      if (owner === row) return
      column = next
    }
  }

  /** Dijkstra's search by reduced costs, from a row to the nearest column that is free; -1: there is none within reach. */
  #search(start: number): number {
    const cost = this.#cost
    const columns = this.#columns
    const columnPrice = this.#columnPrice
    const rowOf = this.#rowOf
    const distance = this.#distance.fill(Infinity)
    const before = this.#before
    const settled = this.#settled.fill(0)
    let row = start
    let reach = 0
    for (;;) {
      const base = row * columns
      const offset = reach - this.#rowPrice[row]!
      let nearest = -1
      let least = Infinity
      for (let j = 0; j < columns; j++) {
        if (settled[j] === 1) continue
        const over = offset + cost[base + j]! - columnPrice[j]!
        if (over < distance[j]!) {
          distance[j] = over
          before[j] = row
        }
        const near = distance[j]!
        if (near < least || (near === least && nearest !== -1 && rowOf[j] === -1 && rowOf[nearest] !== -1)) {
          least = near
          nearest = j
        }
      }
      if (nearest === -1) return -1
      settled[nearest] = 1
      reach = least
      if (rowOf[nearest] === -1) return nearest
      row = rowOf[nearest]!
    }
  }

  #matching(turned: boolean): Matching {
    let pairs = 0
    let cost = 0
    for (let i = 0; i < this.#rows; i++) {
      const column = this.#columnOf[i]!
      if (column === -1) continue
      pairs++
      cost += this.#cost[i * this.#columns + column]!
    }
    const rowPrice = this.#rowPrice.slice(0, this.#rows)
    const columnPrice = this.#columnPrice.slice(0, this.#columns)
    return turned
      ? {
          columnOf: this.#rowOf.slice(0, this.#columns),
          pairs,
          cost,
          rowPrice: columnPrice,
          columnPrice: rowPrice,
        }
      : { columnOf: this.#columnOf.slice(0, this.#rows), pairs, cost, rowPrice, columnPrice }
  }
}
