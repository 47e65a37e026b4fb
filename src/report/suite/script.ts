// The suite's script: sorts and filters its tables, and keeps how in the address: `#claims.system=hive&claims.sort=verdict`.
// Without it both tables are there, whole and in their own order.

import { SORTING } from '../html/script.ts'

export const SUITE_SCRIPT = `${SORTING}
let state = new URLSearchParams();
const tables = [...document.querySelectorAll('table[data-state]')].map((table) => {
  const name = table.dataset.state;
  const tools = document.querySelector('[data-tools="' + name + '"]');
  const status = document.querySelector('[data-status="' + name + '"]');
  const controls = [...tools.querySelectorAll('[data-filter]')];
  const titles = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const get = (key) => state.get(name + '.' + key) ?? '';
  const set = (key, value) => value === '' ? state.delete(name + '.' + key) : state.set(name + '.' + key, value);
  const order = () => {
    const key = get('sort').replace(/^-/, '');
    const sign = get('sort').startsWith('-') ? -1 : 1;
    const column = titles.findIndex((title) => key !== '' && title.dataset.key === key);
    titles.forEach((title, i) => {
      if (i === column) title.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
      else title.removeAttribute('aria-sort');
    });
    table.tBodies[0].append(...(column < 0 ? rows : sorted(rows, column, sign)));
  };
  const filter = () => {
    const find = get('find').toLowerCase().trim();
    rows.forEach((row, i) => {
      row.hidden = !texts[i].includes(find) || ['verdict', 'system'].some((key) => get(key) !== '' && row.dataset[key] !== get(key));
    });
    const shown = rows.filter((row) => !row.hidden).length;
    const all = rows.length + ' ' + status.dataset.noun + (rows.length === 1 ? '' : 's');
    status.textContent = shown === rows.length ? all : shown + ' of ' + all;
  };
  const show = () => {
    // A choice that there is not is none.
    for (const control of controls) {
      control.value = get(control.dataset.filter);
      set(control.dataset.filter, control.value);
    }
    order();
    filter();
  };
  for (const title of titles) {
    if (title.dataset.key) pressable(title, () => {
      set('sort', (title.getAttribute('aria-sort') === 'ascending' ? '-' : '') + title.dataset.key);
      order();
      keep();
    });
  }
  for (const control of controls) control.addEventListener('input', () => {
    set(control.dataset.filter, control.value);
    filter();
    keep();
  });
  tools.querySelector('button').addEventListener('click', () => {
    for (const key of ['sort', 'find', 'verdict', 'system']) set(key, '');
    show();
    keep();
  });
  tools.hidden = false;
  return { name, table, show };
});
const keep = () => {
  state.sort();
  const text = state.toString();
  history.replaceState(null, '', text === '' ? location.pathname + location.search : '#' + text);
};
const read = () => {
  // A fragment without a sign of equality is a place on the page.
  if (location.hash.includes('=')) state = new URLSearchParams(location.hash.slice(1));
  for (const { show } of tables) show();
};
for (const counted of document.querySelectorAll('[data-go]')) {
  const link = document.createElement('a');
  link.href = '#' + counted.dataset.go;
  link.append(...counted.childNodes);
  counted.append(link);
  link.addEventListener('click', (event) => {
    event.preventDefault();
    state = new URLSearchParams(counted.dataset.go);
    for (const { show } of tables) show();
    keep();
    const found = tables.find(({ name }) => counted.dataset.go.startsWith(name + '.'));
    found?.table.parentElement.focus({ preventScroll: true });
    found?.table.closest('section').querySelector('.tools').scrollIntoView();
  });
}
addEventListener('hashchange', () => {
  read();
  if (!location.hash.includes('=') && state.toString() !== '') keep();
});
read();
`
