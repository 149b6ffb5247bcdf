// Offers before a purchase and by link, from the session to the books; and what each of them does not do.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settableClock } from '../src/kernel/clock.ts'
import { generateKey, storeKey } from '../src/organisations/api-keys.ts'
import { sessionTokens } from '../src/sessions/session-token.ts'
import { engines } from './support/database.ts'
import { open } from './support/sandbox-shopper.ts'
import { call, sessionExample, type TestService, testService } from './support/service.ts'

const dayMs = 86_400_000

describe.each(engines)('an offer on %s', (engine) => {
  let service: TestService
  let shop = ''
  const clock = settableClock(new Date('2026-11-20T10:00:00Z'))
  beforeAll(async () => {
    service = await testService({
      engine,
      clock,
      env: { EKKO_SMTP_URL: 'smtp://127.0.0.1:9', EKKO_MAIL_FROM: 'Receipts <receipts@ekko.example>' },
    })
    shop = await service.organisation()
  })
  afterAll(() => service.dispose())

  const create = async (kind: 'checkout' | 'impactpay', over: Record<string, unknown> = {}) => {
    const { sdkVariant: _, ...example } = sessionExample(shop)
    const answer = await service.api('POST', `/v3/${kind}/sessions`, { ...example, ...over })
    expect(answer.status).toBe(201)
    return answer.body
  }
  const look = (kind: string, id: string) => service.api('GET', `/v3/${kind}/sessions/${id}`)
  const allocate = (quoteId: string, over: Record<string, unknown>) =>
    service.api('POST', '/v3/funds/allocations', { organisationId: shop, quoteId, ...over })

  it('by link is paid on the hosted page, and then says so', async () => {
    const { sessionId, impactPayLink } = await create('impactpay')
    expect((await look('impactpay', sessionId)).body).toMatchObject({ status: 'open', contributions: [] })
    await service.contribute(impactPayLink, '2.00', 'success')
    const { body } = await look('impactpay', sessionId)
    expect(body).toMatchObject({ status: 'contributed', impactPayLink, contributions: [{ amount: 2 }] })
    const { fundsAllocationId } = body.contributions[0]
    const record = await service.api('GET', `/v3/funds/allocations/${fundsAllocationId}/impact`)
    expect(record.body).toMatchObject({ sessionId, collectionOrganisationId: service.rootId })
    await service.expectLawful()
  })

  it('before a purchase is contributed to by allocating under its quote', async () => {
    const session = await create('checkout')
    expect((await look('checkout', session.sessionId)).body).toMatchObject({
      status: 'open',
      allocations: [],
    })
    const { body } = await allocate(session.quoteId, { credits: {}, contribution: { amount: 0.03 } })
    expect((await look('checkout', session.sessionId)).body).toMatchObject({
      status: 'contributed',
      credits: session.credits,
      allocations: [{ fundsAllocationId: body.fundsAllocationId, totalAmount: body.totalAmount }],
    })
    const record = await service.api('GET', `/v3/funds/allocations/${body.fundsAllocationId}/impact`)
    expect(record.body.sessionId).toBe(session.sessionId)
    await service.expectLawful()
  })

  it('before a purchase is never paid on the hosted page, nor leads there', async () => {
    const { sessionId, clientSecret } = await create('checkout')
    const component = await call(service.origin, clientSecret, 'GET', '/v3/component')
    expect(component.status).toBe(200)
    expect(component.body).not.toMatch(/action="[^"]*\/pay\//)
    const { keys, environment } = service.service.context
    const token = sessionTokens(keys.master, environment).linkToken(sessionId)
    expect((await open(`${service.origin}/pay/${token}`)).status).toBe(404)
  })

  it('is not found among those of another kind', async () => {
    const { sessionId } = await create('checkout')
    expect((await look('impactpay', sessionId)).status).toBe(404)
    expect((await look('post-purchase', sessionId)).status).toBe(404)
    const { sessionId: linked } = await create('impactpay')
    expect((await look('checkout', linked)).status).toBe(404)
  })

  it('stands as long as it says: the link and the prices of the quote, and not a moment longer', async () => {
    const { sessionId, quoteId, impactPayLink, expiresAt } = await create('impactpay', {})
    const left = new Date(expiresAt).getTime() - clock.now().getTime()
    expect(left).toBe(30 * dayMs)
    clock.advance(left - 1)
    expect((await allocate(quoteId, { contribution: { amount: 1 } })).status).toBe(201)
    clock.advance(1)
    expect((await look('impactpay', sessionId)).body.status).toBe('expired')
    expect((await open(impactPayLink)).text).not.toContain('<form')
    const late = await allocate(quoteId, { contribution: { amount: 1 } })
    expect([late.status, late.body.code]).toEqual([409, 'QUOTE_EXPIRED'])
  })

  it('under a session after a purchase can be allocated to as well', async () => {
    const { quoteId } = await service.session(shop)
    const { status, body } = await allocate(quoteId, { credits: { amount: 1 } })
    expect([status, body.totalAmount]).toEqual([201, 1])
  })

  it('has a tax receipt sent when that is wanted, once, to an address that is kept nowhere else', async () => {
    const { quoteId } = await create('checkout')
    const wanted = { contribution: { amount: 1 }, issueTaxReceipt: true }
    const refused = await allocate(quoteId, wanted)
    expect([refused.status, refused.body.issues[0].path]).toEqual([422, '/consumerEmail'])
    const malformed = await allocate(quoteId, { ...wanted, consumerEmail: 'not an address' })
    expect([malformed.status, malformed.body.issues[0].path]).toEqual([422, '/consumerEmail'])
    const { status, body } = await allocate(quoteId, { ...wanted, consumerEmail: 'someone@shopper.example' })
    expect([status, body.issueTaxReceipt]).toEqual([201, true])
    const mails = await service.data.database.query<{ recipient: Uint8Array }>(
      'select recipient from receipt_mail where allocation_id = $1',
      [body.fundsAllocationId],
    )
    expect(mails).toHaveLength(1)
    expect(Buffer.from(mails[0]!.recipient).toString('latin1')).not.toContain('shopper')
  })

  it('is told by the books from quote to reversal, though no provider had a part in it', async () => {
    const { sessionId, quoteId } = await create('checkout')
    const { body } = await allocate(quoteId, { contribution: { amount: 5 } })
    const path = `/v3/funds/allocations/${body.fundsAllocationId}/reverse`
    const { reversalId } = (await service.api('POST', path, { amount: 2, reason: 'a mistake' })).body
    const key = generateKey('sandbox')
    await storeKey(service.data.database, clock, shop, key)
    const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
    for (const reference of [body.fundsAllocationId, reversalId, quoteId, sessionId]) {
      const page = await fetch(`${service.origin}/books?reference=${reference}`, {
        headers: { authorization },
      })
      const html = await page.text()
      expect([page.status, html]).toEqual([200, expect.stringContaining('£5.00')])
      expect(html).toContain('Merchant receivable')
      expect(html).toContain('a mistake')
      expect(html).toContain('Sample Partner North')
    }
    await service.expectLawful()
  })
})
