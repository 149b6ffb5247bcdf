import { type ImpactPaymentEvent, webhookTestHeaders } from '@ekko/node'
import { describe, expect, test } from 'vitest'
import { type OpenShop, openBoth, openShop, post } from './open-shop.ts'
import { sampleEvent } from './samples.ts'

const deliver = (
  { ekko, shop }: OpenShop,
  event: ImpactPaymentEvent,
  change: Record<string, string> = {},
) => {
  const body = JSON.stringify(event)
  const secret = [...ekko.endpoints.values()].at(-1)?.secret ?? ''
  const headers = { ...webhookTestHeaders({ body, secret, id: event.eventId }), ...change }
  return fetch(`${shop.origin}/webhooks/ekko`, { method: 'POST', body, headers })
}
const seen = async ({ shop }: Pick<OpenShop, 'shop'>) =>
  (await (await fetch(`${shop.origin}/events.json`)).json()) as {
    organisationId: string
    events: {
      webhookId: string
      deliveries: number
      refundable: boolean
      recordProblem?: string
      checks: { holds: boolean }[]
    }[]
    refused: { reason: string }[]
  }

describe('a webhook', () => {
  test('that verifies is kept once, however often it comes, beside a record that adds up', async () => {
    const both = await openBoth()
    const event = both.ekko.pay((await seen(both)).organisationId)
    for (let times = 0; times < 3; times++) expect((await deliver(both, event)).status).toBe(204)
    const { events, refused } = await seen(both)
    expect(events).toMatchObject([{ webhookId: event.eventId, deliveries: 3, refundable: true }])
    expect(events[0]?.checks.map((check) => check.holds)).toEqual([true, true, true, true])
    expect(refused).toEqual([])
  })

  test('that does not verify is 400, and is shown apart', async () => {
    const both = await openBoth()
    const event = both.ekko.pay((await seen(both)).organisationId)
    const forged = await deliver(
      both,
      { ...event, customerId: '<script>alert(1)</script>' },
      { 'webhook-id': 'x' },
    )
    expect(forged.status).toBe(400)
    expect((await deliver(both, event, { 'webhook-timestamp': '1' })).status).toBe(400)
    const { events, refused } = await seen(both)
    expect(events).toEqual([])
    expect(refused.map(({ reason }) => reason)).toEqual(['no-matching-signature', 'too-old'])
    const page = await (await fetch(`${both.shop.origin}/events`)).text()
    expect(page).toContain('&#60;script&#62;')
    expect(page).not.toContain('<script')
  })

  test('of more than 64 KiB is 413, whether or not it says so', async () => {
    const { shop } = await openBoth()
    const body = 'x'.repeat(65 * 1024)
    const url = `${shop.origin}/webhooks/ekko`
    expect((await fetch(url, { method: 'POST', body })).status).toBe(413)
    const stream = new Blob([body]).stream()
    const chunked = fetch(url, { method: 'POST', body: stream, duplex: 'half' } as RequestInit)
    expect((await chunked).status).toBe(413)
    expect((await fetch(url)).status).toBe(404)
  })

  test('that comes before the endpoint is known is asked for again', async () => {
    const { shop } = await openShop({ waitMs: 0 })
    expect((await fetch(`${shop.origin}/webhooks/ekko`, { method: 'POST', body: '{}' })).status).toBe(503)
  })

  test('is kept over a restart', async () => {
    const both = await openBoth()
    const event = both.ekko.pay((await seen(both)).organisationId)
    await deliver(both, event)
    await both.shop.close()
    const again = await openShop({ ekkoOrigin: both.ekko.origin, dataFolder: both.dataFolder })
    expect((await seen(again)).events).toMatchObject([{ webhookId: event.eventId }])
  })
})

describe('a refund', () => {
  test('reverses the allocation, and its webhook ends it', async () => {
    const both = await openBoth()
    const event = both.ekko.pay((await seen(both)).organisationId)
    await deliver(both, event)
    const page = await (await fetch(`${both.shop.origin}/events`)).text()
    const press = /name="press" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const { fundsAllocationId } = event
    const answer = await post(`${both.shop.origin}/refund`, { fundsAllocationId, press })
    expect(answer.headers.get('location')).toBe('/events?refund=done')
    expect(both.ekko.asked.at(-1)).toMatchObject({
      path: `/v3/funds/allocations/${fundsAllocationId}/reverse`,
      key: `refund-${press}`,
    })
    const record = both.ekko.records.get(fundsAllocationId)
    if (!record) expect.fail('the fake lost its record')
    const reversed = { ...sampleEvent({ ...record, reversal: true }), reversalId: crypto.randomUUID() }
    await deliver(both, reversed)
    const { events } = await seen(both)
    expect(events).toMatchObject([{ refundable: false, recordProblem: 'NOT_FOUND' }, { refundable: false }])
  })

  test('of what this shop never received is refused without asking', async () => {
    const { ekko, shop } = await openBoth()
    const form = { fundsAllocationId: crypto.randomUUID(), press: crypto.randomUUID() }
    const answer = await post(`${shop.origin}/refund`, form)
    expect(answer.headers.get('location')).toBe('/events?refund=NOT_FOUND')
    expect(ekko.asked.some(({ path }) => path.endsWith('/reverse'))).toBe(false)
    const page = await (await fetch(`${shop.origin}/events?refund=%3Cb%3E`)).text()
    expect(page).toContain('&#60;b&#62;')
  })
})
