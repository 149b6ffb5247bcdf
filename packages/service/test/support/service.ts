// A whole service on a port of its own, over a fresh database, with the public doors only: its API and its pages.

import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/config.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { type Log, silentLog } from '../../src/kernel/log.ts'
import { verifyLedger } from '../../src/ledger/ledger.ts'
import type { StripeServer } from '../../src/payments/stripe-calls.ts'
import type { CardCase } from '../../src/sandbox-psp/test-card.ts'
import { type RunningService, startService } from '../../src/service.ts'
import { type Engine, type TestDatabase, testDatabase } from './database.ts'
import { open, type Page, payWith, submit } from './sandbox-shopper.ts'

export interface Reply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
  readonly headers: Headers
}

export interface TestService {
  readonly service: RunningService
  readonly origin: string
  readonly rootKey: string
  readonly rootId: string
  readonly data: TestDatabase
  api(method: string, path: string, body?: unknown, key?: string): Promise<Reply>
  /** Creates an organisation, by default below the root, and answers its id. */
  organisation(over?: Record<string, unknown>): Promise<string>
  /** Creates a session and answers it with the address of its hosted page. */
  session(
    organisationId: string,
    over?: Record<string, unknown>,
  ): Promise<{ sessionId: string; quoteId: string; clientSecret: string; payUrl: string }>
  /** Goes all the way as a shopper without JavaScript; answers the last page. */
  contribute(payUrl: string, amount: string, card: CardCase, approves?: boolean): Promise<Page>
  expectLawful(): Promise<void>
  dispose(): Promise<void>
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export interface TestServiceOptions {
  readonly engine: Engine
  readonly clock?: Clock
  readonly delayMs?: number
  /** Beside port and data folder. */
  readonly env?: Readonly<Record<string, string>>
  readonly stripeServer?: StripeServer
  readonly log?: Log
}

export async function testService({
  engine,
  clock,
  delayMs = 300,
  env = {},
  stripeServer,
  log = silentLog,
}: TestServiceOptions): Promise<TestService> {
  const data = await testDatabase({ engine })
  const dataDir = mkdtempSync(join(tmpdir(), 'ekko-service-'))
  const config = readConfig({ ...env, PORT: String(await freePort()), EKKO_DATA_DIR: dataDir })
  const service = await startService(config, {
    database: data.database,
    log,
    sandboxDelayMs: delayMs,
    ...(clock && { clock }),
    ...(stripeServer && { stripeServer }),
  })
  const { origin, rootId } = service
  const rootKey = service.apiKey!
  const api = (method: string, path: string, body?: unknown, key = rootKey) =>
    call(origin, key, method, path, body)
  return {
    service,
    origin,
    rootKey,
    rootId,
    data,
    api,
    async organisation(over = {}) {
      const answer = await api('POST', '/v3/organisations', { ...organisationExample(rootId), ...over })
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
      return answer.body.organisationId
    },
    async session(organisationId, over = {}) {
      const answer = await api('POST', '/v3/post-purchase/sessions', {
        ...sessionExample(organisationId),
        ...over,
      })
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
      const component = await call(origin, answer.body.clientSecret, 'GET', '/v3/component')
      return { ...answer.body, payUrl: /action="([^"]*\/pay\/[^"]*)"/.exec(component.body)![1] }
    },
    async contribute(payUrl, amount, card, approves) {
      const review = await open(`${payUrl}?amount=${amount}`)
      const started = await submit(payUrl, { amount, consent: consentOf(review) })
      const home = await payWith(started.location!, card, approves)
      const returned = await open(home.location!)
      return open(returned.location!)
    },
    async expectLawful() {
      const { broken } = await verifyLedger(data.database)
      if (broken.length > 0) throw new Error(broken.join('\n'))
    },
    async dispose() {
      await service.close()
      await data.dispose()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export function consentOf(review: Page): string {
  return /name="consent" value="([0-9a-f]{64})"/.exec(review.text)?.[1] ?? ''
}

export async function call(
  origin: string,
  credential: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> {
  const isText = typeof body === 'string'
  const response = await fetch(origin + path, {
    method,
    headers: {
      authorization: `Bearer ${credential}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers }
}

export function organisationExample(parentOrganisationId: string) {
  return {
    parentOrganisationId,
    tradingName: 'Blossom & Bloom',
    legalName: 'BB Flowers Ltd',
    address: { line1: '45 Rosewood Avenue', city: 'London', postalCode: 'SW1A 1AA', countryCode: 'GBR' },
    currencyCode: 'GBP',
    website: 'https://blossom.example',
    mcc: '5992',
    relativeProfitShare: 0.6,
    organisationReference: 'MID1234567',
  }
}

/** The documented example request, with an organisation of ours. */
export function sessionExample(organisationId: string) {
  return {
    organisationId,
    impactType: 'carbon',
    sdkVariant: 'embedded',
    consumer: { reference: 'consumer_123', postalCode: 'SW1A 1AA', city: 'London', countryCode: 'GBR' },
    merchant: {
      name: 'Blossom & Bloom',
      mcc: '5992',
      address: {
        line1: 'Ground floor',
        line2: '45 Rosewood Avenue',
        city: 'London',
        postalCode: 'SW1A 1AA',
        countryCode: 'GBR',
      },
    },
    transaction: { amount: 47.97, currencyCode: 'GBP' },
    orderItems: [
      {
        itemReference: 'line_1',
        sku: 'POT_MEDIUM',
        description: 'Flower pot',
        category: 'pots',
        quantity: 3,
        unitPrice: { value: 15.99, currencyCode: 'GBP' },
      },
    ],
    projectFilters: { matchConsumerLocation: true },
  }
}
