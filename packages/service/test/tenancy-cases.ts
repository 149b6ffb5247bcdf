// For each operation of the contract: what a stranger would ask for, and whom it is for. `tenancy.test.ts` walks it.
// Law: an operation without a case here fails the test, so nobody adds a door without saying who may pass.

import type { OperationName } from '@ekko/contract/operations'
import { organisationExample, sessionExample, type TestService } from './support/service.ts'

export interface World {
  readonly service: TestService
  /** The owner; `child` is right below it, `sibling` beside it, the root above all of them. */
  readonly parentId: string
  readonly childId: string
  readonly siblingId: string
  readonly parentKey: string
  readonly session: { readonly sessionId: string; readonly clientSecret: string }
}

interface Request {
  readonly path: string
  readonly body?: unknown
}

interface Case {
  /**
   * `owner`: a thing of the parent's: for it and for who is above it; it does not exist for anybody else.
   * `tree`: everybody below one root has the same. `operator`: for keys of the root. `list`: everybody gets what is
   * theirs. `page`: a browser with the secret of the session. `anyone`: no credential at all.
   */
  readonly whose: 'owner' | 'tree' | 'operator' | 'list' | 'page' | 'anyone'
  /** Makes what is asked for anew each time, so that one caller's success does not spoil the next one's. */
  readonly ask: (world: World) => Promise<Request>
}

const at = (path: string, body?: unknown) => async (): Promise<Request> => ({ path, body })
const period = 'dateTimeFrom=2020-01-01&dateTimeTo=2099-01-01'

/** As the owner. */
async function make({ service, parentKey }: World, path: string, body: unknown) {
  const answer = await service.api('POST', path, body, parentKey)
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

const purchase = (world: World) => {
  const { sdkVariant: _, impactType: __, ...rest } = sessionExample(world.parentId)
  return rest
}
const newQuote = (world: World) => make(world, '/v3/quotes/carbon', purchase(world))
const allocation = async (world: World) => {
  const { quoteId } = await newQuote(world)
  const wanted = { organisationId: world.parentId, quoteId, contribution: { amount: 1 } }
  return (await make(world, '/v3/funds/allocations', wanted)).fundsAllocationId
}
const organisation = async (world: World) =>
  (await make(world, '/v3/organisations', organisationExample(world.parentId))).organisationId
const apiKey = async (world: World) =>
  (await make(world, '/v3/api-keys', { organisationId: await organisation(world) })).id
const endpoint = async (world: World) => {
  const { id } = await make(world, '/v3/webhook-endpoints', { url: 'http://127.0.0.1:9/' })
  // As many as there may be are not for each case.
  await world.service.data.database.query(
    'update webhook_endpoint set deleted_at = now() where id <> $1 and deleted_at is null',
    [id],
  )
  return id
}
const testEvent = async (world: World) =>
  make(world, `/v3/webhook-endpoints/${await endpoint(world)}/test-events`, {})
const event = async (world: World) => {
  const [row] = await world.service.data.database.query<{ id: string }>(
    'select id from event where organisation_id = $1 and not test limit 1',
    [world.parentId],
  )
  return row!.id
}
const brandOf = async (world: World, name: 'brandId' | 'productId') =>
  (await world.service.api('GET', `/v3/organisations/${await organisation(world)}`)).body[name]
const statement = async (world: World) => {
  const [row] = await world.service.data.database.query<{ id: string }>(
    `select id from statement where organisation_id = $1 limit 1`,
    [world.parentId],
  )
  return row!.id
}
const partner = async ({ service }: World) => (await service.api('GET', '/v3/impact-partners')).body[0].id
const project = async ({ service }: World) =>
  (await service.api('GET', '/v3/impact-partners/projects')).body[0].id

type Maker = (world: World) => Promise<string>
const path = (pattern: string, id: Maker, body?: unknown) => async (world: World) => ({
  path: pattern.replace(':id', await id(world)),
  body,
})
const owner = (pattern: string, id: Maker, body?: unknown): Case => ({
  whose: 'owner',
  ask: path(pattern, id, body),
})
/** Something new, of the owner. */
const created = (where: string, body: (world: World) => unknown): Case => ({
  whose: 'owner',
  ask: async (world) => ({ path: where, body: await body(world) }),
})
const list = (where: string): Case => ({ whose: 'list', ask: at(where) })
const named = () => `Sample ${crypto.randomUUID()}`

export const cases: Record<OperationName, Case> = {
  createOrganisation: created('/v3/organisations', ({ parentId }) => organisationExample(parentId)),
  getOwnOrganisation: list('/v3/organisations/me'),
  getOrganisation: owner('/v3/organisations/:id', async ({ parentId }) => parentId),
  listOrganisations: list('/v3/organisations?limit=100'),
  updateOrganisation: owner('/v3/organisations/:id', organisation, { tradingName: 'Another shop' }),
  deactivateOrganisation: owner('/v3/organisations/:id/deactivate', organisation),
  activateOrganisation: owner('/v3/organisations/:id/activate', organisation),
  getAllowList: owner('/v3/organisations/:id/allow-list', organisation),
  updateAllowList: owner('/v3/organisations/:id/allow-list', organisation, { ranges: ['203.0.113.0/24'] }),
  createApiKey: created('/v3/api-keys', async (world) => ({ organisationId: await organisation(world) })),
  listApiKeys: list('/v3/api-keys?limit=100'),
  getApiKey: owner('/v3/api-keys/:id', apiKey),
  updateApiKey: owner('/v3/api-keys/:id', apiKey, { name: 'Another name' }),
  rollApiKey: owner('/v3/api-keys/:id/roll', apiKey, { graceHours: 12 }),
  revokeApiKey: owner('/v3/api-keys/:id', apiKey),
  getBrand: owner('/v3/brands/:id', (world) => brandOf(world, 'brandId')),
  updateBrand: owner('/v3/brands/:id', (world) => brandOf(world, 'brandId'), { name: 'Another shop' }),
  getProduct: owner('/v3/products/:id', (world) => brandOf(world, 'productId')),
  updateProduct: owner('/v3/products/:id', (world) => brandOf(world, 'productId'), { amounts: [] }),

  createCarbonQuote: created('/v3/quotes/carbon', purchase),
  createNatureQuote: created('/v3/quotes/nature', purchase),
  getQuote: owner('/v3/quotes/:id', async (world) => (await newQuote(world)).quoteId),
  listQuoteProjects: owner('/v3/quotes/:id/projects', async (world) => (await newQuote(world)).quoteId),
  createPostPurchaseSession: created('/v3/post-purchase/sessions', purchase),
  getPostPurchaseSession: owner('/v3/post-purchase/sessions/:id', async ({ session }) => session.sessionId),
  createCheckoutSession: created('/v3/checkout/sessions', purchase),
  getCheckoutSession: owner(
    '/v3/checkout/sessions/:id',
    async (world) => (await make(world, '/v3/checkout/sessions', purchase(world))).sessionId,
  ),
  createImpactPaySession: created('/v3/impactpay/sessions', purchase),
  getImpactPaySession: owner(
    '/v3/impactpay/sessions/:id',
    async (world) => (await make(world, '/v3/impactpay/sessions', purchase(world))).sessionId,
  ),
  eraseConsumer: created('/v3/consumers/erase', ({ parentId: organisationId }) => ({
    organisationId,
    consumer: { reference: 'somebody' },
  })),
  listImpactPartners: { whose: 'tree', ask: at('/v3/impact-partners') },
  getImpactPartner: { whose: 'tree', ask: path('/v3/impact-partners/:id', partner) },
  listProjects: { whose: 'tree', ask: at('/v3/impact-partners/projects') },
  getProject: { whose: 'tree', ask: path('/v3/impact-partners/projects/:id', project) },

  createAllocation: created('/v3/funds/allocations', async (world) => ({
    organisationId: world.parentId,
    quoteId: (await newQuote(world)).quoteId,
    contribution: { amount: 1 },
  })),
  reverseAllocation: owner('/v3/funds/allocations/:id/reverse', allocation),
  listImpactRecords: list(`/v3/funds/allocations/impact?${period}&limit=100`),
  getImpactRecord: owner('/v3/funds/allocations/:id/impact', allocation),
  listProfitShareRecords: list(`/v3/funds/allocations/profit-share?${period}&limit=100`),
  getProfitShareRecord: owner('/v3/funds/allocations/:id/profit-share', allocation),
  listStatements: list('/v3/statements'),
  getStatement: owner('/v3/statements/:id', statement),
  listSettlementBreaks: { whose: 'operator', ask: at('/v3/settlements/breaks') },
  exportRows: list(`/v3/exports/impact-records.ndjson?${period}`),

  createWebhookEndpoint: created('/v3/webhook-endpoints', async (world) => {
    await endpoint(world)
    return { url: 'http://127.0.0.1:9/', organisationId: world.parentId }
  }),
  listWebhookEndpoints: list('/v3/webhook-endpoints'),
  getWebhookEndpoint: owner('/v3/webhook-endpoints/:id', endpoint),
  updateWebhookEndpoint: owner('/v3/webhook-endpoints/:id', endpoint, { ordered: true }),
  deleteWebhookEndpoint: owner('/v3/webhook-endpoints/:id', endpoint),
  pauseWebhookEndpoint: owner('/v3/webhook-endpoints/:id/pause', endpoint),
  resumeWebhookEndpoint: owner('/v3/webhook-endpoints/:id/resume', endpoint),
  rotateWebhookSecret: owner('/v3/webhook-endpoints/:id/secret-rotations', endpoint, {}),
  createTestEvent: owner('/v3/webhook-endpoints/:id/test-events', endpoint, {}),
  replayWebhookEndpoint: owner('/v3/webhook-endpoints/:id/replays', endpoint, {
    createdFrom: '2020-01-01T00:00:00Z',
  }),
  listWebhookDeliveries: owner('/v3/webhook-deliveries?endpointId=:id', endpoint),
  getWebhookDelivery: owner('/v3/webhook-deliveries/:id', async (world) => (await testEvent(world)).id),
  replayWebhookDelivery: owner('/v3/webhook-deliveries/:id/replay', async (world) => {
    const { id } = await testEvent(world)
    const ended =
      "update delivery set status = 'exhausted', lease_until = null, lease_token = null where id = $1"
    await world.service.data.database.query(ended, [id])
    return id
  }),
  listEvents: list('/v3/events?limit=100'),
  getEvent: owner('/v3/events/:id', event),
  getEventSchema: { whose: 'anyone', ask: at('/v3/events/schemas/IMPACT_PAYMENT') },

  createImpactPartner: {
    whose: 'operator',
    ask: async () => ({
      path: '/v3/operator/impact-partners',
      body: { name: named(), description: 'A sample' },
    }),
  },
  updateImpactPartner: {
    whose: 'operator',
    ask: path('/v3/operator/impact-partners/:id', partner, { description: 'Another sample' }),
  },
  createProject: {
    whose: 'operator',
    ask: async (world) => ({
      path: '/v3/operator/projects',
      body: {
        impactPartnerId: await partner(world),
        type: 'contribution',
        name: named(),
        shortDescription: 'A sample',
        longDescription: 'A sample project.',
        location: { countryCode: 'GBR', region: 'Europe' },
        prices: [{ currencyCode: 'GBP', unitPrice: 1 }],
      },
    }),
  },
  listManagedProjects: { whose: 'operator', ask: at('/v3/operator/projects') },
  getManagedProject: { whose: 'operator', ask: path('/v3/operator/projects/:id', project) },
  updateProject: { whose: 'operator', ask: path('/v3/operator/projects/:id', project, { state: undefined }) },
  createDelivery: {
    whose: 'operator',
    ask: async (world) => {
      await allocation(world)
      const carbon = await world.service.api('GET', '/v3/impact-partners/projects?type=carbonCredits')
      const { quoteId } = await newQuote(world)
      const wanted = { organisationId: world.parentId, quoteId, credits: {} }
      await make(world, '/v3/funds/allocations', wanted)
      return {
        path: `/v3/operator/projects/${carbon.body[0].id}/deliveries`,
        body: {
          kind: 'retired',
          on: '2026-01-01',
          tonnes: 0.000001,
          registry: 'Sample registry',
          serials: '1-2',
          reference: named(),
        },
      }
    },
  },
  listDeliveries: { whose: 'operator', ask: path('/v3/operator/projects/:id/deliveries', project) },

  createV2Brand: created('/v2/organisations/brand/onboarding', async (world) => ({
    tradingName: 'Blossom & Bloom',
    tradingAddress: { street: '45 Rosewood Avenue', city: 'London', postalCode: 'SW1A 1AA', country: 'GBR' },
    currency: 'GBP',
    mcc: '5992',
    brandOwner: await brandOf(world, 'brandId'),
  })),
  createV2ImpactPaySession: created('/v2/impactpay/sessions', async (world) => ({
    productId: await brandOf(world, 'productId'),
    amount: { value: 47.97, currencyCode: 'GBP' },
  })),

  getComponent: { whose: 'page', ask: at('/v3/component') },
  getComponentState: { whose: 'page', ask: at('/v3/component/state') },
  dismissComponent: { whose: 'page', ask: at('/v3/component/dismissal') },
  getOpenApi: { whose: 'anyone', ask: at('/v3/openapi.json') },
}
