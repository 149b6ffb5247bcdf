/**
 * For: as much of the service as the shop needs, over real HTTP, so that the shop can be tested alone.
 * Not for: money or footprints; amounts are fixed samples that add up.
 * Law: it refuses every request body that the contract refuses, and answers only what the contract allows.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ImpactPaymentEvent, ImpactRecord, WebhookEndpoint } from '@ekko/node'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { NewReversal } from '../../../packages/contract/src/allocation-resources.ts'
import { NewOrganisation } from '../../../packages/contract/src/organisation-resources.ts'
import { ImpactRecord as ImpactRecordSchema } from '../../../packages/contract/src/record-resources.ts'
import { NewPostPurchaseSession } from '../../../packages/contract/src/session-resources.ts'
import { NewWebhookEndpoint } from '../../../packages/contract/src/webhook-resources.ts'
import { sampleEvent, sampleFootprint, sampleOrganisation, sampleRecord, sampleReversal } from './samples.ts'

export interface FakeEkko {
  readonly origin: string
  readonly asked: { method: string; path: string; key: string | undefined; body: unknown }[]
  readonly endpoints: Map<string, WebhookEndpoint & { secret: string }>
  readonly records: Map<string, ImpactRecord>
  /** Paths that get no answer, to try the shop's patience. */
  readonly silent: Set<string>
  /** Forgets organisations and endpoints, as an emptied service would. */
  empty(): void
  /** A contribution was paid: keeps its record and gives the event that tells of it. */
  pay(organisationId: string): ImpactPaymentEvent
  close(): Promise<void>
}

export const startFakeEkko = async (port = 0): Promise<FakeEkko> => {
  const root: string = randomUUID()
  const organisations = new Set([root])
  const fake = {
    asked: [] as FakeEkko['asked'],
    endpoints: new Map() as FakeEkko['endpoints'],
    records: new Map<string, ImpactRecord>(),
    silent: new Set<string>(),
  }
  const answers = {
    'GET /v3/organisations/me': () => [200, sampleOrganisation(root, null)],
    'GET /v3/organisations/:id': (id) =>
      organisations.has(id) ? [200, sampleOrganisation(id, root)] : [404, { code: 'NOT_FOUND' }],
    'POST /v3/organisations': (_id, body) => {
      const refusal = refusalOf(NewOrganisation, body)
      if (refusal) return refusal
      const id: string = randomUUID()
      organisations.add(id)
      return [201, sampleOrganisation(id, root)]
    },
    'GET /v3/webhook-endpoints': () => [
      200,
      [...fake.endpoints.values()].map(({ secret: _, ...rest }) => rest),
    ],
    'POST /v3/webhook-endpoints': (_id, body) => {
      const refusal = refusalOf(NewWebhookEndpoint, body)
      if (refusal) return refusal
      const { url, organisationId } = body as { url: string; organisationId: string }
      const secret = `whsec_${randomBytes(32).toString('base64')}`
      const createdAt = new Date().toISOString()
      const made = {
        id: randomUUID(),
        organisationId,
        url,
        eventTypes: null,
        status: 'enabled',
        createdAt,
        secret,
      }
      fake.endpoints.set(made.id, made)
      return [201, made]
    },
    'DELETE /v3/webhook-endpoints/:id': (id) =>
      fake.endpoints.delete(id) ? [204, ''] : [404, { code: 'NOT_FOUND' }],
    'POST /v3/post-purchase/sessions': (_id, body) => {
      const refusal = refusalOf(NewPostPurchaseSession, body)
      if (refusal) return refusal
      const { organisationId } = body as { organisationId: string }
      if (!organisations.has(organisationId)) return [404, { code: 'NOT_FOUND' }]
      const ids = { sessionId: randomUUID(), quoteId: randomUUID() }
      const clientSecret = `cs_test_${randomBytes(12).toString('hex')}`
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
      return [201, { ...ids, clientSecret, expiresAt, footprint: sampleFootprint }]
    },
    'GET /v3/component': () => [
      200,
      '<ekko-impact><template shadowrootmode="open"><p>Printed</p></template></ekko-impact>',
    ],
    'GET /v3/funds/allocations/:id/impact': (id) =>
      fake.records.has(id) ? [200, fake.records.get(id)] : [404, { code: 'NOT_FOUND' }],
    'POST /v3/funds/allocations/:id/reverse': (id, body) => {
      const refusal = refusalOf(NewReversal, body)
      return refusal ?? [201, sampleReversal(id, randomUUID())]
    },
  } as Record<string, (id: string, body: unknown) => [number, unknown]>

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url = '' } = request
    const path = url.split('?')[0] ?? ''
    const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(path)?.[0] ?? ''
    if (fake.silent.has(path)) return
    if (path === '/healthz') return void response.end('ok')
    if (path === '/v1/ekko.js') return void response.setHeader('content-type', 'text/javascript').end(fakeSdk)
    const text = Buffer.concat(chunks).toString()
    const body: unknown = text ? JSON.parse(text) : undefined
    const key = request.headers['idempotency-key'] as string | undefined
    fake.asked.push({ method, path, key, body })
    const [status, value] = answers[`${method} ${id ? path.replace(id, ':id') : path}`]?.(id, body) ?? [
      404,
      {},
    ]
    response.writeHead(status, {
      'content-type': path === '/v3/component' ? 'text/html' : 'application/json',
    })
    response.end(typeof value === 'string' ? value : JSON.stringify(value))
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    ...fake,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    empty: () => {
      organisations.clear()
      organisations.add(root)
      fake.endpoints.clear()
    },
    pay: (organisationId) => {
      const record = sampleRecord(randomUUID(), organisationId, root)
      assertContract(ImpactRecordSchema, record)
      fake.records.set(record.id, record)
      return sampleEvent(record)
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const refusalOf = (schema: TSchema, body: unknown): [number, unknown] | undefined =>
  Value.Check(schema, body)
    ? undefined
    : [422, { code: 'UNPROCESSABLE_ENTITY', error: JSON.stringify(Value.Errors(schema, body)) }]

const assertContract = (schema: TSchema, value: unknown): void => {
  if (!Value.Check(schema, value)) throw new Error(JSON.stringify(Value.Errors(schema, value)))
}

/** Marks the container, so that a browser can see that the shop started it as documented. */
const fakeSdk = `
window.Ekko = class {
  constructor(origin, options) { this.options = { origin, ...options } }
  elements({ clientSecret }) {
    const mount = (container, variant) => {
      container.textContent = 'ekko ' + variant + ' ' + this.options.locale + ' ' + clientSecret.slice(0, 8)
      return { ready: Promise.resolve({ status: 'ready' }) }
    }
    return {
      createImpactPayEmbedded: ({ container }) => mount(container, 'embedded'),
      createImpactPayPageTakeover: () => mount(document.body.appendChild(document.createElement('div')), 'takeover'),
    }
  }
}
`
