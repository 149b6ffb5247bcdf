import { expect, it } from 'vitest'
import { normalReturnUrl, returnUrlMaxChars } from './return-url.ts'

it('takes web addresses and makes them fit a header', () => {
  expect(normalReturnUrl('https://shop.example/thanks?a=1&b=é#x')).toBe(
    'https://shop.example/thanks?a=1&b=%C3%A9#x',
  )
  expect(normalReturnUrl('http://127.0.0.1:3000')).toBe('http://127.0.0.1:3000/')
  expect(normalReturnUrl('https://shop.example/a\r\nset-cookie: x')).toBe(
    'https://shop.example/aset-cookie:%20x',
  )
})

it.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  '//shop.example/',
  '/thanks',
  '',
  'https://',
  'https://user:secret@shop.example/',
  `https://shop.example/${'x'.repeat(returnUrlMaxChars)}`,
  `https://shop.example/${'é'.repeat(returnUrlMaxChars / 2)}`,
])('refuses %.40s', (text) => {
  expect(normalReturnUrl(text)).toBeUndefined()
})
