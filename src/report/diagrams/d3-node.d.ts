// As much of d3-node 4 as is used; it brings no types.

declare module 'd3-node' {
  export class D3Node {
    /** Appends an `svg` element to an empty document and selects it. */
    createSVG(width: number, height: number): { node(): unknown; append(element: string): unknown }
    readonly window: {
      XMLSerializer: new () => { serializeToString(node: unknown): string }
      close(): void
    }
  }
}
