// What is offered and how it looks: brands and products of organisations, and the operator's partners and projects.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engines } from './support/database.ts'
import { call, type Reply, sessionExample, type TestService, testService } from './support/service.ts'

describe.each(engines)('the catalogue on %s', (engine) => {
  let service: TestService
  beforeAll(async () => {
    service = await testService({ engine })
  })
  afterAll(() => service.dispose())

  const quoteOf = async (organisationId: string): Promise<Reply> => {
    const { sdkVariant: _variant, impactType: _type, ...purchase } = sessionExample(organisationId)
    return service.api('POST', '/v3/quotes/carbon', purchase)
  }
  const newProject = async (over: Record<string, unknown> = {}): Promise<Reply> => {
    const partner = await service.api('POST', '/v3/operator/impact-partners', {
      name: `Moor Trust ${Math.random()}`,
      description: 'Looks after moors.',
    })
    return service.api('POST', '/v3/operator/projects', {
      impactPartnerId: partner.body.id,
      type: 'carbonCredits',
      name: `Blanket bog ${Math.random()}`,
      shortDescription: 'A bog that holds water again.',
      longDescription: 'Dams in old drains.',
      location: { countryCode: 'GBR', region: 'Northern Europe' },
      prices: [
        { currencyCode: 'GBP', unitPrice: 30 },
        { currencyCode: 'EUR', unitPrice: 35 },
      ],
      ...over,
    })
  }

  test('a brand is shown at once where its name and colours are, and refuses what it may not say', async () => {
    const organisationId = await service.organisation()
    const { brandId } = (await service.api('GET', `/v3/organisations/${organisationId}`)).body
    const { clientSecret } = await service.session(organisationId, { merchant: null })
    const path = `/v3/brands/${brandId}`
    const appearance = { theme: 'light', colours: { accent: '#ffffaa' }, radius: 4, font: 'serif' }
    const changed = await service.api('PATCH', path, {
      name: 'Bloom & Co',
      logoUrl: 'https://bloom.example/logo.svg',
      appearance,
    })
    expect(changed).toMatchObject({ status: 200, body: { organisationId, name: 'Bloom & Co', appearance } })
    expect(changed.body.corrections.length).toBeGreaterThan(0)
    const component = await call(service.origin, clientSecret, 'GET', '/v3/component')
    expect(component.body).toContain('radius=4')
    for (const [body, status] of [
      [{ logoUrl: 'http://bloom.example/logo.svg' }, 400],
      [{ logoUrl: 'https://user:pass@bloom.example/logo.svg' }, 422],
      [{ appearance: { colours: { accent: 'red' } } }, 400],
      [{ appearance: { script: 'x' } }, 400],
      [{ name: 'Carbon Neutral Bloom' }, 422],
    ] as const)
      expect({ body, status: (await service.api('PATCH', path, body)).status }).toEqual({ body, status })
    expect((await service.api('PATCH', path, { name: null })).body.name).toBe('Blossom & Bloom')
  })

  test('a product chooses projects, amounts and the experience of the quotes after it, and of no other’s', async () => {
    const organisationId = await service.organisation()
    const { productId } = (await service.api('GET', `/v3/organisations/${organisationId}`)).body
    const key = (await service.api('POST', '/v3/api-keys', { organisationId })).body.key
    const mine = await newProject()
    const path = `/v3/products/${productId}`
    const changes = {
      projectIds: [mine.body.id],
      amounts: [{ currencyCode: 'GBP', suggested: [3, 6], minimum: 2, maximum: 20 }],
      experience: { sdkVariant: 'takeover' },
    }
    expect((await service.api('PATCH', path, changes, key)).body).toMatchObject(changes)
    const quote = await quoteOf(organisationId)
    expect(quote.body.credits.projects.map((each: Reply['body']) => each.projectId)).toEqual([mine.body.id])
    const { sdkVariant: _variant, ...wanted } = sessionExample(organisationId)
    const session = await service.api('POST', '/v3/post-purchase/sessions', wanted)
    const stored = await service.api('GET', `/v3/post-purchase/sessions/${session.body.sessionId}`)
    expect(stored.body.sdkVariant).toBe('takeover')
    const component = await call(service.origin, session.body.clientSecret, 'GET', '/v3/component')
    expect(component.body).toContain('£3')
    const others = await quoteOf(await service.organisation())
    expect(others.body.credits.projects.length).toBeGreaterThan(1)

    for (const [body, status] of [
      [{ projectIds: [organisationId] }, 422],
      [{ amounts: [{ currencyCode: 'GBP', suggested: [6, 3] }] }, 422],
      [{ amounts: [{ currencyCode: 'GBP', suggested: [0.001] }] }, 422],
      [{ serviceFeePercentage: 0 }, 403],
    ] as const)
      expect({ body, status: (await service.api('PATCH', path, body, key)).status }).toEqual({ body, status })
    const fee = await service.api('PATCH', path, { serviceFeePercentage: 0.1 })
    expect(fee.body.serviceFeePercentage).toBe(0.1)
    expect((await quoteOf(organisationId)).body.credits.serviceFeeAmount).toBeLessThan(
      quote.body.credits.serviceFeeAmount,
    )
  })

  test('the operator takes in, prices and retires projects; nobody else does', async () => {
    const { key } = (
      await service.api('POST', '/v3/api-keys', { organisationId: await service.organisation() })
    ).body
    expect((await service.api('GET', '/v3/operator/projects', undefined, key)).status).toBe(403)
    const made = await newProject({ deliveryYear: 2031 })
    expect(made).toMatchObject({
      status: 201,
      body: { status: 'offered', stockTonnes: null, delivery: { state: 'planned', expectedYear: 2031 } },
    })
    const path = `/v3/operator/projects/${made.body.id}`
    const priced = await service.api('PATCH', path, { prices: [{ currencyCode: 'GBP', unitPrice: 40 }] })
    expect(priced.body.prices).toEqual([{ currencyCode: 'GBP', unitPrice: 40 }])
    expect(
      (await service.api('PATCH', path, { prices: [{ currencyCode: 'GBP', unitPrice: 1.234 }] })).status,
    ).toBe(422)
    const claim = await service.api('PATCH', path, { shortDescription: 'Makes your order carbon neutral.' })
    expect(claim).toMatchObject({ status: 422, body: { code: 'CLAIM_REFUSED' } })
    const listed = async () =>
      (await service.api('GET', '/v3/impact-partners/projects')).body.map((each: Reply['body']) => each.id)
    expect(await listed()).toContain(made.body.id)
    expect((await service.api('PATCH', path, { status: 'retired' })).body.status).toBe('retired')
    expect(await listed()).not.toContain(made.body.id)
    const again = await service.api('PATCH', path, { name: 'Sample upland woodland' })
    expect(again).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
  })

  test('a stock counts down with what is allocated, and a project that is sold out is offered no more', async () => {
    const organisationId = await service.organisation()
    const { productId } = (await service.api('GET', `/v3/organisations/${organisationId}`)).body
    const made = await newProject({ stockTonnes: 0.2 })
    await service.api('PATCH', `/v3/products/${productId}`, { projectIds: [made.body.id] })
    const quote = await quoteOf(organisationId)
    const stock = async () =>
      (await service.api('GET', `/v3/operator/projects/${made.body.id}`)).body.stockTonnes
    const allocate = (amount: number) =>
      service.api('POST', '/v3/funds/allocations', {
        organisationId,
        quoteId: quote.body.quoteId,
        credits: { amount },
      })
    expect((await allocate(3)).status).toBe(201)
    const left = await stock()
    expect(left).toBeGreaterThan(0.1)
    expect(left).toBeLessThan(0.2)
    expect((await allocate(20)).status).toBe(201)
    expect(await stock()).toBe(0)
    await service.api('PATCH', `/v3/operator/projects/${made.body.id}`, { standard: 'Peat code' })
    const after = await quoteOf(organisationId)
    expect(after.body.credits.projects.map((each: Reply['body']) => each.projectId)).not.toContain(
      made.body.id,
    )
    await service.expectLawful()
  })

  test('what a project delivered is recorded once, never more than was allocated to it, and listed', async () => {
    const organisationId = await service.organisation()
    const { productId } = (await service.api('GET', `/v3/organisations/${organisationId}`)).body
    const made = await newProject()
    await service.api('PATCH', `/v3/products/${productId}`, { projectIds: [made.body.id] })
    const { quoteId } = (await quoteOf(organisationId)).body
    await service.api('POST', '/v3/funds/allocations', { organisationId, quoteId, credits: { amount: 37 } })
    const path = `/v3/operator/projects/${made.body.id}/deliveries`
    const retirement = {
      kind: 'retired',
      on: '2026-11-02',
      tonnes: 0.5,
      registry: 'Sample registry',
      serials: 'S-1-500',
      reference: 'RET-1',
    }
    expect(await service.api('POST', path, retirement)).toMatchObject({
      status: 201,
      body: { tonnes: 0.5, serials: 'S-1-500', allocations: 1 },
    })
    expect((await service.api('POST', path, retirement)).status).toBe(409)
    expect((await service.api('POST', path, { ...retirement, reference: 'RET-2', tonnes: 5 })).status).toBe(
      409,
    )
    expect(
      (await service.api('POST', path, { ...retirement, reference: 'R', on: '2026-02-30' })).status,
    ).toBe(400)
    expect((await service.api('POST', path, { ...retirement, reference: 'R', tonnes: null })).status).toBe(
      422,
    )
    const list = await service.api('GET', path)
    expect(list.body.data.map((each: Reply['body']) => each.reference)).toEqual(['RET-1'])
    const shown = await service.api('GET', `/v3/operator/projects/${made.body.id}`)
    expect(shown.body.delivery).toMatchObject({ state: 'retired', retiredTonnes: 0.5 })
  })
})
