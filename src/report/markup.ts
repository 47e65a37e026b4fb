// HTML and SVG by template: whatever is put into one is escaped, unless it is markup itself.

import { printable } from '../errors.ts'

/** Text that is markup already. Made by `markup` and `trusted` alone. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Content = Markup | string | number | null | readonly Content[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text from anywhere, fit for an element's content or a quoted attribute of HTML and XML alike; one line. */
export const escapeMarkup = (text: string): string =>
  printable(text.replace(/\s+/g, ' '))
    .replace(/[\ud800-\udfff\ufffe\uffff]/gu, '�')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!)

function render(content: Content): string {
  if (content === null) return ''
  if (content instanceof Markup) return content.text
  if (typeof content === 'object') return content.map(render).join('')
  return escapeMarkup(String(content))
}

/** Template tag: `markup\`<td>${name}</td>\``. Lists are joined, `null` is nothing. */
export const markup = (strings: TemplateStringsArray, ...values: readonly Content[]): Markup =>
  new Markup(strings.reduce((text, string, i) => text + render(values[i - 1]!) + string))

/** Our own markup, or what was escaped elsewhere. Never text from a scenario. */
export const trusted = (text: string): Markup => new Markup(text)

const BEFORE_UNIT = /(\d) (?=(?:%|[nµm]?s|min|h|d|[KMGT]i?B|[kKMG]?B\/s|kB|B)(?![\w]))/g

/** Text in which a figure and its unit stay on one line. */
export const prose = (text: string): Markup => trusted(escapeMarkup(text).replace(BEFORE_UNIT, '$1\u00a0'))
