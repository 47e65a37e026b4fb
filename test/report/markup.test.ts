import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeMarkup, markup, prose, trusted } from '../../src/report/markup.ts'
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

test('a figure stays on one line with its unit, and is text all the same', () => {
  const kept = prose('100 % of 3.5 ms, 2 min, 4 MiB; 5 sets of 1 B/s <b>').text.split(' ')
  expect(kept).toEqual(
    ['100_%', 'of', '3.5_ms,', '2_min,', '4_MiB;', '5', 'sets', 'of', '1_B/s', '&lt;b&gt;'].map((word) =>
      word.replace('_', '\u00a0'),
    ),
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
