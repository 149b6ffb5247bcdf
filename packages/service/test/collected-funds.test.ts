// Money that merchants collect themselves: quoted, allocated through the API, reversed, and found again in every record.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generateKey, storeKey } from '../src/organisations/api-keys.ts'
import { engines } from './support/database.ts'
import { type Reply, sessionExample, type TestService, testService } from './support/service.ts'

const period = 'dateTimeFrom=2020-01-01&dateTimeTo=2099-01-01'
type Project = { id: string; impactPartnerId: string; type: string; name: string }

describe.each(engines)('funds collected by a merchant on %s', (engine) => {
  let service: TestService
  let shop = ''
  let shopKey = ''
  let projects: Project[] = []
  beforeAll(async () => {
    service = await testService({ engine })
    shop = await service.organisation()
    shopKey = await keyFor(shop)
    projects = (await service.api('GET', '/v3/impact-partners/projects')).body
  })
  afterEach(() => service.expectLawful())
  afterAll(() => service.dispose())

  async function keyFor(organisationId: string): Promise<string> {
    const key = generateKey('sandbox')
    await storeKey(service.data.database, service.service.context.clock, organisationId, key)
    return key
  }

  const purchase = (over: Record<string, unknown> = {}) => {
    const { sdkVariant: _, impactType: __, ...rest } = sessionExample(shop)
    return { ...rest, ...over }
  }

  async function quote(kind: 'carbon' | 'nature' = 'carbon', over: Record<string, unknown> = {}) {
    const answer = await service.api('POST', `/v3/quotes/${kind}`, purchase(over), shopKey)
    expect([answer.status, answer.body.issues]).toEqual([201, undefined])
    return answer.body
  }

  const allocate = (quoteId: string, over: Record<string, unknown>, key = shopKey): Promise<Reply> =>
    service.api('POST', '/v3/funds/allocations', { organisationId: shop, quoteId, ...over }, key)
  const impactOf = async (id: string) => (await service.api('GET', `/v3/funds/allocations/${id}/impact`)).body
  const project = (type: string, at = 0) => projects.filter((each) => each.type === type)[at]!

  it('buys exactly the credits of the quote when no amount is said', async () => {
    const { quoteId, credits, footprint } = await quote()
    const { status, body } = await allocate(quoteId, { credits: {} })
    expect([status, body.totalAmount, body.currencyCode]).toEqual([201, credits.totalAmount, 'GBP'])
    expect(body.credits.map((line: { projectId: string }) => line.projectId)).toEqual(
      credits.projects.map((each: { projectId: string }) => each.projectId),
    )
    expect(body).toMatchObject({ contribution: [], taxLiability: 'platform', warnings: [], quoteId })
    const record = await impactOf(body.fundsAllocationId)
    expect(record.amounts).toEqual({
      total: credits.totalAmount,
      impact: credits.impactAmount,
      impactTax: credits.impactSalesTaxAmount,
      serviceFee: credits.serviceFeeAmount,
      serviceFeeTax: credits.serviceFeeSalesTaxAmount,
    })
    const grams = record.credits.reduce((sum: number, line: { quantity: number }) => sum + line.quantity, 0)
    expect(grams).toBeGreaterThanOrEqual(footprint.grams)
    expect(record).toMatchObject({ collectionOrganisationId: shop, reversal: false, sessionId: null })
  })

  it('takes credits and a contribution together, as two splits of one journal', async () => {
    const { quoteId, contribution } = await quote()
    const { body } = await allocate(quoteId, {
      currencyCode: 'GBP',
      credits: { amount: 2, projectIds: [project('carbonCredits').id] },
      contribution: { amount: 1.24 },
    })
    expect(body.totalAmount).toBe(3.24)
    expect(body.credits).toHaveLength(1)
    expect(body.contribution.map((line: { impactPartnerId: string }) => line.impactPartnerId)).toEqual(
      contribution.impactPartnerIds,
    )
    expect(body.contribution[0].projectId).toBeNull()
    const record = await impactOf(body.fundsAllocationId)
    expect([record.credits.length, record.contribution.length]).toEqual([1, 2])
    const postings = await service.data.database.query<{ kind: string; owner: string; amount: bigint }>(
      `select k.kind, k.owner_id as owner, p.amount_minor as amount from funds_allocation a
       join posting p on p.journal_id = a.journal_id join account k on k.id = p.account_id where a.id = $1`,
      [body.fundsAllocationId],
    )
    expect(postings.filter(({ amount }) => amount > 0n)).toEqual([
      { kind: 'merchant_receivable', owner: shop, amount: 324n },
    ])
  })

  it('goes to all projects of the partner, with a warning, when a project was not quoted', async () => {
    const { quoteId } = await quote()
    const other = project('contribution')
    const { status, body } = await allocate(quoteId, { credits: { amount: 1, projectIds: [other.id] } })
    expect(status).toBe(201)
    expect(body.warnings).toMatchObject([{ code: 'PROJECT_NOT_IN_QUOTE', path: '/credits/projectIds/0' }])
    const sameParter = projects.filter(
      ({ type, impactPartnerId }) => type === 'carbonCredits' && impactPartnerId === other.impactPartnerId,
    )
    expect(body.credits.map((line: { projectId: string }) => line.projectId)).toEqual(
      sameParter.map(({ id }) => id),
    )
  })

  it('of a nature quote goes to partners only', async () => {
    const { quoteId, contribution, credits } = await quote('nature')
    expect(credits).toBeUndefined()
    const refused = await allocate(quoteId, { credits: { amount: 1 } })
    expect([refused.status, refused.body.issues[0].path]).toEqual([422, '/credits'])
    const [first] = contribution.impactPartnerIds
    const { body } = await allocate(quoteId, {
      contribution: { amount: 0.01, impactPartnerIds: [first, first] },
    })
    expect(body).toMatchObject({ totalAmount: 0.01, contribution: [{ impactPartnerId: first }], credits: [] })
  })

  it('is reversed in part and whole at once, without a provider, and never for more than is left', async () => {
    const { quoteId } = await quote()
    const { body } = await allocate(quoteId, { credits: { amount: 3 }, contribution: { amount: 2 } })
    const path = `/v3/funds/allocations/${body.fundsAllocationId}/reverse`
    const part = await service.api('POST', path, { amount: 1.37 }, shopKey)
    expect(part.status).toBe(201)
    expect(part.body).toMatchObject({ totalAmount: -1.37, status: 'done', reversalKind: 'refund' })
    const tooMuch = await service.api('POST', path, { amount: 3.64 }, shopKey)
    expect([tooMuch.status, tooMuch.body.code]).toEqual([409, 'ALREADY_REVERSED'])
    const rest = await service.api('POST', path, undefined, shopKey)
    expect(rest.body.totalAmount).toBe(-3.63)
    const again = await service.api('POST', path, undefined, shopKey)
    expect(again.status).toBe(409)
    const balances = await service.data.database.query(
      `select k.kind from journal j join posting p on p.journal_id = j.id join account k on k.id = p.account_id
       where j.cause in ($1, $2, $3) group by k.id, k.kind having sum(p.amount_minor) <> 0`,
      [
        `allocation:${body.fundsAllocationId}`,
        `reversal:${part.body.reversalId}`,
        `reversal:${rest.body.reversalId}`,
      ],
    )
    expect(balances).toEqual([])
    expect(await impactOf(rest.body.reversalId)).toMatchObject({
      reversal: true,
      fundsAllocationId: body.fundsAllocationId,
      collectionOrganisationId: shop,
    })
  })

  const bounded: Array<[string, Record<string, unknown>, number, string]> = [
    [
      'twenty-one projects',
      { credits: { projectIds: Array(21).fill(crypto.randomUUID()) } },
      400,
      '/credits/projectIds',
    ],
    ['no projects', { credits: { projectIds: [] } }, 400, '/credits/projectIds'],
    ['an unknown project', { credits: { projectIds: [crypto.randomUUID()] } }, 404, '/credits/projectIds/0'],
    ['a list of credits', { credits: [] }, 400, '/credits'],
    ['an amount as text', { contribution: { amount: '1' } }, 400, '/contribution/amount'],
    ['no amount', { contribution: {} }, 400, '/contribution/amount'],
    ['infinitely much', { contribution: { amount: 1e308 } }, 422, '/contribution/amount'],
    ['another currency', { currencyCode: 'EUR', credits: {} }, 422, '/currencyCode'],
    ['nothing', {}, 422, '/credits'],
    [
      'a tax receipt where no e-mail is sent',
      { credits: {}, issueTaxReceipt: true },
      422,
      '/issueTaxReceipt',
    ],
    ['a key that is none', { credits: {}, idempotencyKey: 'grün' }, 400, '/idempotencyKey'],
    ['no quote', { quoteId: crypto.randomUUID(), credits: {} }, 404, '/quoteId'],
  ]
  it.each(bounded)(
    'of %s is refused with the field at fault, and books nothing',
    async (_, over, status, path) => {
      const { quoteId } = await quote()
      const refused = await allocate(quoteId, over)
      expect([refused.status, refused.body.issues.map((issue: { path: string }) => issue.path)]).toEqual([
        status,
        expect.arrayContaining([path]),
      ])
      const rows = await service.data.database.query('select id from funds_allocation where quote_id = $1', [
        quoteId,
      ])
      expect(rows).toEqual([])
    },
  )

  it('under a quote of another organisation is refused, though both are visible', async () => {
    const { quoteId } = await quote()
    const other = await service.organisation()
    const wanted = { organisationId: other, quoteId, credits: {} }
    const refused = await service.api('POST', '/v3/funds/allocations', wanted)
    expect([refused.status, refused.body.issues[0].path]).toEqual([404, '/quoteId'])
  })

  it('has one idempotency key, wherever it stands', async () => {
    const { quoteId } = await quote()
    const response = await fetch(`${service.origin}/v3/funds/allocations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${shopKey}`,
        'content-type': 'application/json',
        'idempotency-key': 'one',
      },
      body: JSON.stringify({ organisationId: shop, quoteId, credits: {}, idempotencyKey: 'another' }),
    })
    const body = (await response.json()) as { issues: Array<{ path: string }> }
    expect([response.status, body.issues[0]!.path]).toEqual([422, '/idempotencyKey'])
  })

  it('is told of by records and not by webhooks', async () => {
    const { quoteId } = await quote()
    const { body } = await allocate(quoteId, { contribution: { amount: 1 } })
    const events = await service.data.database.query('select id from event where object_id = $1', [
      body.fundsAllocationId,
    ])
    expect(events).toEqual([])
    const listed = await service.api(
      'GET',
      `/v3/funds/allocations/impact?${period}&limit=1`,
      undefined,
      shopKey,
    )
    expect(listed.body.data[0].fundsAllocationId).toBe(body.fundsAllocationId)
  })

  it('under the same key and payload is one allocation, whether the key is in the header or in the body', async () => {
    const { quoteId } = await quote()
    const wanted = { contribution: { amount: 0.5 }, idempotencyKey: `in-body-${engine}` }
    const first = await allocate(quoteId, wanted)
    const second = await allocate(quoteId, wanted)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    const other = await allocate(quoteId, { ...wanted, contribution: { amount: 0.6 } })
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  })

  it('is the same again after a crash between booking and answering', async () => {
    const { quoteId } = await quote()
    const wanted = { credits: {}, idempotencyKey: `crashed-${engine}` }
    const first = await allocate(quoteId, wanted)
    await service.data.database.query(
      "update idempotent_request set sealed_answer = null, claimed_until = created_at - interval '1 s' where key = $1",
      [wanted.idempotencyKey],
    )
    const second = await allocate(quoteId, wanted)
    expect(second.body).toEqual(first.body)
    const rows = await service.data.database.query('select id from funds_allocation where quote_id = $1', [
      quoteId,
    ])
    expect(rows).toHaveLength(1)
  })

  it('given to a partner as a whole counts as passed on once one of its projects was paid', async () => {
    const { quoteId, contribution } = await quote()
    const impactPartnerIds = contribution.impactPartnerIds.slice(0, 1)
    const { body } = await allocate(quoteId, { contribution: { amount: 1, impactPartnerIds } })
    const path = `/v3/impact-partners/projects?type=contribution&impactPartnerId=${impactPartnerIds[0]}`
    const [{ id }] = (await service.api('GET', path)).body
    const paid = {
      kind: 'disbursed',
      on: '2026-01-01',
      amount: 0.01,
      currencyCode: 'GBP',
      reference: 'payment 1',
    }
    const delivered = await service.api('POST', `/v3/operator/projects/${id}/deliveries`, paid)
    expect([delivered.status, delivered.body.allocations]).toEqual([201, 1])
    const lines = await service.data.database.query(
      'select line from fulfilment_line f join allocation_line l using (allocation_id, line) where l.impact_partner_id = $1',
      impactPartnerIds,
    )
    expect(lines).toHaveLength(1)
    expect(body.contribution).toHaveLength(1)
  })

  it('at the same moment under one quote are all booked, each once', async () => {
    const { quoteId } = await quote()
    const all = await Promise.all(
      Array.from({ length: 8 }, () => allocate(quoteId, { contribution: { amount: 0.11 } })),
    )
    expect(new Set(all.map(({ body }) => body.fundsAllocationId)).size).toBe(8)
  })

  it('may be allocated under one quote a hundred times and no more', async () => {
    const { quoteId } = await quote()
    for (let done = 0; done < 100; done += 20) {
      const some = Array.from({ length: 20 }, () => allocate(quoteId, { contribution: { amount: 0.01 } }))
      for (const { status } of await Promise.all(some)) expect(status).toBe(201)
    }
    const { status, body } = await allocate(quoteId, { contribution: { amount: 0.01 } })
    expect([status, body.code]).toEqual([409, 'MAX_ALLOCATIONS_REACHED'])
  })

  it('shows each organisation of the hierarchy its part of the fee, reversals inline', async () => {
    const { quoteId } = await quote()
    const { body } = await allocate(quoteId, { credits: { amount: 12.4 } })
    await service.api('POST', `/v3/funds/allocations/${body.fundsAllocationId}/reverse`, {}, shopKey)
    const path = '/v3/funds/allocations/profit-share'
    const { body: page } = await service.api('GET', `${path}?${period}&limit=2`, undefined, shopKey)
    const [reversal, whole] = page.data
    expect([reversal.reversal, whole.reversal]).toEqual([true, false])
    expect(whole.amounts).toEqual({
      total: 12.4,
      impact: 10,
      impactTax: 0,
      serviceFee: 2,
      serviceFeeTax: 0.4,
    })
    expect(whole.profitShareAllocations).toEqual([
      {
        beneficiaryOrganisationId: service.rootId,
        beneficiaryOrganisationReference: 'root',
        billingCurrencyCode: 'GBP',
        billingCurrencyExchangeRate: 1,
        amounts: { profitShare: 0.8, profitShareTax: 0, profitShareTaxRate: 0 },
      },
      {
        beneficiaryOrganisationId: shop,
        beneficiaryOrganisationReference: 'MID1234567',
        billingCurrencyCode: 'GBP',
        billingCurrencyExchangeRate: 1,
        amounts: { profitShare: 1.2, profitShareTax: 0, profitShareTaxRate: 0 },
      },
    ])
    expect(reversal.profitShareAllocations[1].amounts.profitShare).toBe(-1.2)
    const one = await service.api('GET', `/v3/funds/allocations/${body.fundsAllocationId}/profit-share`)
    expect(one.body).toEqual(whole)
    expect(whole).not.toHaveProperty('collectionOrganisationId')
    expect(whole.billingOrganisationId).toBe(service.rootId)
    const next = await service.api(
      'GET',
      `${path}?${period}&limit=1&startingAfter=${reversal.id}`,
      undefined,
      shopKey,
    )
    expect(next.body.data).toEqual([whole])
  })

  it('is billed in the currency of each organisation, at the rate of the day where one was imported', async () => {
    const day = new Date().toISOString().slice(0, 10)
    await service.data.database.query(
      `insert into exchange_rate (base, currency, day, units_per_base, source, imported_at)
       values ('USD', 'GBP', $1, 0.8, 'A bank', now()), ('USD', 'EUR', $1, 0.9, 'A bank', now())`,
      [day],
    )
    const euro = await service.organisation({ currencyCode: 'EUR', billing: { currencyCode: 'EUR' } })
    const yen = await service.organisation({ currencyCode: 'JPY' })
    for (const [organisationId, rate, billed] of [
      [euro, 1.125, euro],
      [yen, null, service.rootId],
    ] as const) {
      const key = await keyFor(organisationId)
      const made = await service.api('POST', '/v3/quotes/carbon', purchase({ organisationId }), key)
      const { quoteId } = made.body
      const wanted = { organisationId, quoteId, contribution: { amount: 1 } }
      const { body } = await service.api('POST', '/v3/funds/allocations', wanted, key)
      const record = await service.api('GET', `/v3/funds/allocations/${body.fundsAllocationId}/profit-share`)
      expect(record.body.profitShareAllocations[1].billingCurrencyExchangeRate).toBe(rate)
      expect(record.body.billingOrganisationId).toBe(billed)
    }
  })
})
