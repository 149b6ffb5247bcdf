// What arrives after real payments and every kind of reversal, for carbon and for nature: every documented field in its
// type, and the additive ones, as the published schemas say.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventSchemas, type ImpactPaymentEvent } from '@ekko/contract/events'
import { Webhook } from 'standardwebhooks'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CardCase } from '../src/sandbox-psp/test-card.ts'
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

type ImpactType = 'carbon' | 'nature'

async function paid(impactType: ImpactType, card: CardCase) {
  received.length = 0
  const session = await service.session(shop, { impactType })
  await service.contribute(session.payUrl, '5.00', card)
  await arrived(1)
  return session
}

/** In the order of what happened, whatever the order of arrival. */
async function arrived(count: number): Promise<ImpactPaymentEvent[]> {
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(count)
  return received.sort((a, b) => a.sequence - b.sequence)
}

/** What holds for every event of a session, whichever way its money goes. */
async function expectWhole(
  events: readonly ImpactPaymentEvent[],
  session: Awaited<ReturnType<typeof paid>>,
  impactType: ImpactType,
): Promise<void> {
  const organisation = (await service.api('GET', `/v3/organisations/${shop}`)).body
  for (const [index, event] of events.entries()) {
    expect(Object.keys(event).slice(0, documented.length)).toEqual(documented)
    expect(Compile(eventSchemas[event.eventType]).Check(event)).toBe(true)
    expect(event).toMatchObject({
      footprintId: session.quoteId,
      quoteId: session.quoteId,
      sessionId: session.sessionId,
      organisationId: shop,
      brandId: organisation.brandId,
      productId: organisation.productId,
      customerId: 'consumer_123',
      sequence: index + 1,
      fundsAllocationId: events[0]!.fundsAllocationId,
      payment: { currencyCode: 'GBP' },
      carbon: { unit: 'grams' },
    })
    expect(event.payment.amount).toBeGreaterThan(0)
    expect('nature' in event).toBe(impactType === 'nature')
    expect(event.carbon.quote > 0).toBe(impactType === 'carbon')
  }
  const feed = await service.api('GET', '/v3/events?limit=100')
  expect(feed.body.data.slice(-events.length)).toEqual(events)
}

const told = (events: readonly ImpactPaymentEvent[]) =>
  events.map(({ eventType, reversalKind, payment }) => [eventType, reversalKind, payment.amount])

describe.each(['carbon', 'nature'] as const)('of a %s session', (impactType) => {
  test('a payment, part of it refunded, then the rest', async () => {
    const session = await paid(impactType, 'success')
    const reverse = `/v3/funds/allocations/${received[0]!.fundsAllocationId}/reverse`
    expect((await service.api('POST', reverse, { amount: 2 })).status).toBe(201)
    expect((await service.api('POST', reverse)).status).toBe(201)
    const events = await arrived(3)
    await expectWhole(events, session, impactType)
    expect(told(events)).toEqual([
      ['IMPACT_PAYMENT', null, 5],
      ['IMPACT_PAYMENT_REVERSAL', 'refund', 2],
      ['IMPACT_PAYMENT_REVERSAL', 'refund', 3],
    ])
    const [one, part, rest] = events
    expect(one!.reversalId).toBeNull()
    expect(new Set([part!.reversalId, rest!.reversalId, null]).size).toBe(3)
    const given = part!.carbon.compensated + rest!.carbon.compensated
    expect(given).toBeCloseTo(one!.carbon.compensated, 2)
  })

  test('a payment that is taken back whole before it was settled: a void', async () => {
    const session = await paid(impactType, 'success')
    const reverse = `/v3/funds/allocations/${received[0]!.fundsAllocationId}/reverse`
    expect((await service.api('POST', reverse)).status).toBe(201)
    const events = await arrived(2)
    await expectWhole(events, session, impactType)
    expect(told(events)).toEqual([
      ['IMPACT_PAYMENT', null, 5],
      ['IMPACT_PAYMENT_REVERSAL', 'void', 5],
    ])
  })

  test('a payment that is disputed and lost: a chargeback', async () => {
    const session = await paid(impactType, 'dispute_lost')
    const events = await arrived(2)
    await expectWhole(events, session, impactType)
    expect(told(events)).toEqual([
      ['IMPACT_PAYMENT', null, 5],
      ['IMPACT_PAYMENT_REVERSAL', 'chargeback', 5],
    ])
  })

  test('a refund that comes back days later: the payment again, with the reversal that was undone', async () => {
    const session = await paid(impactType, 'late_refund_failure')
    const reverse = `/v3/funds/allocations/${received[0]!.fundsAllocationId}/reverse`
    expect((await service.api('POST', reverse, { amount: 1.5 })).status).toBe(201)
    const events = await arrived(3)
    await expectWhole(events, session, impactType)
    expect(told(events)).toEqual([
      ['IMPACT_PAYMENT', null, 5],
      ['IMPACT_PAYMENT_REVERSAL', 'refund', 1.5],
      ['IMPACT_PAYMENT', 'refund', 1.5],
    ])
    expect(events[2]!.reversalId).toBe(events[1]!.reversalId)
    expect(events[2]!.carbon.compensated).toBe(events[1]!.carbon.compensated)
  })
})
