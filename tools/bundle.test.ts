import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { bundleSdk, bytesMax } from './bundle.js'

test('the SDK is small enough for everybody, and has no sink for HTML or code', async () => {
  for (const { code, brotliBytes } of await bundleSdk('src')) {
    expect(brotliBytes).toBeLessThanOrEqual(bytesMax)
    expect(code).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|\beval\(|new Function|DOMParser/,
    )
    expect(code).not.toMatch(/localStorage|sessionStorage|document\.cookie|onerror|unhandledrejection/)
  }
})

test('the script sets one global and leaves an earlier copy in place', async () => {
  const script = (await bundleSdk('src')).find(({ name }) => name === 'ekko.js')!
  const page: Record<string, unknown> = {}
  runInNewContext(script.code, page)
  expect(Object.keys(page)).toEqual(['Ekko'])
  const first = page.Ekko
  runInNewContext(script.code, page)
  expect(page.Ekko).toBe(first)
})
