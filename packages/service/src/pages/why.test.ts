// “Why this number?” through the public doors: the link, the page, the file, and what is kept from strangers.

import { verifyRecord } from '@ekko/footprint/cli'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestService, testService } from '../../test/support/service.ts'

let service: TestService
let organisation: string

beforeAll(async () => {
  service = await testService({ engine: 'embedded' })
  organisation = await service.organisation()
})
afterAll(() => service?.dispose())

const consumer = {
  reference: 'consumer_secret',
  postalCode: 'ZZ9 9ZZ',
  city: 'Nowhereton',
  countryCode: 'GBR',
}

async function whyUrlOf(impactType: 'carbon' | 'nature'): Promise<string> {
  const { payUrl } = await service.session(organisation, { impactType, consumer })
  const page = await (await fetch(payUrl)).text()
  const found = /href="([^"]*\/why)"/.exec(page)?.[1]
  expect(found).toBe(`${payUrl}/why`)
  return found!
}

test('the payment page leads to the steps, and they lead to the method', async () => {
  const why = await fetch(await whyUrlOf('carbon'))
  expect(why.status).toBe(200)
  const headers = Object.fromEntries(why.headers)
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  expect(headers['content-security-policy']).toContain("default-src 'none'; style-src 'self'")
  const page = await why.text()
  expect(page).toContain('Why this number?')
  const method = await fetch(/href="([^"]*\/method\?locale=en-GB)"/.exec(page)![1]!)
  expect(method.status).toBe(200)
  const stylesheet = /<link rel="stylesheet" href="([^"]+)">/.exec(page)![1]!
  expect((await fetch(service.origin + stylesheet)).status).toBe(200)
})

test('the component leads there too', async () => {
  const { clientSecret, payUrl } = await service.session(organisation)
  const authorization = `Bearer ${clientSecret}`
  const component = await fetch(`${service.origin}/v3/component`, { headers: { authorization } })
  expect(await component.text()).toContain(`href="${payUrl}/why"`)
})

test.each(['carbon', 'nature'] as const)(
  'the file for %s is a download that verifies',
  async (impactType) => {
    const answer = await fetch(`${await whyUrlOf(impactType)}.json`)
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="ekko-quote-[0-9a-f-]{36}\.json"$/,
    )
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect(await verifyRecord(await answer.json())).toMatchObject({ outcome: 'same' })
  },
)

test('nothing about the consumer is on the page or in the file', async () => {
  const url = await whyUrlOf('carbon')
  for (const address of [url, `${url}.json`, `${url}?country=USA&kind=5812`]) {
    const text = await (await fetch(address)).text()
    for (const said of Object.values(consumer).slice(0, 3)) expect(text).not.toContain(said)
  }
})

test('a question that cannot be read is refused, and one that is nonsense breaks nothing', async () => {
  const url = await whyUrlOf('nature')
  expect((await fetch(`${url}?country=XX`)).status).toBe(422)
  expect((await fetch(`${url}?country=USA&country=GBR&kind=5812`)).status).toBe(200)
  for (const query of ['kind=%ff', 'country[]=1', 'kind=%00', '&&=', `country=${'9'.repeat(4000)}`])
    expect((await fetch(`${url}?${query}`)).status).toBeLessThan(500)
})

test('a token that was not made here opens nothing', async () => {
  const url = await whyUrlOf('carbon')
  const last = /(.)\/why$/.exec(url)![1]!
  const forged = url.replace(/.\/why$/, `${last === 'A' ? 'B' : 'A'}/why`)
  for (const address of [forged, `${forged}.json`, `${service.origin}/pay/x/why`]) {
    const answer = await fetch(address)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('This page is not available')
  }
})
