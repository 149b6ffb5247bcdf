import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { bundleSdk } from './bundle.js'

test('the SDK is small enough for everybody, and has no sink for HTML or code', async () => {
  for (const { code, brotliBytes, brotliMax } of await bundleSdk()) {
    expect(brotliBytes).toBeLessThanOrEqual(brotliMax)
    expect(code).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|\beval\(|new Function|DOMParser/,
    )
    expect(code).not.toMatch(/localStorage|sessionStorage|document\.cookie|onerror|unhandledrejection/)
  }
})

test.each(['ekko.js', 'loader.js'])(
  '%s sets one global and leaves an earlier copy in place',
  async (wanted) => {
    const script = (await bundleSdk()).find(({ name }) => name === wanted)!
    const page: Record<string, unknown> = {}
    runInNewContext(script.code, page)
    expect(Object.keys(page)).toEqual(['Ekko'])
    const first = page.Ekko
    runInNewContext(script.code, page)
    expect(page.Ekko).toBe(first)
  },
)
