// What the component of a checkout session shows is what an allocation of it books, to the minor unit.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessionExample, type TestService, testService } from './support/service.ts'

let shop: TestService
let organisationId: string
beforeAll(async () => {
  shop = await testService({ engine: 'embedded' })
  organisationId = await shop.organisation()
})
afterAll(() => shop?.dispose())

const created = async (over: object = {}) => {
  const { sdkVariant: _variant, ...wanted } = sessionExample(organisationId)
  const { status, body } = await shop.api('POST', '/v3/checkout/sessions', { ...wanted, ...over })
  expect(status).toBe(201)
  return body
}
const component = (clientSecret: string, query = '?variant=checkout') =>
  shop.api('GET', `/v3/component${query}`, undefined, clientSecret)

interface Sum {
  readonly when: string
  readonly amount: string
  readonly credits: string
  readonly contribution: string
  readonly total: string
}
const sumsIn = (html: string): Sum[] =>
  [...html.matchAll(/<p (data-when="[^>]*data-total[^>]*)>/g)].map(
    ([, attributes]) =>
      Object.fromEntries(
        [...attributes!.matchAll(/data-([a-z]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
      ) as never,
  )
/** The figures of the table that belongs to a choice, in the order of its rows. */
const splitIn = (html: string, when: string) => {
  const table = html.split(`<div data-when="${when}"`)[1]!.split('</table>')[0]!
  return [...table.matchAll(/<td>£([\d.]+)<\/td>/g)].map(([, figure]) => Number(figure))
}

test.each(['carbon', 'nature'])('%s: each choice can be allocated as it stands', async (impactType) => {
  const session = await created({ impactType })
  const { body: html, headers } = await component(session.clientSecret)
  expect(headers.get('ekko-state')).toBe('ready')
  const sums = sumsIn(html)
  expect(sums.map(({ when }) => when)).toEqual(['', 'impact', 'round-up', 'impact round-up'])
  expect(sums[0]).toMatchObject({ amount: '0.00', total: '47.97' })
  for (const { when, amount, credits, contribution, total } of sums.slice(1)) {
    expect(Number(total)).toBeCloseTo(47.97 + Number(amount), 6)
    if (when.includes('round-up')) expect(total).toMatch(/\.00$/)
    const { status, body } = await shop.api('POST', '/v3/funds/allocations', {
      organisationId,
      quoteId: session.quoteId,
      ...(Number(credits) > 0 && { credits: { amount: Number(credits) } }),
      ...(Number(contribution) > 0 && { contribution: { amount: Number(contribution) } }),
    })
    expect([when, status, body.totalAmount]).toEqual([when, 201, Number(amount)])
    const record = await shop.api('GET', `/v3/funds/allocations/${body.fundsAllocationId}/impact`)
    const { impact, serviceFee, serviceFeeTax, total: booked } = record.body.amounts
    const shown = splitIn(html, when)
    expect([shown[0], shown[1], shown.at(-1)]).toEqual([impact, serviceFee, booked])
    if (serviceFeeTax > 0) expect(shown[2]).toBe(serviceFeeTax)
  }
  await shop.expectLawful()
})

test('the credits on the component are those that the session answered', async () => {
  const session = await created()
  const { body: html } = await component(session.clientSecret)
  const impact = sumsIn(html).find(({ when }) => when === 'impact')
  expect(Number(impact!.credits)).toBe(session.credits.totalAmount)
})

test('a purchase of a whole amount is not offered to be rounded up', async () => {
  const session = await created({ transaction: { amount: 48, currencyCode: 'GBP' } })
  const { body: html } = await component(session.clientSecret)
  expect(sumsIn(html).map(({ when }) => when)).toEqual(['', 'impact'])
})

test('a currency without decimals is rounded up to the next hundred', async () => {
  const session = await created({ transaction: { amount: 4_730, currencyCode: 'JPY' } })
  const { body: html } = await component(session.clientSecret)
  expect(sumsIn(html).find(({ when }) => when === 'round-up')).toMatchObject({ amount: '70', total: '4800' })
})

test('kinds are not mixed up, there is no way to the hosted page, and a language can be wished for', async () => {
  const { clientSecret } = await created()
  expect((await component(clientSecret, '?variant=embedded')).status).toBe(404)
  expect((await component(clientSecret, '')).status).toBe(200)
  const { body: german } = await component(clientSecret, '?variant=checkout&locale=de')
  expect(german).toContain('lang="de"')
  expect(german).not.toMatch(/<form|data-ekko="pay/)
  const paying = /href="([^"]*)\/why"/.exec(german)![1]!
  expect((await fetch(paying)).status).toBe(404)
  expect((await fetch(`${paying}/why`)).status).toBe(200)
  const after = await shop.session(organisationId)
  expect((await component(after.clientSecret)).status).toBe(404)
})

test.each(['en-US', 'es-US'])(
  'in %s it says who gets it, when, less which fee, and what of taxes',
  async (locale) => {
    const { clientSecret } = await created({ locale, transaction: { amount: 47.97, currencyCode: 'USD' } })
    const { body: html } = await component(clientSecret)
    const said = [
      ...html.matchAll(/data-when="([^"]+)" hidden>\s*<table.*?<p[^>]*part="disclosure">(.*?)<\/p>/gs),
    ]
    expect(said.map(([, when]) => when)).toEqual(['impact', 'round-up', 'impact round-up'])
    for (const [, , text] of said) {
      expect(text).toMatch(locale === 'en-US' ? /60 days/ : /60 días/)
      expect(text).toMatch(/Sample Partner North.* Sample Partner South/)
      expect(text).toMatch(locale === 'en-US' ? /may be tax-deductible/ : /Puede ser deducible/)
      expect(text).toMatch(/0\.\d\d/)
    }
  },
)

test.each(['en-GB', 'en-CA', 'es', 'de'])('in %s that disclosure is not made', async (locale) => {
  const { clientSecret } = await created({ locale })
  expect((await component(clientSecret)).body).not.toContain('part="disclosure"')
})
