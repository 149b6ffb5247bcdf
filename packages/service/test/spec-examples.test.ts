// The documented example requests, as they are documented but for the ids, and the documented shape of the answers.

import { type Operation, type OperationName, operations } from '@ekko/contract/operations'
import { workedExamples } from '@ekko/contract/worked-examples'
import { workedIds } from '@ekko/contract/worked-offers'
import type { TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from './support/database.ts'
import {
  call,
  organisationExample,
  sessionExample,
  type TestService,
  testService,
} from './support/service.ts'

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const instant = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
const number = expect.any(Number)
const text = expect.any(String)
const amounts = {
  total: number,
  impact: number,
  impactTax: number,
  serviceFee: number,
  serviceFeeTax: number,
}
const footprint = { equivalents: expect.any(Array), breakdown: expect.any(Object) }
const carbon = { ...footprint, kind: 'carbon', grams: number, ounces: number }

it.each([
  'createOrganisation',
  'createCarbonQuote',
  'createNatureQuote',
  'createCheckoutSession',
  'createPostPurchaseSession',
  'createImpactPaySession',
  'createAllocation',
  'reverseAllocation',
] as const)('whatever may be left out of the body of %s may be null as well', (name) => {
  const { body }: Operation = operations[name]
  expect(optionalsOf(body!).filter(([, schema]) => !Check(schema, null))).toEqual([])
})

const period = '?dateTimeFrom=2020-01-01&dateTimeTo=2099-01-01'

/** Which of the ids a path is about. */
function idIn(path: string): string {
  if (path.includes('/funds/')) return workedIds.fundsAllocationId
  if (path.includes('/quotes/')) return workedIds.quoteId
  if (path.includes('/projects/')) return workedIds.projects[0]
  if (path.includes('/impact-partners/')) return workedIds.partners[0]
  return workedIds.organisationId
}

/** Every member there is, by its path; the factor set’s own are its business. */
function membersOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || path.endsWith('provenance')) return [path]
  const members = Object.entries(value).map(
    ([key, member]) => [Array.isArray(value) ? '[]' : key, member] as const,
  )
  return [...new Set(members.flatMap(([key, member]) => membersOf(member, `${path}/${key}`)))]
}

function optionalsOf(given: unknown, path = ''): [string, TSchema][] {
  const { anyOf = [], items, properties = {}, required = [] } = given as Record<string, never[]>
  const own = Object.entries<TSchema>(properties)
    .filter(([name]) => !required.includes(name as never))
    .map(([name, member]): [string, TSchema] => [`${path}/${name}`, member])
  const members = Object.entries<TSchema>(properties).flatMap(([name, member]) =>
    optionalsOf(member, `${path}/${name}`),
  )
  const inside = [...anyOf, ...(items ? [items] : [])].flatMap((each) => optionalsOf(each, path))
  return [...own, ...members, ...inside]
}

describe.each(engines)('the documented examples on %s', (engine) => {
  let service: TestService
  let organisationId = ''
  const post = (path: string, body?: unknown) => service.api('POST', path, body)
  const get = (path: string) => service.api('GET', path)
  beforeAll(async () => {
    service = await testService({ engine })
    organisationId = await service.organisation()
  })
  afterAll(() => service.dispose())

  /** As the guide to the direct integration has it. */
  const quoteExample = () => ({
    organisationId,
    locale: 'en-GB',
    consumer: { reference: 'consumer_123', countryCode: 'GBR' },
    merchant: {
      name: 'Blossom & Bloom',
      mcc: '5992',
      address: { line1: '45 Rosewood Avenue', city: 'London', postalCode: 'SW1A 1AA', countryCode: 'GBR' },
    },
    transaction: { amount: 47.97, currencyCode: 'GBP' },
  })
  async function allocationExample() {
    const { quoteId } = (await post('/v3/quotes/carbon', quoteExample())).body
    const wanted = { organisationId, quoteId, currencyCode: 'GBP', credits: { amount: 12.4 } }
    return (await post('/v3/funds/allocations', wanted)).body
  }

  it('an organisation is created and answered with all its fields, empty ones included', async () => {
    const billing = {
      companyRegistrationNumber: '12345678',
      currencyCode: 'GBP',
      email: 'accounts@blossom.example',
      taxNumber: 'GB123456789',
    }
    const wanted = { ...organisationExample(service.rootId), billing }
    const { status, body } = await post('/v3/organisations', wanted)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      organisationId: uuid,
      parentOrganisationId: service.rootId,
      organisationReference: 'MID1234567',
      tradingName: 'Blossom & Bloom',
      legalName: 'BB Flowers Ltd',
      address: {
        line1: '45 Rosewood Avenue',
        line2: '',
        line3: '',
        city: 'London',
        state: '',
        countryCode: 'GBR',
      },
      currencyCode: 'GBP',
      website: 'https://blossom.example',
      billing,
      mcc: '5992',
      relativeProfitShare: 0.6,
      proportionalProfitShare: 0.6,
      serviceFeePercentage: 0.2,
      status: { value: 'active', message: null },
      impactPartners: expect.arrayContaining([{ id: uuid, name: text }]),
      calculationTypes: expect.arrayContaining(['carbon']),
    })
    expect((await get(`/v3/organisations/${body.organisationId}`)).body).toEqual(body)
  })

  it('the examples of the reference can be sent as they stand, and are answered as they say', async () => {
    const partners = (await get('/v3/impact-partners')).body
    const credits = (await get('/v3/impact-partners/projects?type=carbonCredits')).body
    const ids = new Map<string, string>([[workedIds.parentOrganisationId, service.rootId]])
    workedIds.partners.forEach((id, index) => void ids.set(id, partners[index].id))
    workedIds.projects.forEach((id, index) => void ids.set(id, credits[index].id))
    for (const [name, { body, answer }] of Object.entries(workedExamples)) {
      const { method, path, query, version } = operations[name as OperationName] as Operation
      const of = (text: string) => [...ids].reduce((all, [id, own]) => all.replaceAll(id, own), text)
      const filled =
        path.replace(':id', idIn(path)) + (query && 'dateTimeFrom' in query.properties! ? period : '')
      const sent = body && JSON.parse(of(JSON.stringify(body)))
      const headers =
        version === 'v2' ? { 'x-api-key': service.rootKey } : { authorization: `Bearer ${service.rootKey}` }
      const reply = await fetch(service.origin + of(filled), {
        method,
        headers: { ...headers, ...(sent && { 'content-type': 'application/json' }) },
        ...(sent && { body: JSON.stringify(sent) }),
      })
      const answered = await reply.json()
      expect([name, reply.status, answered]).toEqual([
        name,
        operations[name as OperationName].answer.status,
        expect.anything(),
      ])
      expect([name, membersOf(answered)]).toEqual([name, expect.arrayContaining(membersOf(answer))])
      for (const key of [
        'organisationId',
        'quoteId',
        'fundsAllocationId',
        'reversalId',
        'productId',
      ] as const)
        if (method === 'POST' && answered[key] && !ids.has(workedIds[key]))
          ids.set(workedIds[key], answered[key])
    }
  })

  it('a carbon quote has a footprint with equivalents, credits at locked amounts, and effective rates', async () => {
    const { status, body } = await post('/v3/quotes/carbon', quoteExample())
    expect(status).toBe(201)
    expect(body).toMatchObject({
      quoteId: uuid,
      footprint: carbon,
      credits: {
        totalAmount: number,
        impactAmount: number,
        impactSalesTaxAmount: 0,
        impactSalesTaxRate: 0,
        serviceFeeAmount: number,
        serviceFeeSalesTaxAmount: number,
        serviceFeeSalesTaxRate: 0.2,
        projects: [{ projectId: uuid, impactPartnerId: uuid, unitPrice: number }, expect.any(Object)],
      },
      contribution: {
        effectiveRates: { impact: number, serviceFee: number },
        impactPartnerIds: [uuid, uuid],
      },
      taxLiability: 'platform',
      expiresAt: instant,
    })
    expect((await get(`/v3/quotes/${body.quoteId}`)).body).toEqual(body)
  })

  it('a nature quote has a footprint in four categories and no credits', async () => {
    const { status, body } = await post('/v3/quotes/nature', { ...quoteExample(), locale: undefined })
    expect([status, body.locale]).toEqual([201, 'en-GB'])
    expect(body.footprint).toMatchObject({
      ...footprint,
      kind: 'nature',
      squareMetres: number,
      squareFeet: number,
    })
    expect(Object.keys(body.footprint.breakdown)).toHaveLength(4)
    expect(body).not.toHaveProperty('credits')
    expect(body.contribution.impactPartnerIds.length).toBeGreaterThan(0)
  })

  it.each([
    ['flat', { matchConsumerLocation: true }],
    ['nested', { credits: { matchConsumerLocation: true } }],
    ['absent', null],
  ])('project filters may be %s', async (_, projectFilters) => {
    const { status, body } = await post('/v3/quotes/carbon', { ...quoteExample(), projectFilters })
    expect(status).toBe(201)
    const { body: projects } = await get(`/v3/quotes/${body.quoteId}/projects?type=carbonCredits`)
    expect(projects.map(({ id }: { id: string }) => id)).toEqual(
      body.credits.projects.map(({ projectId }: { projectId: string }) => projectId),
    )
    if (projectFilters !== null) expect(projects[0].location.countryCode).toBe('GBR')
  })

  it('the projects of a quote are those that funds can go to, with every documented field', async () => {
    const { quoteId } = (await post('/v3/quotes/carbon', quoteExample())).body
    const { status, body } = await get(`/v3/quotes/${quoteId}/projects`)
    expect([status, new Set(body.map(({ type }: { type: string }) => type))]).toEqual([
      200,
      new Set(['carbonCredits', 'contribution']),
    ])
    expect(body[0]).toMatchObject({
      id: uuid,
      impactPartnerId: uuid,
      name: text,
      shortDescription: text,
      longDescription: text,
      image: text,
      subtype: text,
      location: { countryCode: text, region: text, state: text },
      theme: text,
      unit: { description: 'tCO2e', price: number, type: 'unit', currencyCode: 'GBP' },
      sdgs: expect.arrayContaining([{ number, name: text }]),
    })
    const partner = body[0].impactPartnerId
    const ofPartner = await get(`/v3/quotes/${quoteId}/projects?impactPartnerId=${partner}`)
    for (const project of ofPartner.body) expect(project.impactPartnerId).toBe(partner)
  })

  it('a checkout session answers its id, its secret, its quote and when it expires', async () => {
    const { sdkVariant: _, ...example } = sessionExample(organisationId)
    const { status, body } = await post('/v3/checkout/sessions', { ...example, productId: 'ignored' })
    expect(status).toBe(201)
    expect(body).toMatchObject({ sessionId: uuid, clientSecret: text, quoteId: uuid, expiresAt: instant })
    expect(body.credits.totalAmount).toBeGreaterThan(0)
    const both = await post('/v3/checkout/sessions', { ...example, impactType: ['carbon', 'nature'] })
    expect([both.status, both.body.code]).toEqual([400, 'BAD_REQUEST'])
  })

  it.each(['checkout', 'post-purchase', 'impactpay'])(
    'of a %s session null is as good as nothing',
    async (kind) => {
      const nothing = { sdkVariant: null, impactType: null, locale: null, projectFilters: null }
      const orderItems = [
        { category: 'pots', quantity: null, unitPrice: { value: 47.97, currencyCode: 'GBP' } },
      ]
      const example = { ...sessionExample(organisationId), ...nothing, orderItems }
      const { status, body } = await post(`/v3/${kind}/sessions`, example)
      expect([status, body.footprint?.kind]).toEqual([201, 'carbon'])
    },
  )

  it('a value that is not one of those documented is told which are', async () => {
    const example = { ...sessionExample(organisationId), impactType: 'water', sdkVariant: ['embedded'] }
    expect((await post('/v3/post-purchase/sessions', example)).body.issues).toEqual([
      { path: '/sdkVariant', message: 'must be embedded or takeover' },
      { path: '/impactType', message: 'must be carbon or nature' },
    ])
  })

  it('a post-purchase session is created with 201, and needs no variant', async () => {
    const { status, body } = await post('/v3/post-purchase/sessions', sessionExample(organisationId))
    expect(status).toBe(201)
    expect(body).toMatchObject({ sessionId: uuid, clientSecret: text, quoteId: uuid, expiresAt: instant })
    expect(body.clientSecret).toMatch(/^cs_test_[0-9a-f]+_secret_/)
    const { sdkVariant: _, ...without } = sessionExample(organisationId)
    expect((await post('/v3/post-purchase/sessions', without)).status).toBe(201)
  })

  it('an ImpactPay session answers its quote, the footprint, credits and a link', async () => {
    const { sdkVariant: _, ...example } = sessionExample(organisationId)
    const { status, body } = await post('/v3/impactpay/sessions', { ...example, locale: 'en-GB' })
    expect(status).toBe(201)
    expect(body).toMatchObject({ quoteId: uuid, footprint: carbon, credits: { totalAmount: number } })
    expect(body.impactPayLink).toMatch(new RegExp(`^${service.origin}/pay/`))
    const page = await call(service.origin, 'none', 'GET', new URL(body.impactPayLink).pathname)
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('<form')])
  })

  it('an allocation has the documented lines, and its amounts add up', async () => {
    const body = await allocationExample()
    const line = {
      projectId: uuid,
      impactAmount: 5,
      impactSalesTaxAmount: 0,
      impactSalesTaxRate: 0,
      serviceFeeAmount: 1,
      serviceFeeSalesTaxAmount: 0.2,
      serviceFeeSalesTaxRate: 0.2,
    }
    expect(body).toMatchObject({ fundsAllocationId: uuid, currencyCode: 'GBP', taxLiability: 'platform' })
    expect([body.totalAmount, body.credits]).toEqual([12.4, [line, line]])
  })

  it('a reversal mirrors it with negative amounts, and rates as they were', async () => {
    const { fundsAllocationId } = await allocationExample()
    const { status, body } = await post(`/v3/funds/allocations/${fundsAllocationId}/reverse`)
    expect([status, body.reversalId, body.fundsAllocationId]).toEqual([201, uuid, fundsAllocationId])
    expect(body.credits[0]).toMatchObject({
      impactAmount: -5,
      impactSalesTaxAmount: 0,
      impactSalesTaxRate: 0,
      serviceFeeAmount: -1,
      serviceFeeSalesTaxAmount: -0.2,
      serviceFeeSalesTaxRate: 0.2,
    })
  })

  it('impact and profit-share records have the documented fields, in pages and alone', async () => {
    const { fundsAllocationId } = await allocationExample()
    const head = {
      fundsAllocationId,
      quoteId: uuid,
      fundsDateTime: instant,
      fundsOrganisationId: organisationId,
      fundsOrganisationReference: 'MID1234567',
      fundsCurrencyCode: 'GBP',
      reversal: false,
      taxLiability: 'platform',
      amounts: { ...amounts, total: 12.4 },
      merchant: { name: 'Blossom & Bloom', mcc: '5992' },
    }
    const period = 'dateTimeFrom=2020-01-01T00:00:00Z&dateTimeTo=2099-01-01T00:00:00Z&limit=1'
    const impact = await get(`/v3/funds/allocations/impact?${period}&consumerReference=consumer_123`)
    expect(impact.body).toMatchObject({
      hasMore: true,
      data: [
        {
          ...head,
          consumerReference: 'consumer_123',
          collectionOrganisationId: service.rootId,
          credits: [{ impactPartnerId: uuid, projectId: uuid, amounts: { impact: 5, impactTax: 0 } }, {}],
        },
      ],
    })
    const shares = await get(
      `/v3/funds/allocations/profit-share?${period}&fundsOrganisationId=${organisationId}`,
    )
    const share = {
      beneficiaryOrganisationId: uuid,
      beneficiaryOrganisationReference: text,
      billingCurrencyCode: 'GBP',
      billingCurrencyExchangeRate: 1,
      amounts: { profitShare: number, profitShareTax: number, profitShareTaxRate: number },
    }
    expect(shares.body).toMatchObject({
      hasMore: true,
      data: [{ ...head, billingOrganisationId: uuid, profitShareAllocations: [share, share] }],
    })
    for (const kind of ['impact', 'profit-share'])
      expect((await get(`/v3/funds/allocations/${fundsAllocationId}/${kind}`)).body).toMatchObject(head)
  })

  it('projects are a bare list, or the one that is asked for', async () => {
    const { body: all } = await get('/v3/impact-partners/projects')
    expect(Array.isArray(all)).toBe(true)
    const { body: one } = await get(`/v3/impact-partners/projects?projectId=${all[0].id}`)
    expect(one).toEqual([all[0]])
    expect((await get(`/v3/impact-partners/projects/${all[0].id}`)).body).toEqual(all[0])
    const partners = (await get('/v3/impact-partners')).body
    expect(partners.map(({ id }: { id: string }) => id)).toContain(all[0].impactPartnerId)
    const { body: ofType } = await get('/v3/impact-partners/projects?type=contribution')
    for (const { type } of ofType) expect(type).toBe('contribution')
  })
})
