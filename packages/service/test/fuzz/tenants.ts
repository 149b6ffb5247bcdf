// Tenants that must not know of one another, each with data of every kind, and all texts of a tenant with its mark in them.
import { settableClock } from '../../src/kernel/clock.ts'
import { generateKey, storeKey } from '../../src/organisations/api-keys.ts'
import { periodAt } from '../../src/reconciliation/period.ts'
import { closeMonths } from '../../src/reconciliation/statements.ts'
import { organisationExample, type Reply, sessionExample, type TestService } from '../support/service.ts'

export interface Tenant {
  readonly name: string
  readonly mark: string
  readonly key: string
  readonly organisationId: string
  /** Names of the tenants that it may see: itself and those below. */
  readonly sees: readonly string[]
  /** What belongs to it. */
  readonly ids: string[]
  /** The same by the part of the API that they are asked for in. */
  readonly idsByPart: Map<string, string[]>
  readonly secrets: string[]
}

export interface World {
  readonly service: TestService
  readonly tenants: readonly Tenant[]
  /** Projects and impact partners, which everybody sees. */
  readonly sharedIds: readonly string[]
}

/** Carried by what is written by somebody with organisations below. */
export const sharedMark = 'mark-shared-6f1c'

export async function newWorld(service: TestService): Promise<World> {
  const operator = await tenant(service, 'operator', service.rootId, ['operator', 'bank', 'shop', 'rival'])
  const bank = await tenant(service, 'bank', await organisation(service, 'bank', service.rootId), [
    'bank',
    'shop',
  ])
  const shop = await tenant(service, 'shop', await organisation(service, 'shop', bank.organisationId), [
    'shop',
  ])
  const rival = await tenant(service, 'rival', await organisation(service, 'rival', service.rootId), [
    'rival',
  ])
  await service.api('PATCH', `/v3/organisations/${service.rootId}`, { legalName: `${operator.mark} legal` })
  for (const each of [operator, bank, shop, rival]) await fill(service, each)
  await closeMonth(service, [operator, bank, shop, rival])
  const projects = await service.api('GET', '/v3/impact-partners/projects')
  const sharedIds = projects.body.flatMap(({ id, impactPartnerId }: Reply['body']) => [id, impactPartnerId])
  return { service, tenants: [operator, bank, shop, rival], sharedIds }
}

const markOf = (name: string) => `mark-${name}-6f1c`

async function organisation(service: TestService, name: string, parentId: string): Promise<string> {
  const mark = markOf(name)
  return service.organisation({
    ...organisationExample(parentId),
    tradingName: `${mark} trading`,
    legalName: `${mark} legal`,
    website: `https://${mark}.example`,
    billing: { email: `${mark}@example.com`, taxNumber: mark },
    organisationReference: `MID ${name}`,
  })
}

async function tenant(
  { service, data }: TestService,
  name: string,
  organisationId: string,
  sees: readonly string[],
): Promise<Tenant> {
  const key = generateKey('sandbox')
  await storeKey(data.database, service.context.clock, organisationId, key)
  return {
    name,
    mark: markOf(name),
    key,
    organisationId,
    sees,
    ids: [organisationId],
    idsByPart: new Map([['organisations', [organisationId]]]),
    secrets: [],
  }
}

/** One thing of every kind that a tenant can own. */
async function fill(service: TestService, owner: Tenant): Promise<void> {
  const { mark, key, organisationId, ids, idsByPart, secrets } = owner
  const made = async (path: string, body: unknown): Promise<Reply['body']> => {
    const answer = await service.api('POST', path, body, key)
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    harvest(answer.body, path, owner)
    if (answer.body.clientSecret) secrets.push(answer.body.clientSecret)
    return answer.body
  }
  const purchase = {
    ...sessionExample(organisationId),
    consumer: { reference: `${mark} consumer`, countryCode: 'GBR', city: `${mark} city` },
  }
  const { sdkVariant: _variant, ...plain } = purchase
  const session = await made('/v3/post-purchase/sessions', purchase)
  await made('/v3/checkout/sessions', plain)
  await made('/v3/impactpay/sessions', plain)
  const { impactType: _type, ...quoted } = plain
  const quote = await made('/v3/quotes/carbon', quoted)
  await made('/v3/quotes/nature', quoted)
  const contribution = { amount: 10 }
  const first = await made('/v3/funds/allocations', { organisationId, quoteId: quote.quoteId, contribution })
  await made('/v3/funds/allocations', { organisationId, quoteId: session.quoteId, contribution })
  await made(`/v3/funds/allocations/${first.fundsAllocationId}/reverse`, { amount: 2, reason: mark })
  const credits = await made('/v3/quotes/carbon', quoted)
  await made('/v3/funds/allocations', { organisationId, quoteId: credits.quoteId, credits: {} })
  const given = await service.session(organisationId, purchase)
  harvest({ id: given.sessionId, quoteId: given.quoteId }, '/v3/post-purchase/sessions', owner)
  await service.contribute(given.payUrl, '2.00', 'success')
  const events = await service.api('GET', '/v3/events', undefined, key)
  for (const { eventId, organisationId: of } of events.body.data)
    if (of === organisationId) harvest({ eventId }, '/v3/events', owner)
  const endpoint = await made('/v3/webhook-endpoints', { url: `https://hooks.example.com/${mark}` })
  await made(`/v3/webhook-endpoints/${endpoint.id}/test-events`, {})
  await made('/v3/api-keys', { name: `${mark} key` })
  const { body } = await service.api('GET', '/v3/organisations/me', undefined, key)
  ids.push(body.brandId, body.productId)
  idsByPart.set('brands', [body.brandId]).set('products', [body.productId])
  const deliveries = await service.api(
    'GET',
    `/v3/webhook-deliveries?endpointId=${endpoint.id}`,
    undefined,
    key,
  )
  for (const delivery of deliveries.body.data) harvest(delivery, '/v3/webhook-deliveries', owner)
}

/** As if it were over, so that everybody has a statement. */
async function closeMonth({ service, rootId, api }: TestService, owners: readonly Tenant[]): Promise<void> {
  const { context } = service
  const month = periodAt(context.clock.now())
  await closeMonths({ ...context, clock: settableClock(month.until) }, rootId, month)
  const { body } = await api('GET', '/v3/statements?limit=100')
  for (const owner of owners) {
    const own = body.data.filter((each: Reply['body']) => each.organisationId === owner.organisationId)
    for (const statement of own) harvest(statement, '/v3/statements', owner)
  }
}

const ownIds = ['id', 'eventId', 'sessionId', 'quoteId', 'fundsAllocationId', 'reversalId']

const partsByName: Readonly<Record<string, string>> = { quoteId: 'quotes', eventId: 'events' }

/** `/v3/quotes/carbon` is of the part `quotes`. */
export function partOf(path: string): string {
  return path.split('/')[2] ?? ''
}

/** Remembers what an answer says was created. */
export function harvest(answer: Record<string, unknown>, path: string, { ids, idsByPart }: Tenant): void {
  for (const name of ownIds) {
    const id = answer[name]
    if (typeof id !== 'string' || ids.includes(id)) continue
    ids.push(id)
    const part = partsByName[name] ?? (path.endsWith('/test-events') ? 'webhook-deliveries' : partOf(path))
    idsByPart.set(part, [...(idsByPart.get(part) ?? []), id])
  }
}

/** What was broken on purpose works again: keys, organisations and projects that requests ended. */
export async function repair({ service: { data }, tenants }: World): Promise<void> {
  const { database } = data
  await database.query(`update organisation set status = 'active', allow_list_enabled = false`)
  await database.query(`update project set status = 'offered'`)
  await database.query('delete from project_stock')
  await database.query(
    `update api_key set expires_at = null, scopes = null, allow_list_enabled = false, replaced_by = null
     where hash in (select sha256(k::bytea) from unnest($1::text[]) k)`,
    [tenants.map(({ key }) => key)],
  )
  await database.query("select pg_notify('ekko_access', '')")
}
