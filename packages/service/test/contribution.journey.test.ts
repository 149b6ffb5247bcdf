// The main job through the public doors: session, hosted page, payment provider, books, record, webhook.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from './support/database.ts'
import { call, type TestService, testService } from './support/service.ts'

interface Received {
  readonly headers: Record<string, string>
  readonly body: string
}

const wide = 'dateTimeFrom=2020-01-01T00:00:00Z&dateTimeTo=2100-01-01T00:00:00Z'

describe.each(engines)('a contribution on %s', (engine) => {
  let service: TestService
  let receiver: Server
  let received: Received[]
  let secret: string
  let [bank, shop] = ['', '']

  beforeAll(async () => {
    service = await testService({ engine })
    bank = await service.organisation({ tradingName: 'A bank', relativeProfitShare: 0.6 })
    shop = await service.organisation({ parentOrganisationId: bank, relativeProfitShare: 0.25 })
    received = []
    receiver = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      // The first delivery of each event fails, so every one that arrives was retried.
      const isFirst = !received.some((one) => one.headers['webhook-id'] === request.headers['webhook-id'])
      received.push({ headers: request.headers as Record<string, string>, body })
      response.writeHead(isFirst && received.length === 1 ? 500 : 204).end()
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
    const endpoint = await service.api('POST', '/v3/webhook-endpoints', { url })
    expect(endpoint.status).toBe(201)
    secret = endpoint.body.secret
  })

  afterAll(async () => {
    await service.dispose()
    await new Promise((resolve) => receiver.close(resolve))
  })

  const recordsOf = async (organisationId: string) =>
    (await service.api('GET', `/v3/funds/allocations/impact?${wide}&fundsOrganisationId=${organisationId}`))
      .body.data

  async function eventsFor(allocationId: string, count: number): Promise<Received[]> {
    await expect
      .poll(
        () =>
          new Set(
            received.filter((one) => one.body.includes(allocationId)).map((one) => one.headers['webhook-id']),
          ).size,
        { timeout: 20_000 },
      )
      .toBe(count)
    return received.filter((one) => one.body.includes(allocationId))
  }

  it('is paid, booked, recorded to the penny and told by a signed webhook that is retried', async () => {
    const session = await service.session(shop)
    const page = await service.contribute(session.payUrl, '2.00', 'success')
    expect(page.text).toContain('£2.00')

    const after = (await service.api('GET', `/v3/post-purchase/sessions/${session.sessionId}`)).body
    expect(after.status).toBe('contributed')
    const { fundsAllocationId } = after.contributions[0]
    const [record] = await recordsOf(shop)
    expect(record).toMatchObject({
      id: fundsAllocationId,
      quoteId: session.quoteId,
      consumerReference: 'consumer_123',
      fundsOrganisationReference: 'MID1234567',
      reversal: false,
      amounts: { total: 2, impact: 1.61, impactTax: 0, serviceFee: 0.32, serviceFeeTax: 0.07 },
    })
    expectSums(record)
    expect(record.profitShares.map((share: { organisationId: string }) => share.organisationId)).toEqual([
      service.rootId,
      bank,
      shop,
    ])
    expect((await service.api('GET', `/v3/funds/allocations/${fundsAllocationId}/impact`)).body).toEqual(
      record,
    )

    const deliveries = await eventsFor(fundsAllocationId, 1)
    await expect
      .poll(() => received.filter((one) => one.body.includes(fundsAllocationId)).length, { timeout: 20_000 })
      .toBe(2)
    const event = new Webhook(secret).verify(deliveries[0]!.body, deliveries[0]!.headers)
    expect(event).toMatchObject({
      eventType: 'IMPACT_PAYMENT',
      footprintId: session.quoteId,
      organisationId: shop,
      customerId: 'consumer_123',
      payment: { amount: 2, currencyCode: 'GBP', serviceFee: 0.32 },
      carbon: { unit: 'grams' },
      fundsAllocationId,
      sequence: 1,
    })
    const state = await call(service.origin, session.clientSecret, 'GET', '/v3/component/state')
    expect(state.body).toMatchObject({ state: 'thanked', contribution: { amount: 2, status: 'paid' } })
    const component = await call(service.origin, session.clientSecret, 'GET', '/v3/component')
    expect(component.headers.get('ekko-state')).toBe('thanked')
    await service.expectLawful()
  })

  it('is refunded in parts that add up to exactly what was paid, and no more', async () => {
    const session = await service.session(shop)
    await service.contribute(session.payUrl, '5.00', 'success')
    const { fundsAllocationId } = (
      await service.api('GET', `/v3/post-purchase/sessions/${session.sessionId}`)
    ).body.contributions[0]
    const reverse = (body?: unknown) =>
      service.api('POST', `/v3/funds/allocations/${fundsAllocationId}/reverse`, body)
    const parts = [
      await reverse({ amount: 0.01 }),
      await reverse({ amount: 1.37, reason: 'changed my mind' }),
      await reverse(),
    ]
    expect(parts.map((part) => [part.status, part.body.totalAmount])).toEqual([
      [201, -0.01],
      [201, -1.37],
      [201, -3.62],
    ])
    expect(parts[2]!.body.credits[0]).toMatchObject({ serviceFeeSalesTaxRate: 0.2, impactSalesTaxAmount: 0 })
    const more = await reverse({ amount: 0.01 })
    expect([more.status, more.body.code]).toEqual([409, 'ALREADY_REVERSED'])

    const records = (await recordsOf(shop)).filter(
      (record: { fundsAllocationId: string }) => record.fundsAllocationId === fundsAllocationId,
    )
    expect(records.map((record: { reversal: boolean }) => record.reversal)).toEqual([true, true, true, false])
    for (const part of ['total', 'impact', 'impactTax', 'serviceFee', 'serviceFeeTax']) {
      const pence = records.map((record: { amounts: Record<string, number> }) =>
        Math.round(record.amounts[part]! * 100),
      )
      expect(pence.reduce((sum: number, value: number) => sum + value, 0)).toBe(0)
    }
    records.forEach(expectSums)
    const events = (await eventsFor(fundsAllocationId, 4)).map((one) => JSON.parse(one.body))
    const sequences = [...new Map(events.map((event) => [event.eventId, event.sequence])).values()].sort()
    expect(sequences).toEqual([1, 2, 3, 4])
    expect(events.find((event) => event.sequence === 3)).toMatchObject({
      eventType: 'IMPACT_PAYMENT_REVERSAL',
      payment: { amount: 1.37 },
    })
    await service.expectLawful()
  })

  it('that the bank declines charges nothing and may be tried again', async () => {
    const session = await service.session(shop)
    const review = await import('./support/sandbox-shopper.ts').then((shopper) => shopper)
    const page = await review.open(`${session.payUrl}?amount=1.00`)
    const started = await review.submit(session.payUrl, {
      amount: '1.00',
      consent: /name="consent" value="([0-9a-f]{64})"/.exec(page.text)![1]!,
    })
    const declined = await review.payWith(started.location!, 'decline')
    expect(declined.location).toContain('/sandbox-psp/checkout/')
    const paid = await review.payWith(started.location!, 'challenge', true)
    await review.open(paid.location!)
    const after = (await service.api('GET', `/v3/post-purchase/sessions/${session.sessionId}`)).body
    expect(after.contributions.map((attempt: { status: string }) => attempt.status)).toEqual(['paid'])
    await service.expectLawful()
  })

  it('that the provider settles later is pending first and becomes paid by itself', async () => {
    const session = await service.session(shop)
    const page = await service.contribute(session.payUrl, '2.00', 'delayed_success')
    expect(page.text).toContain('http-equiv="refresh"')
    const status = async () =>
      (await service.api('GET', `/v3/post-purchase/sessions/${session.sessionId}`)).body.contributions[0]
        .status
    await expect.poll(status, { timeout: 20_000 }).toBe('paid')
    await service.expectLawful()
  })

  it('whose refund fails at the provider is not booked as refunded', async () => {
    const session = await service.session(shop)
    await service.contribute(session.payUrl, '2.00', 'refund_failure')
    const { fundsAllocationId } = (
      await service.api('GET', `/v3/post-purchase/sessions/${session.sessionId}`)
    ).body.contributions[0]
    const reversal = await service.api('POST', `/v3/funds/allocations/${fundsAllocationId}/reverse`)
    expect([reversal.status, reversal.body.status]).toEqual([201, 'pending'])
    const records = await recordsOf(shop)
    expect(
      records.filter(
        (record: { fundsAllocationId: string }) => record.fundsAllocationId === fundsAllocationId,
      ),
    ).toHaveLength(1)
    await service.expectLawful()
  })

  it('to nature goes to partners, with the area in the event', async () => {
    const session = await service.session(shop, { impactType: 'nature' })
    await service.contribute(session.payUrl, '2.00', 'success')
    const [record] = await recordsOf(shop)
    expect(record.credits).toEqual([])
    expect(record.contribution).toHaveLength(2)
    expectSums(record)
    const [event] = (await eventsFor(record.fundsAllocationId, 1)).map((one) => JSON.parse(one.body))
    expect(event.carbon).toEqual({ unit: 'grams', quote: 0, compensated: 0 })
    expect(event.nature.quote).toBeGreaterThan(0)
    await service.expectLawful()
  })

  it('is paid once when two tabs choose different amounts at the same moment', async () => {
    const session = await service.session(shop)
    const { open, submit, payWith } = await import('./support/sandbox-shopper.ts')
    const choose = async (amount: string) => {
      const page = await open(`${session.payUrl}?amount=${amount}`)
      return submit(session.payUrl, {
        amount,
        consent: /name="consent" value="([0-9a-f]{64})"/.exec(page.text)![1]!,
      })
    }
    const tabs = await Promise.all(['1.00', '2.00', '5.00', '1.00'].map(choose))
    const checkouts = [
      ...new Set(tabs.map((tab) => tab.location!).filter((address) => address?.includes('/checkout/'))),
    ]
    for (const checkout of checkouts) await payWith(checkout, 'success')
    await open(`${session.payUrl}/return`)
    const [{ paid }] = (await service.data.database.query<{ paid: bigint }>(
      "select count(*) as paid from sandbox_psp_payment where status = 'paid' and reference in (select id::text from contribution where session_id = $1)",
      [session.sessionId],
    )) as [{ paid: bigint }]
    expect(paid <= 1n).toBe(true)
    await service.expectLawful()
  })

  it('is made once, however often the form is sent and from however many tabs', async () => {
    const session = await service.session(shop)
    const { open, submit, payWith } = await import('./support/sandbox-shopper.ts')
    const page = await open(`${session.payUrl}?amount=1.00`)
    const consent = /name="consent" value="([0-9a-f]{64})"/.exec(page.text)![1]!
    const tabs = await Promise.all(
      Array.from({ length: 6 }, () => submit(session.payUrl, { amount: '1.00', consent })),
    )
    const checkouts = [
      ...new Set(tabs.map((tab) => tab.location!).filter((address) => address.includes('/checkout/'))),
    ]
    expect(checkouts).toHaveLength(1)
    await Promise.all(
      checkouts.flatMap((checkout) => [payWith(checkout, 'success'), payWith(checkout, 'success')]),
    )
    await open(`${session.payUrl}/return`)
    const again = await submit(session.payUrl, { amount: '1.00', consent })
    expect(again.location).toBe(session.payUrl)
    const after = (await service.api('GET', `/v3/post-purchase/sessions/${session.sessionId}`)).body
    expect(
      after.contributions.filter((attempt: { status: string }) => attempt.status === 'paid'),
    ).toHaveLength(1)
    await service.expectLawful()
  })
})

function expectSums(record: {
  amounts: Record<string, number>
  profitShares: Array<{ amount: number }>
  credits: []
  contribution: []
}): void {
  const pence = (value: number) => Math.round(value * 100)
  const { total, impact, impactTax, serviceFee, serviceFeeTax } = record.amounts
  expect(pence(impact!) + pence(impactTax!) + pence(serviceFee!) + pence(serviceFeeTax!)).toBe(pence(total!))
  expect(record.profitShares.reduce((sum, share) => sum + pence(share.amount), 0)).toBe(pence(serviceFee!))
  for (const part of ['impact', 'impactTax', 'serviceFee', 'serviceFeeTax'] as const) {
    const lines: Array<{ amounts: Record<string, number> }> = [...record.credits, ...record.contribution]
    expect(lines.reduce((sum, line) => sum + pence(line.amounts[part]!), 0)).toBe(
      pence(record.amounts[part]!),
    )
  }
}
