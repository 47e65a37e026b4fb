// What the scripts of pages are made of, and how a page's policy names them.

import { createHash } from 'node:crypto'

/**
 * Two functions for pages' scripts: `pressable` puts something to press into a column's title, `sorted` orders rows by a
 * column, what was not observed last.
 */
export const SORTING = `
const pressable = (title, press) => {
  // No button element: browsers leave it out where a printed table repeats its head.
  const button = document.createElement('span');
  button.setAttribute('role', 'button');
  button.tabIndex = 0;
  button.textContent = title.textContent;
  title.replaceChildren(button);
  button.addEventListener('click', press);
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    press();
  });
};
const sorted = (rows, column, sign) => {
  const keyed = rows.map((row) => [row.cells[column].dataset.value ?? row.cells[column].textContent, row]);
  const numeric = keyed.every(([key]) => key === '' || !Number.isNaN(Number(key)));
  keyed.sort(([a], [b]) => {
    if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1;
    return sign * (numeric ? a - b : a < b ? -1 : a > b ? 1 : 0);
  });
  return keyed.map(([, row]) => row);
};
`

/** For a page's content security policy: this script may run, no other. */
export const hashOf = (script: string): string =>
  `sha256-${createHash('sha256').update(script).digest('base64')}`
