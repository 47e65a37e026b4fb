// A drawing's specification as SVG. Vega is heavy (0.3 s to load), so it is loaded when first needed; it needs no canvas.
// The SVG is made the same everywhere and small: text is measured by our own table, coordinates have two decimals,
// identifiers begin with the drawing's name, and what is hidden is left out.

import type { TopLevelSpec } from 'vega-lite'
import { invariant } from '../../errors.ts'
import type { Spec } from './chart.ts'
import { textWidth } from './text-width.ts'
import { CONFIG } from './theme.ts'

const SILENT = {
  level: () => SILENT,
  error: () => SILENT,
  warn: () => SILENT,
  info: () => SILENT,
  debug: () => SILENT,
}

async function load() {
  const [vega, { compile }, { expressionInterpreter }] = await Promise.all([
    import('vega'),
    import('vega-lite'),
    import('vega-interpreter'),
  ])
  const { textMetrics } = vega as unknown as { textMetrics: { width: unknown } }
  textMetrics.width = (item: { fontSize?: number }, text: unknown) =>
    textWidth(String(text ?? ''), item.fontSize ?? 11)
  return { vega, compile, expressionInterpreter }
}

export interface Drawn {
  readonly width: number
  readonly height: number
  /** What stands within the `svg` element. */
  readonly body: string
}

/** Draws the specification with our theme; `name` is unique within a page. */
export async function drawSvg(spec: Spec, name: string): Promise<Drawn> {
  const { vega, compile, expressionInterpreter } = await load()
  const themed = { ...spec, config: CONFIG } as unknown as TopLevelSpec
  const compiled = compile(themed, { logger: SILENT as never }).spec
  // Expressions are interpreted, never compiled: nothing in a scenario can become code.
  const runtime = vega.parse(compiled, undefined, { ast: true })
  const view = new vega.View(runtime, {
    renderer: 'none',
    expr: expressionInterpreter,
    logger: SILENT as never,
  })
  try {
    return taken(tidy(await view.toSVG(), name))
  } finally {
    view.finalize()
  }
}

function taken(svg: string): Drawn {
  const [root, width, height] = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"[^>]*>/.exec(svg) ?? []
  invariant(root !== undefined, 'a drawing has no size')
  return { width: Number(width), height: Number(height), body: svg.slice(root.length, -'</svg>'.length) }
}

function tidy(svg: string, name: string): string {
  const ids = new Map<string, string>()
  const renamed = (id: string): string => {
    const known = ids.get(id) ?? `${name}-${ids.size + 1}`
    ids.set(id, known)
    return known
  }
  return svg
    .replace(/<path class="foreground"[^>]*display="none"[^>]*\/>/g, '')
    .replace(/<path class="background"[^>]*d="M0,0h0v0h0Z"[^>]*\/>/g, '')
    .replace(/<text[^>]* opacity="0"[^>]*>[^<]*<\/text>/g, '')
    .replace(/<[^>]+>/g, (tag) =>
      tag
        .replace(/ (?:font-family|class|pointer-events|aria-hidden|role|aria-roledescription)="[^"]*"/g, '')
        .replace(/ (?:opacity|stroke-width)="1"/g, '')
        .replace(/ id="([^"]*)"/g, (_, id: string) => ` id="${renamed(id)}"`)
        .replace(/url\(#([^)]*)\)/g, (_, id: string) => `url(#${renamed(id)})`)
        .replace(
          / (d|transform|x|y|x1|x2|y1|y2|width|height)="([^"]*)"/g,
          (_, key: string, value: string) => ` ${key}="${rounded(value)}"`,
        ),
    )
}

const rounded = (numbers: string): string =>
  numbers.replace(/-?\d+\.\d+(?:e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100 + 0))
