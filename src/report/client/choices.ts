// What can be chosen: values on the axes of the matrix, text in variants' names, seeds.

import type { Variant } from '../../results/result.ts'
import { axesOf, positionOn, seedsOf } from '../axes.ts'
import type { Address } from './address.ts'

export type Indexed = Pick<Variant, 'name' | 'parameters' | 'seeds'>

/** Some of several values; where all are chosen the address says nothing of it. */
export class Values {
  readonly title: string
  readonly all: readonly string[]
  readonly #key: string
  readonly #address: Address

  constructor(address: Address, key: string, title: string, all: readonly string[]) {
    this.title = title
    this.all = all
    this.#key = key
    this.#address = address
  }

  /** Of values that there are; the empty text alone stands for none. */
  get chosen(): ReadonlySet<string> {
    const told = this.#address.all(this.#key)
    const known = told.filter((value) => this.all.includes(value))
    return new Set(told.length === 0 || (known.length === 0 && !told.includes('')) ? this.all : known)
  }

  set chosen(values: ReadonlySet<string>) {
    const some = this.all.filter((value) => values.has(value))
    this.#address.set(this.#key, some.length === this.all.length ? [] : some.length === 0 ? [''] : some)
  }
}

interface Facet {
  readonly values: Values
  of(variant: Indexed): string
}

export class Choices {
  readonly facets: readonly Facet[]
  readonly seeds: Values
  readonly #address: Address
  readonly #variants: readonly Indexed[]

  constructor(address: Address, variants: readonly Indexed[]) {
    const axes = axesOf(variants)
    const facet = (
      key: string,
      title: string,
      of: (variant: Indexed) => string,
      order: readonly string[],
    ): Facet => {
      const found = new Set(variants.map(of))
      const all = [...order.filter((value) => found.has(value)), ...found]
      return { values: new Values(address, key, title, [...new Set(all)]), of }
    }
    this.facets =
      variants.length < 2
        ? []
        : axes.length === 0
          ? [facet('variants', 'variant', ({ name }) => name, [])]
          : axes.map((axis) =>
              facet(
                `variants.${axis.name}`,
                axis.name,
                (variant) => positionOn(variant, axis),
                axis.values.map(String),
              ),
            )
    this.seeds = new Values(address, 'seeds', 'seeds', seedsOf(variants))
    this.#address = address
    this.#variants = variants
  }

  get find(): string {
    return this.#address.all('find')[0] ?? ''
  }

  set find(text: string) {
    this.#address.set('find', text === '' ? [] : [text])
  }

  /** Places of the variants that are chosen. */
  get variants(): ReadonlySet<number> {
    const text = this.find.toLowerCase().trim()
    const facets = this.facets.map(({ values, of }) => ({ chosen: values.chosen, of }))
    return new Set(
      this.#variants.flatMap((variant, i) =>
        variant.name.toLowerCase().includes(text) && facets.every(({ chosen, of }) => chosen.has(of(variant)))
          ? [i]
          : [],
      ),
    )
  }

  reset(): void {
    this.find = ''
    for (const { all, values } of [
      ...this.facets.map(({ values }) => ({ all: values.all, values })),
      { all: this.seeds.all, values: this.seeds },
    ])
      values.chosen = new Set(all)
  }
}
