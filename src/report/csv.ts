// A table as CSV (RFC 4180): commas, CRLF, quotes where they are needed. A text that a spreadsheet would take for a formula gets an
// apostrophe before it, as OWASP has it (owasp.org/www-community/attacks/CSV_Injection); a number stays a number.

import type { DataTable } from './charts/chart.ts'

/** With a line of titles; what was not observed is empty. */
export const csvOf = ({ columns, rows }: DataTable): string =>
  [columns, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}
