// Requests of every operation of the contract: good ones, broken ones and malicious ones, of every tenant.
import { type Operation, type OperationName, operations } from '@ekko/contract/operations'
import fc from 'fast-check'
import { fitting, mutated, nasty, type Surroundings } from './arbitraries.ts'
import { partOf, sharedMark, type Tenant, type World } from './tenants.ts'

export interface FuzzRequest {
  readonly name: OperationName
  readonly operation: Operation
  readonly tenant: Tenant
  readonly credential: string
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly ids: readonly string[]
  readonly contentType: string | undefined
  readonly body: string | undefined
  readonly idempotencyKey: string | undefined
}

const usual = {
  countryCode: ['GBR', 'IRL', 'USA'],
  currencyCode: ['GBP', 'EUR', 'JPY'],
  mcc: ['5992', '5411', '6011'],
  locale: ['en-GB', 'de', 'ar'],
  limit: ['1', '25', '100', '0', '101'],
  waitSeconds: ['0'],
  dateTimeFrom: ['2020-01-01T00:00:00Z', '2026-11-20T00:00:00Z'],
  dateTimeTo: ['2100-01-01T00:00:00Z'],
  amount: [10, 0.5, 47.97, 1_000],
  value: [15.99],
  unitPrice: [14],
  graceHours: [12, 24],
  currency: ['GBP'],
  country: ['GBR'],
  url: ['https://hooks.example.com/'],
  contribution: [{ amount: 10 }],
  credits: [{}, { amount: 2 }],
  kind: ['retired'],
  on: ['2026-01-01'],
  tonnes: [0.000001],
  registry: ['Sample registry'],
  logoUrl: ['https://logo.example/a.svg'],
  // Records name everybody who has a share of the fee by their reference, so nobody’s mark is in it.
  organisationReference: ['MID1', 'MID2', ''],
} as const

/** Requests in an order that follows from the seed alone. */
export function requestOf(world: World, seed: number): FuzzRequest {
  const [request] = fc.sample(requests(world), { seed, numRuns: 1 })
  return request!
}

function requests(world: World): fc.Arbitrary<FuzzRequest> {
  const names = Object.keys(operations) as OperationName[]
  return fc
    .record({ name: fc.constantFrom(...names), tenant: fc.constantFrom(...world.tenants) })
    .chain(({ name, tenant }) => requestsFor(world, name, tenant))
}

function requestsFor(world: World, name: OperationName, tenant: Tenant): fc.Arbitrary<FuzzRequest> {
  const operation: Operation = operations[name]
  const seen = world.tenants.filter((each) => tenant.sees.includes(each.name)).flatMap(({ ids }) => ids)
  const foreign = world.tenants.filter((each) => !tenant.sees.includes(each.name)).flatMap(({ ids }) => ids)
  const owned = [...tenant.ids, ...seen, ...world.sharedIds]
  const around = (ids: readonly string[]): Surroundings => ({
    ids,
    // What an organisation above writes into one below is that one’s to read.
    mark: tenant.sees.length > 1 ? sharedMark : tenant.mark,
    usual: { ...usual, ...idsFor(world, tenant, operation.path) },
  })
  const both = fc.oneof({ weight: 4, arbitrary: fc.constant(owned) }, fc.constant([...foreign, ...owned]))
  return both
    .chain((ids) =>
      fc.record({
        params: madeFor(operation.params, around(ids)),
        query: madeFor(operation.query, around(ids)),
        body: bodies(operation, around(ids)),
        credential: credentials(world, operation, tenant),
        idempotencyKey: fc.oneof(
          { weight: 11, arbitrary: fc.constant(undefined) },
          fc.constantFrom('again', 'and again', 'x'.repeat(300)),
        ),
      }),
    )
    .map(({ params, query, body, credential, idempotencyKey }) => ({
      name,
      operation,
      tenant,
      credential,
      method: operation.method,
      path: `${pathOf(operation.path, params)}${queryOf(query)}`,
      ids: Object.values((params ?? {}) as object).map(textOf),
      ...body,
      idempotencyKey,
    }))
}

/** Ids that an operation on this path is likely to know. */
function idsFor(world: World, { sees, organisationId }: Tenant, path: string): Record<string, string[]> {
  const seen = world.tenants.filter(({ name }) => sees.includes(name))
  const ofPart = (part: string) => seen.flatMap(({ idsByPart }) => idsByPart.get(part) ?? [])
  const organisations = [organisationId, ...ofPart('organisations').slice(0, 3)]
  const ids = {
    id: ofPart(partOf(path)),
    quoteId: ofPart('quotes'),
    endpointId: ofPart('webhook-endpoints'),
    projectId: [...world.sharedIds],
    impactPartnerId: [...world.sharedIds],
    organisationId: organisations,
    parentOrganisationId: organisations,
    productId: ofPart('products'),
    brandOwner: ofPart('brands'),
    eventId: ofPart('events'),
  }
  if (/operator|impact-partners/.test(path)) ids.id = [...world.sharedIds]
  return Object.fromEntries(Object.entries(ids).filter(([, list]) => list.length > 0))
}

function madeFor(schema: unknown, around: Surroundings): fc.Arbitrary<unknown> {
  if (!schema) return fc.oneof({ weight: 20, arbitrary: fc.constant({}) }, fc.constant({ unasked: 'x' }))
  const good = fitting(schema, around)
  return fc.oneof({ weight: 8, arbitrary: good }, mutated(good))
}

const deep = (leaf: string) => `${'{"a":['.repeat(9_000)}${leaf}${']}'.repeat(9_000)}`

type Body = Pick<FuzzRequest, 'body' | 'contentType'>

function bodies({ body: schema, method }: Operation, around: Surroundings): fc.Arbitrary<Body> {
  if (method === 'GET') return fc.constant({ body: undefined, contentType: undefined })
  const json = (value: unknown): Body => ({ body: JSON.stringify(value), contentType: 'application/json' })
  const good = schema ? fitting(schema, around) : fc.constant({})
  const broken: fc.Arbitrary<Body> = fc.oneof(
    fc
      .constantFrom(
        '{',
        '[]',
        '"',
        '{"a":1,}',
        'nul',
        '',
        '\uFEFF{}',
        deep('1'),
        deep('"\\u0041"'),
        '{"a":1e999}',
      )
      .map((body) => ({ body, contentType: 'application/json' })),
    nasty.map(json),
    fc
      .constantFrom('text/plain', 'application/xml', 'application/x-www-form-urlencoded')
      .map((contentType) => ({
        body: '{}',
        contentType,
      })),
  )
  return fc.oneof(
    { weight: 10, arbitrary: good.map(json) },
    { weight: 6, arbitrary: mutated(good).map(json) },
    { weight: 1, arbitrary: broken },
  )
}

function credentials(world: World, { caller }: Operation, tenant: Tenant): fc.Arbitrary<string> {
  const secrets = tenant.secrets.length > 0 ? tenant.secrets : ['cs_test_none']
  const right = caller === 'clientSecret' ? fc.constantFrom(...secrets) : fc.constant(tenant.key)
  const wrong = fc.constantFrom(
    'ek_test_x',
    'cs_test_x',
    '',
    'x'.repeat(600),
    secrets[0]!,
    world.service.rootId,
  )
  return fc.oneof({ weight: 40, arbitrary: right }, wrong)
}

function pathOf(path: string, params: unknown): string {
  return path.replace(/:(\w+)/g, (_all, name: string) => {
    const value = (params as Record<string, unknown> | null)?.[name]
    return encode(typeof value === 'string' && value !== '' ? value : 'x')
  })
}

function queryOf(query: unknown): string {
  if (typeof query !== 'object' || query === null) return ''
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `${encode(name)}=${encode(textOf(each))}`),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Longer than this no URL is sent. */
const urlPartMax = 2_000

function encode(text: string): string {
  return encodeURIComponent(text.slice(0, urlPartMax).replace(/[\uD800-\uDFFF]/g, ''))
}
