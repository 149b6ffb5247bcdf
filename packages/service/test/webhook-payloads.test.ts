// What arrives after real payments and reversals, for carbon and for nature: every documented field in its type, and the
// additive ones, as the published schemas say.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventSchemas, type ImpactPaymentEvent } from '@ekko/contract/events'
import { Webhook } from 'standardwebhooks'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestService, testService } from './support/service.ts'

let service: TestService
let shop = ''
let secret = ''
const received: ImpactPaymentEvent[] = []
const receiver = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    received.push(
      new Webhook(secret).verify(body, request.headers as Record<string, string>) as ImpactPaymentEvent,
    )
    response.end()
  })
})

beforeAll(async () => {
  service = await testService({ engine: 'postgres' })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  shop = await service.organisation()
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  secret = (await service.api('POST', '/v3/webhook-endpoints', { url })).body.secret
})
afterAll(async () => {
  await service.dispose()
  receiver.close()
})

// In the order of the documented table, which bodies keep.
const documented = [
  'footprintId',
  'organisationId',
  'brandId',
  'productId',
  'customerId',
  'eventType',
  'timestamp',
  'payment',
  'carbon',
]

test.each(['carbon', 'nature'] as const)(
  'a %s payment, part of it given back, then the rest',
  async (impactType) => {
    received.length = 0
    const session = await service.session(shop, { impactType })
    await service.contribute(session.payUrl, '5.00', 'success')
    await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1)
    const { fundsAllocationId } = received[0]!
    const reverse = `/v3/funds/allocations/${fundsAllocationId}/reverse`
    expect((await service.api('POST', reverse, { amount: 2 })).status).toBe(201)
    expect((await service.api('POST', reverse)).status).toBe(201)
    await expect.poll(() => received.length, { timeout: 10_000 }).toBe(3)

    const [paid, part, rest] = received.sort((a, b) => a.sequence - b.sequence)
    const organisation = (await service.api('GET', `/v3/organisations/${shop}`)).body
    for (const [index, event] of [paid!, part!, rest!].entries()) {
      const type = index === 0 ? 'IMPACT_PAYMENT' : 'IMPACT_PAYMENT_REVERSAL'
      expect(Object.keys(event).slice(0, documented.length)).toEqual(documented)
      expect(Compile(eventSchemas[type]).Check(event)).toBe(true)
      expect(event).toMatchObject({
        eventType: type,
        footprintId: session.quoteId,
        quoteId: session.quoteId,
        sessionId: session.sessionId,
        organisationId: shop,
        brandId: organisation.brandId,
        productId: organisation.productId,
        customerId: 'consumer_123',
        sequence: index + 1,
        fundsAllocationId,
        payment: { currencyCode: 'GBP' },
        carbon: { unit: 'grams' },
      })
      expect(event.reversalId === null).toBe(index === 0)
      expect('nature' in event).toBe(impactType === 'nature')
      expect(event.carbon.quote > 0).toBe(impactType === 'carbon')
    }
    expect([paid!.payment.amount, part!.payment.amount, rest!.payment.amount]).toEqual([5, 2, 3])
    const given = part!.carbon.compensated + rest!.carbon.compensated
    expect(given).toBeCloseTo(paid!.carbon.compensated, 2)
    const feed = await service.api('GET', '/v3/events?limit=100')
    expect(feed.body.data.slice(-3)).toEqual([paid, part, rest])
  },
)
