// Each drawing as a file: SVG and PNG as it is seen, CSV with its figures.

import { csvOf } from '../csv.ts'
import { safeFileName } from '../file-name.ts'
import { standAlone } from '../stand-alone.ts'
import { button } from './elements.ts'
import type { Page } from './page.ts'

/** Pixels of an image for one of the drawing. */
const SHARPNESS = 2

export function attachDownloads(within: ParentNode, { tables, scenario }: Page): void {
  for (const figure of within.querySelectorAll<HTMLElement>('figure[data-name]')) {
    const name = figure.dataset.name!
    const file = (ending: string): string => `${safeFileName(`${scenario.slice(0, 60)}-${name}`)}.${ending}`
    const kinds: Readonly<Record<string, () => unknown>> = {
      SVG: () => download(file('svg'), new Blob([documentOf(figure, true)], { type: 'image/svg+xml' })),
      PNG: async () => download(file('png'), await imageOf(documentOf(figure, false))),
      ...(figure.querySelector('details[data-table]')
        ? { CSV: () => download(file('csv'), new Blob([csvOf(tables.of(name)!)], { type: 'text/csv' })) }
        : {}),
    }
    const bar = document.createElement('p')
    bar.className = 'downloads'
    bar.append(
      ...Object.entries(kinds).map(([kind, make]) => {
        const press = button(kind, make)
        press.setAttribute('aria-label', `${kind} file of ${name}`)
        return press
      }),
    )
    figure.querySelector('figcaption')!.after(bar)
  }
}

/** As the drawing stands now. */
function documentOf(figure: HTMLElement, dark: boolean): string {
  const svg = figure.querySelector('svg')!
  const { width, height } = svg.viewBox.baseVal
  const serializer = new XMLSerializer()
  const parts = [...svg.children].filter(({ tagName }) => tagName !== 'title' && tagName !== 'desc')
  const body = parts
    .map((part) => serializer.serializeToString(part).replaceAll(' xmlns="http://www.w3.org/2000/svg"', ''))
    .join('')
  return standAlone(
    {
      name: figure.dataset.name!,
      title: textOf(figure, 'h3'),
      caption: textOf(figure, 'figcaption'),
      drawn: { width, height, body },
    },
    dark,
  )
}

/** As a document of its own has it: there lines are broken otherwise. */
const textOf = (figure: HTMLElement, selector: string): string =>
  figure.querySelector(selector)!.textContent.replaceAll('\u00a0', ' ')

async function imageOf(svg: string): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.width * SHARPNESS
  canvas.height = image.height * SHARPNESS
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the browser makes no image of it'))))
  })
}

function download(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
}
