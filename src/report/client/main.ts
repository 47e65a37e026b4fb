// What a result's page does beyond being read. Each function takes the document and adds one thing to it; without the
// script all is there to be read, and nothing that would do nothing.

import { attachSorting } from './sorting.ts'

for (const attach of [attachSorting]) attach(document)
