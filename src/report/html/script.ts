// The page's only script: a click on a column's title sorts a table. Without it the tables are read as they are.

import { createHash } from 'node:crypto'

export const SCRIPT = `
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0];
  const titles = [...table.tHead.rows[0].cells];
  titles.forEach((title, column) => {
    // No button element: browsers leave it out where a printed table repeats its head.
    const button = document.createElement('span');
    button.setAttribute('role', 'button');
    button.tabIndex = 0;
    button.textContent = title.textContent;
    title.replaceChildren(button);
    const sort = () => {
      const sign = title.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
      titles.forEach((other) => other.removeAttribute('aria-sort'));
      title.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
      const keyed = [...body.rows].map((row) => [row.cells[column].dataset.value ?? row.cells[column].textContent, row]);
      const numeric = keyed.every(([key]) => key === '' || !Number.isNaN(Number(key)));
      keyed.sort(([a], [b]) => {
        if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1;
        return sign * (numeric ? a - b : a < b ? -1 : a > b ? 1 : 0);
      });
      body.append(...keyed.map(([, row]) => row));
    };
    button.addEventListener('click', sort);
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      sort();
    });
  });
}
`

/** For the page's content security policy: this script may run, no other. */
export const SCRIPT_HASH = `sha256-${createHash('sha256').update(SCRIPT).digest('base64')}`
