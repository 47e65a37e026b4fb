// Which column of a trace says what: told by the header of Azure's LLM inference traces (Azure/AzurePublicDataset, 2023 and 2024),
// or by the names that the scenario gives.

import { type Mistake, quote, ScenarioError, unknownName } from '../../errors.ts'
import { type CsvRecord, fieldsOf, placeOfField } from './record-reader.ts'

/** The names of the columns; what is left out the trace does not tell. */
export interface TraceColumns {
  readonly at: string
  readonly promptTokens?: string | undefined
  readonly outputTokens?: string | undefined
  readonly prefix?: string | undefined
}

const AZURE_COLUMNS: TraceColumns = {
  at: 'TIMESTAMP',
  promptTokens: 'ContextTokens',
  outputTokens: 'GeneratedTokens',
}

/** Where each column is, counted from 0; -1 where the trace has none. */
export interface ColumnIndexes {
  readonly at: number
  readonly promptTokens: number
  readonly outputTokens: number
  readonly prefix: number
  /** How many fields the header has. */
  readonly count: number
  /** As the header writes them. */
  readonly names: readonly string[]
}

/** Finds the columns in the header. Throws ScenarioError naming every one that is missing. */
export function findColumns(header: CsvRecord, columns: TraceColumns | undefined): ColumnIndexes {
  const names = fieldsOf(header.text).map((name) => name.trim())
  const mistakes: Mistake[] = []
  const find = (column: string | undefined): number => {
    if (column === undefined) return -1
    const index = names.indexOf(column)
    if (index === -1) mistakes.push(missing(column, names, header, columns === undefined))
    return index
  }
  const { at, promptTokens, outputTokens, prefix } = columns ?? AZURE_COLUMNS
  const found = {
    at: find(at),
    promptTokens: find(promptTokens),
    outputTokens: find(outputTokens),
    prefix: find(prefix),
    count: names.length,
    names,
  }
  if (mistakes.length > 0) throw new ScenarioError(mistakes)
  return found
}

function missing(column: string, names: readonly string[], header: CsvRecord, azure: boolean): Mistake {
  const known = names.slice(0, 20).map((name) => quote(name, 30))
  const mistake = unknownName('column', column, known, placeOfField(header, 0))
  if (!azure) return mistake
  return {
    ...mistake,
    message: `missing column: ${column}; the header has ${known.join(', ')}; expected Azure's TIMESTAMP, ContextTokens, GeneratedTokens`,
    hint: 'for another format say which column is which: columns: { at: …, prompt-tokens: …, output-tokens: … }',
  }
}
