import { expect, test } from 'vitest'
import { html, raw } from './html.ts'

test('every value is escaped, in text and in attributes', () => {
  const hostile = `"><script>alert('1')</script>&\``
  expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&#96;">' +
      '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&#96;</p>',
  )
})

test('html inside html is not escaped again, and lists are joined', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`)
  expect(html`<ul>${items}</ul>`.text).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>')
})

test('nothing is written for null, undefined and false, and zero is a number', () => {
  expect(html`<p>${null}${undefined}${false}${0}${12n}${''}</p>`.text).toBe('<p>012</p>')
})

test('an object that only looks like html is not taken for it', () => {
  const forged = JSON.parse('{"text":"<b>"}') as string
  expect(() => html`${forged}`).toThrow()
})

test('raw lets through what we vouch for', () => {
  expect(html`${raw('<hr>')}`.text).toBe('<hr>')
})
