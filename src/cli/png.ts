// SVG as PNG: resvg, compiled to WebAssembly, with Arimo, whose letters are as wide as Arial's. Neither the machine's fonts nor its
// graphics have a part in it, so the same drawing is the same bytes everywhere. It takes 0.2 s to load, and only where a PNG is asked for.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { charactersOf } from './font.ts'

const FAMILY = 'Arimo'
const FACES = ['400Regular', '600SemiBold'] as const
/** Pixels for each of the drawing's, so that it is sharp on screens that have twice as many. */
const SCALE = 2

export interface Png {
  readonly data: Uint8Array
  /** Characters that the font has not; each is an empty box in the image. */
  readonly lacking: readonly string[]
}

/** @param width in pixels; left out: twice the drawing's */
export async function pngOf(svg: string, width?: number): Promise<Png> {
  loaded ??= load()
  const { Resvg, fonts } = await loaded
  const image = new Resvg(withoutStyle(svg), {
    fitTo: width === undefined ? { mode: 'zoom', value: SCALE } : { mode: 'width', value: width },
    font: { fontBuffers: [...fonts], defaultFontFamily: FAMILY, sansSerifFamily: FAMILY },
  })
  const rendered = image.render()
  try {
    return { data: rendered.asPng(), lacking: charactersOf(fonts[0]!).lacking(textOf(svg)) }
  } finally {
    rendered.free()
    image.free()
  }
}

let loaded: ReturnType<typeof load> | undefined

async function load() {
  const { resolve } = createRequire(import.meta.url)
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm')
  await initWasm(readFileSync(resolve('@resvg/resvg-wasm/index_bg.wasm')))
  const fonts = FACES.map((face) =>
    readFileSync(resolve(`@expo-google-fonts/arimo/${face}/Arimo_${face}.ttf`)),
  )
  return { Resvg, fonts }
}

/** All that is in our style sheets is for the dark, and paper is light. */
const withoutStyle = (svg: string): string => svg.replace(/<style>[^<]*<\/style>/, '')

/** What is written in the drawing, without its title and description, which are not seen. */
const textOf = (svg: string): string =>
  [...svg.matchAll(/<text\b[^>]*>(.*?)<\/text>/gs)].map(([, text]) => text!.replace(/<[^>]*>/g, '')).join('')
