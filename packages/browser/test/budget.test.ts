// What the component may cost a page: bytes, requests, and how far it may move what is there. Times are measured by
// `npm run bench sdk`; nothing here depends on how fast a machine is.
import { brotliCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { bundleSdk } from '../../../tools/bundle.js'
import { renderComponent } from '../../service/src/pages/component.ts'
import { create, readyOf, type Shop } from './support/shop.ts'
import { standUp } from './support/stand.ts'
import { assets, component } from './support/views.ts'

/** Loader, SDK, stylesheet and the component in one language, with four projects: brotli. */
const embeddedBytesMax = 16 * 1024
const shiftMax = 0.01
/** Small, small and strong, plain and strong, the title, the figure. */
const fontsMax = 5

const stand = standUp()

const brotli = (text: string | Buffer) => brotliCompressSync(text).length

test.each(['en-GB', 'de', 'ja', 'ar'])(
  'everything that the embedded component loads in %s fits the budget',
  async (locale) => {
    const files = await bundleSdk()
    const { projects } = component
    const markup = renderComponent(
      { ...component, locale, projects: [...projects, ...projects] },
      { styles: 'adopted' },
    )
    const parts = {
      loader: files.find(({ name }) => name === 'loader.mjs')!.brotliBytes,
      sdk: files.find(({ name }) => name === 'ekko.mjs')!.brotliBytes,
      stylesheet: brotli(assets.all.find(({ path }) => path === assets.paths.component)!.body),
      markup: brotli(markup),
    }
    const sum = Object.values(parts).reduce((one, other) => one + other)
    expect(sum, JSON.stringify(parts)).toBeLessThanOrEqual(embeddedBytesMax)
  },
)

test('it is set in few fonts, since each size and weight is one to open and to measure before anything is painted', async () => {
  const shop = await stand.open(create.embedded())
  await readyOf(shop.page)
  const fonts = await shop.page.locator('ekko-impact').evaluate((host) => {
    const shown = [...host.shadowRoot!.querySelectorAll('*')].filter(
      (element) =>
        element.checkVisibility() &&
        [...element.childNodes].some(({ nodeType, data }: Partial<Text>) => nodeType === 3 && data?.trim()),
    )
    return shown.map((element) => {
      const { fontFamily, fontSize, fontWeight } = getComputedStyle(element)
      return `${fontWeight} ${fontSize} ${fontFamily.split(',')[0]}`
    })
  })
  expect(fonts.length).toBeGreaterThan(20)
  expect([...new Set(fonts)].sort().slice(fontsMax)).toEqual([])
})

test('it takes three requests: the SDK, the component, its stylesheet', async () => {
  const shop = await stand.open(create.embedded())
  await readyOf(shop.page)
  expect(stand.fake.requests).toEqual([
    'GET /v1/ekko.js',
    'GET /v3/component',
    `GET ${assets.paths.component}`,
  ])
})

/** A page long enough that everything below the component would be pushed. */
const after = '<p style="height:600px">Order 1042 is on its way.</p>'
const watchShifts = `<script>window.shifts = []
  new PerformanceObserver((list) => { for (const { value, hadRecentInput } of list.getEntries())
    if (!hadRecentInput) shifts.push(value) }).observe({ type: 'layout-shift', buffered: true })</script>`
const shiftOf = async (opened: Shop) => {
  // Entries come a frame after the shift.
  await opened.page.waitForTimeout(300)
  return opened.page.evaluate(() =>
    (window as unknown as { shifts: number[] }).shifts.reduce((one, other) => one + other, 0),
  )
}

test.each([1280, 390])('printed by the merchant’s server it moves nothing at %i pixels', async (width) => {
  const body = `<div id="slot">${stand.fake.render('link')}</div>${after}`
  const shop = await stand.open(create.embedded(), {
    body,
    extra: watchShifts,
    context: { viewport: { width, height: 844 } },
  })
  await readyOf(shop.page)
  expect(await shiftOf(shop)).toBe(0)
  // And the measure measures.
  await shop.page.evaluate(
    `document.body.prepend(Object.assign(document.createElement('hr'), { style: 'height:300px' }))`,
  )
  expect(await shiftOf(shop)).toBeGreaterThan(shiftMax)
})

test.each([
  [1280, 1000],
  [390, 1600],
])(
  'brought by the SDK into the space that was kept it moves next to nothing at %i pixels',
  async (width, minHeight) => {
    const body = `<div id="slot" style="min-height:${minHeight}px"></div>${after}`
    const shop = await stand.open(create.embedded(`minHeight: ${minHeight}`), {
      body,
      extra: watchShifts,
      context: { viewport: { width, height: 844 } },
    })
    await readyOf(shop.page)
    expect(await shiftOf(shop)).toBeLessThanOrEqual(shiftMax)
  },
)

test('what could not be loaded keeps its space in view, so nothing moves then either', async () => {
  stand.fake.intercept = (request, response) =>
    request.url?.startsWith('/v3/') === true &&
    Boolean(response.writeHead(404, { 'access-control-allow-origin': '*' }).end())
  const body = `<div id="slot" style="min-height:480px"></div>${after}`
  const shop = await stand.open(create.embedded(), { body, extra: watchShifts })
  expect(await readyOf(shop.page)).toEqual({ status: 'unavailable', reason: 'rejected' })
  expect(await shiftOf(shop)).toBeLessThanOrEqual(shiftMax)
})
