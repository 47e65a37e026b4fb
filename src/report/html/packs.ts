// What a page carries for its script: compressed, inert, and opened when it is first needed.

import { deflateSync, strToU8 } from 'fflate'
import type { Result } from '../../results/result.ts'
import { seedsOf } from '../axes.ts'
import { chosenOf } from '../diagrams/chosen.ts'
import { packedMessages } from '../diagrams/packed-messages.ts'
import type { Figure } from '../figure.ts'
import { type Markup, markup, trusted } from '../markup.ts'
import { packed } from '../packed.ts'

/** A reader can choose among its variants or its seeds. */
export const isFilterable = ({ variants }: Result): boolean =>
  variants.length > 1 || seedsOf(variants).length > 1

/** Deflated by our own copy of the algorithm, so that every version of Node gives the same bytes. */
const pack = (name: string, text: string): Markup =>
  markup`<template data-packed="${name}">${trusted(Buffer.from(deflateSync(strToU8(text), { level: 7 })).toString('base64'))}</template>
`

/** What diagrams are drawn of, where there are some. */
function messages(result: Result): Markup | null {
  const chosen = chosenOf(result)
  return chosen ? pack('messages', JSON.stringify(packedMessages(result, chosen))) : null
}

/** The figures of drawings, for files. */
export const tablesPack = (figures: readonly Figure[]): Markup | null =>
  figures.length === 0
    ? null
    : pack('tables', JSON.stringify(Object.fromEntries(figures.map(({ name, table }) => [name, table]))))

/** The figures of the drawings; where there is something to filter also the result, and what draws it. */
export function packs(result: Result, figures: readonly Figure[], drawing: string | null): Markup {
  const filters =
    drawing === null
      ? null
      : [
          pack(
            'index',
            JSON.stringify(
              result.variants.map(({ name, parameters, seeds }) => ({ name, parameters, seeds })),
            ),
          ),
          pack('result', JSON.stringify(packed(result))),
          pack('drawing', drawing),
        ]
  return markup`${tablesPack(figures)}${messages(result)}${filters}`
}
