import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeMarkup, markup, trusted } from '../../src/report/markup.ts'
import { HOSTILE } from './sample-results.ts'

test('whatever is put into a template is text', () => {
  expect(markup`<p title="${'"><b>'}">${"<i> & '"}</p>`.text).toBe(
    '<p title="&quot;&gt;&lt;b&gt;">&lt;i&gt; &amp; &#39;</p>',
  )
})

test('markup within markup stays, lists are joined, null is nothing', () => {
  expect(markup`<ul>${[markup`<li>${1}</li>`, trusted('<li/>')]}${null}</ul>`.text).toBe(
    '<ul><li>1</li><li/></ul>',
  )
})

test('escaped text has nothing left that HTML or XML could take for more than text', () => {
  const holds = (text: string) => {
    expect(escapeMarkup(text)).not.toMatch(/[<>"']/)
    expect(escapeMarkup(text)).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/)
    expect(escapeMarkup(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/u)
    expect(escapeMarkup(text)).not.toMatch(/[\ud800-\udfff]/u)
  }
  HOSTILE.forEach(holds)
  fc.assert(fc.property(fc.string({ unit: 'binary' }), holds))
  holds('\ud800 alone')
})
