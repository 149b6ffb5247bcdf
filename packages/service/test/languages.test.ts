// Languages and lawful wording through the public doors: what a session's locale changes, what the browser's language
// changes, and that a banned wording is refused before it is stored.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestService, testService } from './support/service.ts'

let ekko: TestService
beforeAll(async () => {
  ekko = await testService({ engine: 'embedded' })
})
afterAll(() => ekko?.dispose())

const textAt = async (url: string, language?: string) =>
  (await fetch(url, language ? { headers: { 'accept-language': language } } : {})).text()

it('tells a session in its own language, from the component to the method', async () => {
  const organisation = await ekko.organisation()
  const { payUrl, clientSecret } = await ekko.session(organisation, { locale: 'de-AT' })
  const answer = await fetch(`${ekko.origin}/v3/component`, {
    headers: { authorization: `Bearer ${clientSecret}` },
  })
  const component = await answer.text()
  expect(component).toContain('Ihr Beitrag ändert den Fußabdruck Ihres Einkaufs nicht.')
  expect(component).toContain('lang="de-AT" dir="ltr"')

  const why = await textAt(`${payUrl}/why`, 'fr')
  expect(why).toContain('<html lang="de-AT" dir="ltr">')
  expect(why).toContain('Warum diese Zahl?')
  const method = /href="([^"]+\/method\?[^"]+)"/.exec(why)?.[1]
  expect(await textAt(method!, 'fr')).toContain('So wird der Fußabdruck geschätzt')
})

it('answers a page of no session in the language of the browser', async () => {
  expect(await textAt(`${ekko.origin}/pay/nothing`, 'ar-EG, en;q=0.5')).toContain(
    '<html lang="ar-EG" dir="rtl">',
  )
  expect(await textAt(`${ekko.origin}/method`, 'ja')).toContain('フットプリントの推定方法')
  expect(await textAt(`${ekko.origin}/method`)).toContain('How the footprint is estimated')
})

it('tells a locale that it does not have in British English', async () => {
  const { payUrl } = await ekko.session(await ekko.organisation(), { locale: 'tlh' })
  expect(await textAt(payUrl, 'de')).toContain('<html lang="en-GB" dir="ltr">')
})

it('refuses a name that claims something for the climate, with reason and source, and lets a mere name be', async () => {
  const named = (tradingName: string) =>
    ekko.api('POST', '/v3/organisations', {
      parentOrganisationId: ekko.rootId,
      tradingName,
      legalName: 'Harbour Books Ltd',
      address: { line1: '1 Quay', city: 'London', postalCode: 'SW1A 1AA', countryCode: 'GBR' },
      currencyCode: 'GBP',
    })
  const { status, body } = await named('Klimaneutrale Bücher')
  expect([status, body.code]).toEqual([422, 'CLAIM_REFUSED'])
  expect(body.issues).toEqual([
    {
      path: '/tradingName',
      message: expect.stringMatching(/“Klimaneutrale” .* \(Directive \(EU\) 2024\/825/),
    },
  ])
  expect((await named('Green & Sons')).status).toBe(201)
})
